"""Add a model: from its rows to its first version; for an empty home, the demonstration too."""

import streamlit as st

from pages._parts.adding_columns import choose_columns
from pages._parts.adding_create import create
from pages._parts.adding_draft import keep
from pages._parts.adding_made import made
from pages._parts.adding_source import choose_rows
from pages._parts.adding_windows import choose_windows
from pages._parts.here import notices, runtime
from pages._parts.welcoming import BEGUN, in_the_shell, welcome


def main() -> None:
    if name := st.query_params.get("made"):
        notices()
        made(name)
    elif runtime().views.health_line().models or BEGUN in st.session_state or "rows" in st.query_params:
        st.title("Add a model")
        notices()
        _add()
        keep()
    else:
        notices()
        welcome()


def _add() -> None:
    rows = choose_rows()
    if rows is None:
        with st.expander("Or write it as a file", icon=":material/description:"):
            in_the_shell()
        return
    settled, source, zone = rows
    chosen = choose_columns(settled.sample, zone, f"{source} {zone}")
    if chosen is None:
        return
    proposal, keys = chosen
    rest, every = choose_windows(proposal, zone, f"{source} {zone}")
    create({**keys, **rest}, settled.source(keys["time"]), every)


main()
