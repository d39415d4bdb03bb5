"""Going back: the button that undoes a promotion which did harm, where that is proposed."""

import streamlit as st

from core.domain.views.standing import Standing
from pages._parts.here import runtime
from pages._parts.promoting import ask_promote, ask_rollback


def back_button(standing: Standing, key: str, primary: bool = False) -> None:
    """Opens the dialog that lets the version which did better serve again; nothing where none is proposed."""
    bought, name = standing.proposed, standing.model.name
    if bought is None:
        return
    verb, kind = "Promote" if bought.rollback else "Roll back to", "primary" if primary else "secondary"
    if st.button(f"{verb} v{bought.previous} …", key=key, type=kind):  # type: ignore[arg-type]
        version = runtime().version(name, bought.previous)
        if bought.rollback:
            ask_promote(standing, version)
        else:
            ask_rollback(standing, version, bought)
