"""Stint table: which version was live when, by whom and why, and what that bought; the newest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

import streamlit as st

from core.domain.versions import Stint
from core.domain.wording import capital
from pages._parts.words import day_and_time, named

BY = {"gate": "the gate", "backfill": "the backfill", "page": "a person, on the page"}
HEADS = ("Version", "Live from", "Until", "By", "What it bought", "Why")
MOST = 12


def stint_table(stints: Sequence[Stint], bought: Mapping[datetime, str], zone: str) -> None:
    """`stints`: oldest first; the last `MOST` are shown. `bought`: in words, by the stint's begin."""
    heads = "".join(f"<th scope='col'>{head}</th>" for head in HEADS)
    lines = "".join(_line(one, bought.get(one.start, "–"), zone) for one in reversed(stints[-MOST:]))
    body = f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody>"
    st.html(f'<table class="em-table em-served" tabindex="0">{body}</table>')
    if len(stints) > MOST:
        st.caption(f"The last {MOST} of {len(stints)}; the CSV has them all.")


def _line(one: Stint, bought: str, zone: str) -> str:
    cells = (
        day_and_time(one.start, zone),
        day_and_time(one.end, zone) if one.end else "now",
        BY.get(one.by, one.by),
        capital(bought),
        f"Rolled back: {one.why}" if one.rollback else capital(named(one.why)),
    )
    said = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f"<tr><th scope='row'>v{one.number}</th>{said}</tr>"
