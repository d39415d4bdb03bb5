"""Drift missing: which values are missing or new, in the chosen column and where they changed the most."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.domain.views.drift import DriftPage
from core.monitoring.ranking import Rank
from pages._parts.drift_out import missing_rows
from pages._parts.drift_words import latest, missing_words, names_words, new_words
from pages._parts.taking_out import csv_button
from pages._parts.title_line import title_line

LISTED = 5


def missing_and_new(page: DriftPage, ranks: Sequence[Rank], column: str) -> None:
    """The chosen column and those whose missing or new values changed most.

    The target only if it is chosen: what it lacks are labels still to come.
    """
    model = page.standing.model
    with title_line("missinghead"):
        st.subheader(f"Missing and new values, {latest(model)}", width="content")
        csv_button(lambda: missing_rows(page), f"{model.name}-missing-and-new")
    rows = "".join(_row(page, name) for name in _changed(page, ranks, column))
    st.html(
        '<table class="em-table em-new"><thead><tr><th>Column</th><th>Missing</th><th>New values</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _row(page: DriftPage, name: str) -> str:
    assert page.last is not None
    drift, names = page.last.columns[name], names_words(page.fresh(name))
    named = f'<div class="em-sub em-wrap">{escape(names)}</div>' if names else ""
    missing = missing_words(drift.missing, page.missing_before(name))
    return f"<tr><td>{escape(name)}</td><td>{missing}</td><td>{new_words(drift)}{named}</td></tr>"


def _changed(page: DriftPage, ranks: Sequence[Rank], column: str) -> list[str]:
    assert page.last is not None
    columns = page.last.columns
    moved = {
        rank.column: columns[rank.column].new
        + abs(columns[rank.column].missing - (page.missing_before(rank.column) or 0.0))
        for rank in ranks
        if rank.column not in (column, page.standing.model.target)
    }
    most = sorted((name for name, much in moved.items() if much > 0), key=lambda name: -moved[name])
    return [column, *most[: LISTED - 1]]
