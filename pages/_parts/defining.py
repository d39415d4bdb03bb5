"""Defining: the model file of a model, edited with its differences said before it is saved; and its end."""

import streamlit as st

from core.domain.errors import EvermodelError
from core.domain.models import FROZEN_ONCE_VERSIONS_EXIST, Kept
from pages._parts.empty import nothing
from pages._parts.here import ASKING, attempt, plain, runtime

GONE = "model-gone"


def deleted() -> bool:
    """Whether the model that was here was just deleted; says so, lest another stands in its place unseen."""
    name = st.session_state.pop(GONE, None)
    if name is None:
        return False
    st.title(f"{plain(name)} is deleted")
    st.markdown("Its rows are where they were, and what its runs did stays among the runs.")
    st.page_link("overview.py", label="All models", icon=":material/dashboard:")
    return True


def edit(kept: Kept, text: str) -> None:
    """The text of the model file, what a change would change, and the button that saves it."""
    name, key = kept.model.name, f"model-text-{kept.id}-{kept.revision}"
    left, right = st.columns([4, 3], gap="medium")
    with left:
        typed = st.text_area(
            "Model file",
            text,
            height=min(640, 24 * (text.count("\n") + 2)),
            key=key,
            label_visibility="collapsed",
        )
    with right:
        _words(kept)
        if (typed or "").strip() == text.strip():
            nothing("Nothing is changed.", "Change the text; what it would change is said here.", "edit")
            return
        fine = _differences(name, typed or "")
        with st.container(horizontal=True):
            st.button(
                "Save changes",
                type="primary",
                key="save",
                disabled=not fine,
                on_click=_save,
                args=(kept, key),
            )
            st.button("Undo", key="undo", type="tertiary", on_click=_undo, args=(key, text))


def _words(kept: Kept) -> None:
    frozen = ", ".join(FROZEN_ONCE_VERSIONS_EXIST)
    if kept.file:
        st.caption(f"It was applied from {plain(kept.file)}: applying that again brings back what it says.")
    st.caption(f"Once it has versions, these stay as they are: {frozen}.")


def _differences(name: str, typed: str) -> bool:
    """Says what saving would change, or why it is refused; whether it can be saved."""
    try:
        with st.spinner("Looking at the rows …"):
            applied = runtime().would_change(name, typed)
    except EvermodelError as error:
        lines = [str(fault) for fault in error.faults]
        st.error("  \n".join(map(plain, lines)), icon=":material/cancel:")
        return False
    if applied.change == "unchanged":
        nothing("The same model.", "Only the text differs; there is nothing to save.", "check")
        return False
    st.markdown("**Saving changes this**")
    st.markdown("\n".join(f"- {plain(line)}" for line in applied.differences))
    return True


def _save(kept: Kept, key: str) -> None:
    typed = str(st.session_state.get(key) or "")

    def act() -> str:
        applied = runtime().change(kept.model.name, kept.revision, typed)
        return f"{kept.model.name} is changed: {'; '.join(applied.differences)}."

    attempt(act)


def _undo(key: str, text: str) -> None:
    st.session_state[key] = text


def ask_delete(name: str) -> None:
    """Asks once, and says what goes and what stays."""
    st.session_state[ASKING] = True
    versions = len(runtime().views.performance(name, runtime().now()).versions)
    upload = "its uploaded rows too, " if _uploaded(name) else ""

    def body() -> None:
        st.markdown(
            f"These go: its schedules, its {versions} versions, its windows and predictions"
            f"{', ' + upload.rstrip(', ') if upload else ''}."
        )
        st.markdown("These stay: the rows where they are, the history of its runs, and every other model.")
        st.markdown("It cannot be undone. Download its file first to be able to add it again.")
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Keep it", key="keep"):
                _close()
                st.rerun()
            st.button(f"Delete {name}", type="primary", key="confirm", on_click=_delete, args=(name,))
        if st.session_state.get(ASKING) is False:
            st.rerun()

    st.dialog(f"Delete {name}?", width="medium", icon=":material/delete:", on_dismiss=_close)(body)()


def _uploaded(name: str) -> bool:
    from pathlib import Path

    return Path(runtime().kept(name).model.source.path).parent.name == "uploads"


def _delete(name: str) -> None:
    def act() -> None:
        kept = runtime().kept(name)
        runtime().remove(name)
        runtime().let_go(kept)
        st.session_state[GONE] = name

    attempt(act)
    _close()


def _close() -> None:
    st.session_state[ASKING] = False
