"""Version filter: which versions of the history are shown; every choice is in the address."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.domain.versions import Version, awaiting
from core.domain.views.versions import VersionsPage
from core.domain.wording import capital
from pages._parts.address import choose
from pages._parts.version_words import why_made
from pages._parts.words import AWAITING, TRIGGERS, VERSION_STATES

ANY = "any"
KINDS = ("state", "trigger", "experiment", "tag")
"""What may be chosen, as the address names it."""


def filtered(page: VersionsPage) -> list[Version]:
    """Draws what there is to choose by, and gives the versions that are left, by number."""
    kinds = {kind: found for kind in KINDS if (found := _values(page, kind))}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="versionfilter"):
        text = st.text_input(
            "Search",
            key="find",
            bind="query-params",
            type="search",
            placeholder="Search number, reason, note, tag",
            label_visibility="collapsed",
            width=260,
        )
        chosen = _chosen(page, kinds) if kinds and _open(kinds) else {}
    return matching(page, text or "", {kind: value for kind, value in chosen.items() if value != ANY})


def _open(kinds: Mapping[str, Sequence[str]]) -> bool:
    """Whether the choices are shown: once they are asked for, or one of them is in the address.

    Most visits want none, and drawing them takes longer than drawing the history.
    """
    if st.session_state.get("filtering") or any(kind in st.query_params for kind in kinds):
        return True
    st.button("Filter …", icon=":material/filter_list:", type="tertiary", key="filter", on_click=_show)
    return False


def _show() -> None:
    st.session_state["filtering"] = True


def _chosen(page: VersionsPage, kinds: Mapping[str, Sequence[str]]) -> dict[str, str]:
    model = page.standing.model.name
    return {
        kind: choose(kind.capitalize(), (ANY, *values), ANY, kind, _words(kind), 0, model)
        for kind, values in kinds.items()
    }


def matching(page: VersionsPage, text: str, chosen: Mapping[str, str]) -> list[Version]:
    """The versions that have every word of `text` somewhere and every chosen value. Pure."""
    words = text.lower().split()
    return [
        version
        for version in page.versions
        if all(value in _of(page, version, kind) for kind, value in chosen.items())
        and all(_has(word, _text(page, version), version.number) for word in words)
    ]


def _has(word: str, text: str, number: int) -> bool:
    """A whole number of a version is that version, not each whose number begins so."""
    return word == f"v{number}" if re.fullmatch(r"v\d+", word) else word in text


def _values(page: VersionsPage, kind: str) -> Sequence[str]:
    """None where they tell nothing apart."""
    each = [tuple(_of(page, version, kind)) for version in page.versions]
    return [*dict.fromkeys(value for values in each for value in values)] if len(set(each)) > 1 else []


def _of(page: VersionsPage, version: Version, kind: str) -> Sequence[str]:
    if kind == "tag":
        note = page.notes.get(version.number)
        return note.tags if note else ()
    if kind == "state":
        champion = page.standing.champion
        waits = (
            awaiting(page.versions, champion.number if champion else None)
            if version.state == "candidate"
            else None
        )
        return (version.state, "awaiting") if version is waits else (version.state,)
    value = getattr(version, kind)
    return (value,) if value else ()


def _text(page: VersionsPage, version: Version) -> str:
    note = page.notes.get(version.number)
    parts = [
        f"v{version.number}",
        version.reason,
        version.experiment or "",
        version.trigger,
        why_made(version),
    ]
    return " ".join([*parts, *((note.text, *note.tags) if note else ())]).lower()


def _words(kind: str) -> Callable[[str], str]:
    def said(value: Any) -> str:
        if value == ANY:
            return f"Any {'reason' if kind == 'trigger' else kind}"
        if kind == "state":
            return AWAITING.word if value == "awaiting" else VERSION_STATES[value].word
        return TRIGGERS.get(value, capital(value)) if kind == "trigger" else str(value)

    return said
