"""Empty: what a panel says when it has no chart."""

from html import escape

import streamlit as st

from pages._parts.cells import icon
from pages._parts.here import CODE


def nothing(title: str, text: str, name: str = "hourglass_empty", color: str = "gray") -> None:
    """What is missing in a word, then when it comes or what to do."""
    said = CODE.sub(lambda found: f"<code>{found[0].strip('`')}</code>", escape(text))
    st.html(f'<div class="em-nothing">{icon(name, color)} <b>{escape(title)}</b> {said}</div>')
