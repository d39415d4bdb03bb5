"""Title line: a title at the left, and at the right what can be chosen or taken out there."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def title_line(key: str | None = None) -> DeltaGenerator:
    """`key`: what the style sheet knows it by."""
    return st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key=key
    )
