"""Address: choices that live in the page's address, by their plain names.

Streamlit's own binding writes an option as it is shown ("Unknown 2"), which changes with the counts.
"""

from collections.abc import Callable, Sequence

import streamlit as st


def choose(
    label: str,
    options: Sequence[str],
    default: str,
    key: str,
    words: Callable[[str], str] = str,
    most: int = 5,
    scope: str = "",
) -> str:
    """One of a few options, by buttons, or by a list where there are more than `most`; as `?key=option`.

    `scope`: what the options belong to, if they are not always the same.
    """
    widget = f"{key}-{scope}" if scope else key
    asked = st.query_params.get(key)
    start = asked if asked is not None and asked in options else default
    if len(options) > most:
        chosen: str = st.selectbox(
            label,
            list(options),
            list(options).index(start),
            words,
            widget,
            on_change=_keep,
            args=(widget, key, default),
            label_visibility="collapsed",
            width=140,
        )
        return chosen
    picked = st.segmented_control(
        label,
        list(options),
        default=start,
        required=True,
        format_func=words,
        key=widget,
        on_change=_keep,
        args=(widget, key, default),
        label_visibility="collapsed",
        wrap=True,
    )
    return picked or default


def _keep(widget: str, key: str, default: str) -> None:
    picked = st.session_state.get(widget)
    if picked in (None, default):
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = picked
