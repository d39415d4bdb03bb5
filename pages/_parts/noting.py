"""Noting: the note and the tags of a version, and the dialog that changes them."""

import streamlit as st

from core.domain.errors import EvermodelError
from core.domain.notes import LONGEST, Note
from pages._parts.here import ASKING, NOTICE, plain, runtime
from pages._parts.stint_table import BY
from pages._parts.words import day_and_time

REFUSED = "note-refused"


def noting(model: str, number: int, note: Note | None, zone: str) -> None:
    """What stands there, and a button."""
    if note is None or not (note.text or note.tags):
        st.caption("Nobody has written anything about it.")
    else:
        st.markdown(plain(note.text)) if note.text else None
        if note.tags:
            st.markdown(" ".join(f":gray-badge[{plain(tag)}]" for tag in note.tags))
        when = f", {day_and_time(note.at, zone)}" if note.at else ""
        st.caption(f"By {BY.get(note.by, note.by)}{when}.")
    if st.button("Edit note and tags …", key="edit-note", icon=":material/edit_note:"):
        _ask(model, number, note or Note(""))


def _ask(model: str, number: int, note: Note) -> None:
    st.session_state[ASKING] = True
    st.session_state.pop(REFUSED, None)

    def body() -> None:
        st.text_area("Note", note.text, key="note-text", max_chars=LONGEST, height=140)
        st.text_input(
            "Tags, with commas between them",
            ", ".join(note.tags),
            key="note-tags",
            placeholder="for example: audited, storm week",
        )
        if said := st.session_state.get(REFUSED):
            st.error(plain(said), icon=":material/cancel:")
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Save note", type="primary", key="save-note", on_click=_save, args=(model, number))
        if st.session_state.get(ASKING) is False:
            st.rerun()

    st.dialog(f"Note on v{number}", width="medium", on_dismiss=_close)(body)()


def _save(model: str, number: int) -> None:
    text, tags = (str(st.session_state.get(key) or "") for key in ("note-text", "note-tags"))
    try:
        runtime().note(model, number, text, tags.split(","), by="page")
    except EvermodelError as error:
        st.session_state[REFUSED] = str(error)
        return
    st.session_state[NOTICE] = ("done", f"The note on v{number} is saved.")
    st.session_state[ASKING] = False


def _close() -> None:
    st.session_state[ASKING] = False
