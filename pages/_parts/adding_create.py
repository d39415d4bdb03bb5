"""Adding, last: its name, the model file that it makes, and the button that creates it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.errors import EvermodelError
from core.entrypoints.suggesting import name_from
from pages._parts.adding_draft import forget, remembered, seeded
from pages._parts.here import plain, runtime

LABELS = {
    "label_delay": "How long it takes",
    "window": "Judged every",
    "initial": "First version after",
    "history": "A version learns from",
    "name": "Name",
    "target": "Predict this column",
    "time": "A row came at",
    "exclude": "Left out",
    "features": "Columns that are used",
}


def create(keys: Mapping[str, Any], source: Mapping[str, Any], every: int) -> None:
    """Draws the end of the page; creates the model and begins to live through its history when pressed."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="add-create"):
        wanted = runtime().free_name(_wanted(source))
        name = st.text_input("Name", key=seeded("name", wanted, scope=str(source)), width=280)
        made = {"name": (name or "").strip(), **keys, "source": dict(source)}
        place = st.container(width="content")
    text = _file(made)
    with place:
        pressed = st.button(
            "Create and live through history",
            icon=":material/play_circle:",
            type="primary",
            key="create",
            disabled=text is None,
        )
    if text is not None:
        with st.expander("The same as a model file", icon=":material/description:"):
            st.code(text, language="toml", wrap_lines=True)
    if pressed and text is not None:
        _create(made, every)


def _wanted(source: Mapping[str, Any]) -> str:
    upload = remembered("upload")
    if upload is not None and source.get("path") == upload[0]:
        return name_from(str(upload[1]))
    return name_from(str(source.get("path") or source.get("url") or ""))


def _file(made: Mapping[str, Any]) -> str | None:
    try:
        return runtime().file_of(made)
    except EvermodelError as error:
        _say(error)
        return None


def _create(made: Mapping[str, Any], every: int) -> None:
    name = str(made["name"])
    try:
        with st.spinner("Checking every row …"):
            runtime().add(made)
            runtime().backfill(name, every)
    except EvermodelError as error:
        _say(error)
        return
    forget()
    st.query_params.clear()
    st.query_params["made"] = name
    st.rerun()


def _say(error: EvermodelError) -> None:
    """Every fault under the name of its field."""
    lines = [
        f"{LABELS.get(fault.key or '', fault.key or '')}: {fault.problem} {fault.fix}".removeprefix(": ")
        for fault in error.faults
    ]
    st.error("  \n".join(plain(line) for line in lines), icon=":material/cancel:")
