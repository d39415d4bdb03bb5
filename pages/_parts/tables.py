"""Tables: rows of words in the house's measures; a tick may choose some.

Where nothing is ticked they are HTML: what draws a data frame in a browser is loaded late, and the page waits
for it. A data frame's own toolbar saves it as CSV, so no cell may be a formula.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Literal

import streamlit as st

from pages._parts.taking_out import defused

ROW = 34


def table(
    rows: Sequence[Mapping[str, str]],
    key: str,
    alt: str,
    most: int,
    *,
    right: Sequence[str] = (),
    widths: Mapping[str, Literal["small", "medium", "large"] | int] | None = None,
    pick: Literal["single-row", "multi-row"] | None = None,
    picked: Sequence[int] = (),
    tints: Mapping[str, Sequence[str]] | None = None,
) -> list[int]:
    """Draws at most `most` rows, the rest by scrolling; the numbers of the rows that are ticked.

    `right`: columns of numbers. `widths`: of columns that change. `tints`: a text colour for each row.
    """
    if pick is None and tints is None and widths is None:
        _listed(rows, alt, most, right)
        return []
    rows = [{name: defused(text) for name, text in row.items()} for row in rows]
    columns: dict[str, Any] = {name: st.column_config.TextColumn(alignment="right") for name in right}
    columns |= {name: st.column_config.TextColumn(width=width) for name, width in (widths or {}).items()}
    chosen: dict[str, Any] = (
        {}
        if pick is None
        else {
            "on_select": "rerun",
            "selection_mode": pick,
            "selection_default": {"selection": {"rows": list(picked)}},
        }
    )
    event = st.dataframe(
        _tinted(rows, tints) if tints else rows,
        hide_index=True,
        row_height=ROW,
        key=key,
        height=ROW * (min(len(rows), most) + 1) + 2,
        column_config=columns,
        alt=alt,
        **chosen,
    )
    return [row for row in event.selection.rows if row < len(rows)] if pick is not None else []


def _listed(rows: Sequence[Mapping[str, str]], alt: str, most: int, right: Sequence[str]) -> None:
    """A table that scrolls within the height of `most` rows, its head staying where it is."""
    names = list(rows[0]) if rows else []
    kinds = {name: ' class="em-number"' if name in right else "" for name in names}
    heads = "".join(f"<th scope='col'{kinds[name]}>{escape(name)}</th>" for name in names)
    lines = "".join(
        "<tr>" + "".join(f"<td{kinds[name]}>{escape(row[name])}</td>" for name in names) + "</tr>"
        for row in rows
    )
    st.html(
        f'<div class="em-list" role="region" tabindex="0" aria-label="{escape(alt)}" '
        f'style="max-height: {ROW * (most + 1) + 2}px"><table class="em-table">'
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _tinted(rows: Sequence[Mapping[str, str]], tints: Mapping[str, Sequence[str]]) -> object:
    import pandas as pd

    styled = pd.DataFrame(list(rows)).style
    for column, colors in tints.items():
        styled = styled.apply(
            lambda _, colors=colors: [f"color: {color}; font-weight: 600" for color in colors],
            subset=[column],
        )
    return styled
