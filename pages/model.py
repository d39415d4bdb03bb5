"""Model: how one model is defined; edited with what would change said first, and deleted."""

import streamlit as st

from pages._parts.defining import ask_delete, deleted, edit
from pages._parts.head import choose_model, head
from pages._parts.here import now, runtime
from pages._parts.title_line import title_line


def main() -> None:
    if deleted():
        return
    name, place = choose_model()
    head(place, runtime().views.standing(name, now()))
    kept, text = runtime().text_of(name)
    with title_line("charthead"):
        st.subheader("How it is defined", width="content")
        with st.container(horizontal=True, width="content"):
            st.download_button(
                "Download", text, f"{name}.toml", icon=":material/download:", on_click="ignore"
            )
            if st.button("Delete model …", icon=":material/delete:", key="delete"):
                ask_delete(name)
    edit(kept, text)


main()
