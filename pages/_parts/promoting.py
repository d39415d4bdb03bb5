"""Promoting: the dialogs that say which version serves. They restate the numbers and ask a reason."""

from collections.abc import Callable

import streamlit as st

from core.domain.errors import EvermodelError
from core.domain.read_models import VersionsPage
from core.domain.versions import Version
from core.domain.wording import METRIC_WORDS, score
from pages._parts.here import ASKING, NOTICE, plain, runtime

REFUSED = "refused"


def ask_promote(page: VersionsPage, version: Version) -> None:
    """Opens the dialog that promotes a version."""
    worse = version.state == "rejected"
    title = f"Promote v{version.number}{' although it was rejected' if worse else ''}?"
    name = page.standing.model.name

    def act(reason: str) -> str:
        runtime().promote(name, version.number, reason, by="page")
        return f"v{version.number} serves now."

    warning = ":material/warning:" if worse else None
    _open(title, page, version, f"Promote v{version.number}", act, _takes_over(page, version), warning)


def ask_approve(page: VersionsPage, version: Version) -> None:
    """Opens the dialog that lets a version serve which waits for it."""
    name, number = page.standing.model.name, version.number

    def act(reason: str) -> str:
        runtime().promote(name, number, reason, by="page")
        return f"v{number} is approved and serves now."

    _open(f"Approve v{number}?", page, version, f"Approve v{number}", act, _takes_over(page, version))


def ask_reject(page: VersionsPage, version: Version) -> None:
    """Opens the dialog that says no to a version which waits for approval."""
    name, number = page.standing.model.name, version.number

    def act(reason: str) -> str:
        runtime().reject(name, number, reason, by="page")
        return f"v{number} is rejected."

    serves = page.standing.champion
    goes_on = f"v{serves.number} goes on answering" if serves else "No version answers yet"
    effect = f"{goes_on}. v{number} is kept and can still be promoted."
    _open(f"Reject v{number}?", page, version, f"Reject v{number}", act, effect)


def ask_rollback(page: VersionsPage, number: int) -> None:
    """Opens the dialog that brings the champion before the present one back."""
    version = next(version for version in page.versions if version.number == number)
    name = page.standing.model.name

    def act(reason: str) -> str:
        runtime().rollback(name, reason, by="page")
        return f"v{number} serves again."

    effect = _takes_over(page, version)
    _open(f"Roll back to v{number}?", page, version, f"Roll back to v{number}", act, effect)


def _takes_over(page: VersionsPage, version: Version) -> str:
    champion = page.standing.champion
    stays = f" v{champion.number} stays and can be brought back at any time." if champion else ""
    return f"v{version.number} will answer from now on.{stays}"


def _open(
    title: str,
    page: VersionsPage,
    version: Version,
    verb: str,
    act: Callable[[str], str],
    effect: str,
    icon: str | None = None,
) -> None:
    """`effect`: what follows, in sentences."""
    champion = page.standing.champion
    st.session_state[ASKING] = True
    st.session_state.pop(REFUSED, None)

    def body() -> None:
        st.markdown(numbers(page, version))
        st.markdown(effect)
        st.text_input(
            "Reason, kept in the history",
            key="reason",
            placeholder="for example: the last rows were of a storm",
        )
        if said := st.session_state.get(REFUSED):
            st.error(plain(said), icon=":material/cancel:")
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(f"Keep v{champion.number}" if champion else "Cancel", key="keep"):
                _close()
                st.rerun()
            st.button(verb, type="primary", key="confirm", on_click=_confirm, args=(act,))
        if st.session_state.get(ASKING) is False:
            st.rerun()

    st.dialog(title, width="medium", icon=icon, on_dismiss=_close)(body)()


def _confirm(act: Callable[[str], str]) -> None:
    reason = str(st.session_state.get("reason") or "").strip()
    if not reason:
        st.session_state[REFUSED] = "A reason is needed. Say in a few words why; it is kept in the history."
        return
    try:
        st.session_state[NOTICE] = ("done", act(reason))
    except EvermodelError as error:
        st.session_state[REFUSED] = str(error)
        return
    st.session_state[ASKING] = False


def _close() -> None:
    st.session_state[ASKING] = False


def numbers(page: VersionsPage, version: Version) -> str:
    """What is known of it, on the same rows as its champion where it was judged."""
    metric = page.standing.model.metric
    new, old = version.scores.get(metric), version.champion_scores.get(metric)
    if new is None:
        return f"v{version.number} was not judged: no scores are kept of it."
    own = f"v{version.number} had {METRIC_WORDS[metric]} **{score(metric, new, old)}**"
    if old is None:
        return f"{own} on the rows it was judged on."
    rows = version.judged.get("rows")
    where = f"On the same {rows:,} rows" if isinstance(rows, int) else "On the same rows"
    rival = f"v{version.parent}" if version.parent else "the champion of its day"
    return f"{where} {own}, {rival} had **{score(metric, old, new)}**."
