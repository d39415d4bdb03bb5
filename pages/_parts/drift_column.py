"""Drift column: one column in words, its values before and now, and what is missing or new."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise

import streamlit as st

from core.domain.drift import Spread
from core.domain.read_models import DriftPage
from core.monitoring.ranking import Rank
from core.monitoring.showing import shown
from pages._parts.cells import badge
from pages._parts.charts import show
from pages._parts.drift_chart import spread_figure
from pages._parts.drift_words import (
    importance_words,
    latest,
    missing_words,
    new_words,
    state_of,
    verdict_words,
)
from pages._parts.empty import nothing
from pages._parts.palette import palette

LISTED = 5


def in_words(page: DriftPage, column: str) -> None:
    """Its verdict and its place in importance."""
    assert page.last is not None
    drift = page.last.columns[column]
    said = escape(f"{verdict_words(drift, page.standing.model)} {importance_words(column, page)}")
    st.html(f'<div class="em-why">{badge(state_of(drift.verdict, drift.strength))} <span>{said}</span></div>')


def values(page: DriftPage, column: str) -> None:
    """Its values in the training rows and in the last window."""
    model = page.standing.model
    found = shown(*page.profiles, column) if page.profiles else None
    if found is None:
        nothing("No values to draw.", "The column is empty on one side, or its values are not kept.")
        return
    _legend(page)
    made = spread_figure(found, latest(model), palette())
    show(made, f"spread-{column}", _alt(found, column, latest(model)))


def missing_and_new(page: DriftPage, ranks: Sequence[Rank], column: str) -> None:
    """The chosen column and those whose missing or new values changed most.

    The target only if it is chosen: what it lacks are labels still to come.
    """
    assert page.last is not None
    st.subheader(f"Missing and new values, {latest(page.standing.model)}")
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{missing_words(drift.missing, _before(page, name))}</td>"
        f"<td>{new_words(drift)}</td></tr>"
        for name in _changed(page, ranks, column)
        for drift in [page.last.columns[name]]
    )
    st.html(
        '<table class="em-table em-even"><thead><tr><th>Column</th><th>Missing</th><th>New values</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _changed(page: DriftPage, ranks: Sequence[Rank], column: str) -> list[str]:
    assert page.last is not None
    columns = page.last.columns
    moved = {
        rank.column: columns[rank.column].new
        + abs(columns[rank.column].missing - (_before(page, rank.column) or 0.0))
        for rank in ranks
        if rank.column not in (column, page.standing.model.target)
    }
    most = sorted((name for name, much in moved.items() if much > 0), key=lambda name: -moved[name])
    return [column, *most[: LISTED - 1]]


def _before(page: DriftPage, name: str) -> float | None:
    """The share of the training rows without a value."""
    profile = page.profiles[0].profile.get(name) if page.profiles else None
    return profile.missing / profile.rows if profile is not None and profile.rows else None


def _legend(page: DriftPage) -> None:
    colors, line = palette(), page.windows[-1]
    box = "display:inline-block;width:11px;height:11px;vertical-align:-1px;margin-right:6px;"
    grey = f'<span style="{box}background:{colors.gray};opacity:.45"></span>'
    blue = f'<span style="{box}border:2px solid {colors.model}"></span>'
    words = f"{latest(page.standing.model)}, {line.rows:,} rows"
    st.html(f'<div class="em-sub">{grey}training rows of v{line.reference} &emsp;{blue}{escape(words)}</div>')


def _alt(found: Spread, column: str, window: str) -> str:
    places = found.labels or [f"{low:.4g} to {high:.4g}" for low, high in pairwise(found.edges)]
    moved = [now - before for now, before in zip(found.window, found.reference, strict=True)]
    most = max(range(len(moved)), key=lambda place: abs(moved[place]))
    return (
        f"Values of {column}: training rows in grey, {window} as an outline. The largest change: "
        f"{places[most]}, from {found.reference[most]:.1%} to {found.window[most]:.1%}."
    )
