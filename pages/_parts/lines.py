"""Lines: a small table of facts as HTML, each line with its head. Every text is escaped here."""

from collections.abc import Sequence
from html import escape

import streamlit as st


def lines_table(lines: Sequence[Sequence[str]], heads: Sequence[str] = (), kind: str = "") -> None:
    """`lines`: a head and its cells each. `heads`: of the columns. `kind`: one more class of the style."""
    top = "".join(f"<th scope='col'>{escape(head)}</th>" for head in heads)
    body = "".join(
        f"<tr><th scope='row'>{_cell(line[0])}</th>"
        + "".join(f"<td>{_cell(cell)}</td>" for cell in line[1:])
        + "</tr>"
        for line in lines
    )
    head = f"<thead><tr>{top}</tr></thead>" if heads else ""
    reach = ' tabindex="0"' if kind else ""  # a table that may scroll is reached by keys too
    st.html(f'<table class="em-table {kind}"{reach}>{head}<tbody>{body}</tbody></table>')


def _cell(text: str) -> str:
    return escape(text).replace("_", "_<wbr>")
