"""Drift: which columns moved away from the rows that the champion was trained on, and how."""

from collections.abc import Sequence

import streamlit as st

from core.domain.views.drift import DriftPage
from core.monitoring.ranking import Rank, ranked
from pages._parts.charts import CONFIG
from pages._parts.drift_column import in_words, most_changed, values
from pages._parts.drift_legend import legend
from pages._parts.drift_map import drift_figure, step
from pages._parts.drift_missing import missing_and_new
from pages._parts.drift_out import drift_rows
from pages._parts.drift_words import head_words, left_out_words, said_already, titled
from pages._parts.empty import nothing
from pages._parts.head import choose_model, head
from pages._parts.here import now, runtime, watch, zone
from pages._parts.palette import palette
from pages._parts.taking_out import csv_button
from pages._parts.title_line import title_line
from pages._parts.words import one_window, windows

MOST = 60
"""Rows of the map; every column that drifted is among them."""
MAP, COLUMN = "drift-map", "column"
HELP = (
    "Each {word} is held against the rows that the champion of its day was trained on. A column is unusual "
    "when it is further from them than any {word} of those rows is from the rest of them. "
    "Distance: Kolmogorov–Smirnov for numbers, total variation for categories, both 0 to 1."
)


def main() -> None:
    name, place = choose_model()
    watch(name)
    page = runtime().views.drift(name, now())
    head(place, page.standing, head_words(page), said_already(page))
    ranks = ranked(page.last, page.importance) if page.last is not None else []
    if not ranks:
        _nothing_yet(page)
        return
    left, right = st.columns([8, 5], gap="large")
    with right:
        column: str = st.selectbox("Column", [rank.column for rank in ranks], key=COLUMN, bind="query-params")
        in_words(page, column)
        values(page, column)
        most_changed(page, ranks, column)
        missing_and_new(page, ranks, column)
    with left:
        _map(page, ranks, column)


def _map(page: DriftPage, ranks: Sequence[Rank], column: str) -> None:
    model, shown = page.standing.model, _drawn(page, ranks, column)
    with title_line("charthead"):
        st.subheader(titled(model), width="content", help=HELP.format(word=one_window(model)))
        csv_button(lambda: drift_rows(page.windows), f"{model.name}-drift")
    legend(page.windows, shown)
    bars = "drift × importance" if page.importance else "drift"
    st.plotly_chart(
        drift_figure(page.windows, shown, column, bars, zone(), palette()),
        theme=None,
        config=CONFIG,
        key=MAP,
        on_select=lambda: _clicked(shown),
        selection_mode="points",
        alt=_alt(page, shown),
    )
    st.caption(_foot(page, ranks, shown))


def _clicked(shown: Sequence[Rank]) -> None:
    points = st.session_state[MAP].selection.points
    if points:
        st.session_state[COLUMN] = shown[round(points[0]["y"])].column


def _drawn(page: DriftPage, ranks: Sequence[Rank], column: str) -> list[Rank]:
    """The first `MOST`, every column that drifted in the last window, and the chosen one."""
    always = {*page.windows[-1].drifted, column}
    room = MOST - len(always)
    others = [rank.column for rank in ranks if rank.column not in always][: max(0, room)]
    return [rank for rank in ranks if rank.column in always or rank.column in others]


def _alt(page: DriftPage, shown: Sequence[Rank]) -> str:
    drifted = [
        rank.column for rank in shown if step(page.windows[-1].cells.get(rank.column)) not in (None, "usual")
    ]
    said = (
        f"In the last, {', '.join(drifted)} differ from the training rows."
        if drifted
        else "In the last, none differs."
    )
    return f"{len(shown)} columns in {windows(page.standing.model, len(page.windows))}. {said}"


def _foot(page: DriftPage, ranks: Sequence[Rank], shown: Sequence[Rank]) -> str:
    assert page.last is not None
    more = len(ranks) - len(shown)
    parts = [
        "Click a row to see how it changed.",
        f"{more} more columns that did not drift are not drawn; the list at the right has them."
        if more
        else None,
        left_out_words(page.last),
    ]
    return " ".join(part for part in parts if part)


def _nothing_yet(page: DriftPage) -> None:
    model = page.standing.model
    st.subheader(titled(model))
    if not page.closed:
        nothing(
            "No rows looked at yet.",
            f"Run `evermodel backfill {model.name}` to live through the rows that are there, or wait for the "
            f"first closed {one_window(model)}.",
        )
    elif page.standing.champion is None:
        nothing(
            "No version yet.",
            "Drift is the distance to the rows that a version was trained on; the first is made after "
            f"{windows(model, model.initial)}, and {windows(model, page.closed)} of rows are known.",
        )
    elif page.last is None:
        nothing(
            "Not measured yet.",
            "It is measured when the rows are looked at next: with the next retraining, when they change, "
            f"or by `evermodel monitor {model.name}`.",
        )
    else:
        nothing("No column to watch.", left_out_words(page.last) or "The model has no columns.")


main()
