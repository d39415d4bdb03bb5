"""Here: the runtime, the moment and the zone of this page, and what became of what a person did."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import streamlit as st

from core.domain.errors import EvermodelError
from core.entrypoints import runtime as runtimes
from core.entrypoints import web
from core.entrypoints.runtime import Runtime

NOTICE, SAID = "notice", "notice-said"
ASKING = "asking"
CODE = re.compile(r"(`[\w.: -]+`)")
"""A name or a command inside a text, as messages write them; nothing in it is markdown or HTML."""


def runtime() -> Runtime:
    return runtimes.present()


def now() -> datetime:
    return runtime().now()


def zone() -> str:
    return runtime().zone


def scheduler() -> Mapping[str, object]:
    """How the clock of this home does (`Runtime.health`); "starting" while this server has only begun."""
    found = runtime().health()
    return {**found, "scheduler": "starting"} if found["scheduler"] == "late" and web.starting() else found


def attempt(action: Callable[[], str | None]) -> None:
    """Do it; say what it answers, or why it was refused, at the top of the page."""
    try:
        said = action()
    except EvermodelError as error:
        st.session_state[NOTICE] = ("error", str(error))
        return
    if said:
        st.session_state[NOTICE] = ("done", said)


def notices() -> None:
    """What the last action answered, until the next one: a page that runs again by itself says it again."""
    kind, text = st.session_state[SAID] = st.session_state.pop(NOTICE, (None, ""))
    if kind == "error":
        st.error(plain(text), icon=":material/cancel:")
    elif kind == "done":
        st.info(plain(text), icon=":material/check:")


def plain(text: str) -> str:
    """Text that markdown leaves as it is, but for the names and commands that it has in backticks."""
    return "".join(part if CODE.fullmatch(part) else _escaped(part) for part in CODE.split(text))


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#~$|" else letter for letter in text)


def watch(model: str | None = None, every: float = 3.0) -> None:
    """Run this page again once something that it shows has changed; nothing moves until then.

    `model`: the only one that the page is about. `every`: seconds between looks.
    """
    look = partial(_look, model, _stamp(model))
    st.fragment(look, run_every=timedelta(seconds=every), key="watch")()


def _look(model: str | None, seen: str) -> None:
    if _stamp(model) != seen and not st.session_state.get(ASKING):
        st.session_state.setdefault(NOTICE, st.session_state.pop(SAID, (None, "")))
        st.rerun()


def _stamp(model: str | None) -> str:
    return f"{now():%H:%M} {runtime().views.stamp(model)}"
