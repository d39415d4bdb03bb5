"""Linking: the address of exactly this view. It holds every choice, but for a model that nobody chose."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

SHOWN = "model_shown"


def forget_model() -> None:
    """Before a page: it may be about no model."""
    st.session_state.pop(SHOWN, None)


def show_model(name: str) -> None:
    """This page is about one model, whether or not its address says so."""
    st.session_state[SHOWN] = name


def link_here() -> None:
    """After a page: a link to it as it stands."""
    name = st.session_state.get(SHOWN)
    choices = {**({"model": name} if name else {}), **st.query_params.to_dict()}
    address = escape(f"?{urlencode(choices)}")
    st.html(f'<div class="em-foot"><a href="{address}" target="_self">Link to this view</a></div>')
