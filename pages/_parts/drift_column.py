"""Drift column: one column in words and its values before and now; and the column that changed the most."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise

import streamlit as st

from core.domain.drift import Spread
from core.domain.views.drift import DriftPage
from core.monitoring.ranking import Rank, furthest
from core.monitoring.showing import shown
from pages._parts.cells import badge
from pages._parts.charts import show
from pages._parts.drift_chart import HEIGHT, SMALLER, spread_figure
from pages._parts.drift_out import spread_rows
from pages._parts.drift_words import importance_words, latest, share, state_of, verdict_words
from pages._parts.empty import nothing
from pages._parts.here import plain
from pages._parts.palette import palette
from pages._parts.taking_out import csv_button
from pages._parts.title_line import title_line


def in_words(page: DriftPage, column: str) -> None:
    """Its verdict and its place in importance."""
    assert page.last is not None
    drift = page.last.columns[column]
    said = escape(f"{verdict_words(drift, page.standing.model)} {importance_words(column, page)}")
    st.html(f'<div class="em-why">{badge(state_of(drift.verdict, drift.strength))} <span>{said}</span></div>')


def values(page: DriftPage, column: str) -> None:
    """Its values in the training rows and in the last window."""
    found = _spread(page, column)
    if found is None:
        nothing("No values to draw.", "The column is empty on one side, or its values are not kept.")
        return
    with title_line("spreadhead"):
        st.html(_legend(page), width="content")
        _csv(page, column, found)
    _chart(page, column, found, HEIGHT)


def most_changed(page: DriftPage, ranks: Sequence[Rank], column: str) -> None:
    """The values of the column that changed the most; of the next one, where that is the chosen `column`."""
    assert page.last is not None
    order = furthest(ranks, page.last)
    others = ((name, _spread(page, name)) for name in order if name != column)
    name, found = next(((name, found) for name, found in others if found is not None), (None, None))
    if name is None or found is None:
        return
    title = "Most changed after it" if order[0] == column else "Most changed"
    with title_line("mosthead"):
        st.subheader(f"{title}: {plain(name)}", width="content")
        _csv(page, name, found)
    drift = page.last.columns[name]
    said = escape(verdict_words(drift, page.standing.model))
    st.html(f'<div class="em-why">{badge(state_of(drift.verdict, drift.strength))} <span>{said}</span></div>')
    _chart(page, name, found, SMALLER)


def _spread(page: DriftPage, column: str) -> Spread | None:
    return shown(*page.profiles, column) if page.profiles else None


def _csv(page: DriftPage, column: str, found: Spread) -> None:
    csv_button(lambda: spread_rows(page, column, found), f"{page.standing.model.name}-{column}-values")


def _chart(page: DriftPage, column: str, found: Spread, height: int) -> None:
    window = latest(page.standing.model)
    made = spread_figure(found, window, palette(), height)
    show(made, f"spread-{column}", _alt(found, column, window))


def _legend(page: DriftPage) -> str:
    colors, line = palette(), page.windows[-1]
    box = "display:inline-block;width:11px;height:11px;vertical-align:-1px;margin-right:6px;"
    grey = f'<span style="{box}background:{colors.gray};opacity:.45"></span>'
    blue = f'<span style="{box}border:2px solid {colors.model}"></span>'
    words = f"{latest(page.standing.model)}, {line.rows:,} rows"
    said = f"{grey}training rows of v{line.reference} &emsp;{blue}{escape(words)}"
    return f'<div class="em-sub em-wrap">{said}</div>'


def _alt(found: Spread, column: str, window: str) -> str:
    places = found.labels or [f"{low:.4g} to {high:.4g}" for low, high in pairwise(found.edges)]
    moved = [now - before for now, before in zip(found.window, found.reference, strict=True)]
    most = max(range(len(moved)), key=lambda place: abs(moved[place]))
    return (
        f"Values of {column}: training rows in grey, {window} as an outline. The largest change: "
        f"{places[most]}, from {share(found.reference[most])} to {share(found.window[most])}."
    )
