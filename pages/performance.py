"""Performance: how well a model does, window by window, and what was retrained when."""

from collections.abc import Sequence

import streamlit as st

from core.domain.views.performance import PerformancePage
from core.domain.windows import Window
from core.domain.wording import METRIC_WORDS, capital, score
from pages._parts.address import choose
from pages._parts.charts import show
from pages._parts.empty import nothing
from pages._parts.head import choose_model, head
from pages._parts.here import now, runtime, watch, zone
from pages._parts.palette import palette
from pages._parts.performance_cards import performance_cards
from pages._parts.performance_chart import performance_figure
from pages._parts.rows_out import window_rows
from pages._parts.taking_out import csv_button
from pages._parts.title_line import title_line
from pages._parts.window_table import window_table
from pages._parts.words import day, one_window, windows

RANGES = ("13", "26", "52", "all")
LEGEND = (
    "Dots: measured, once labels are in. Grey line: the simplest guess. Top: version promoted, × not "
    "promoted. "
    "Foot: why it was made, | a schedule or a person, ◆ error or drift; bars: labels in."
)


def main() -> None:
    name, place = choose_model()
    watch(name)
    page = runtime().views.performance(name, now())
    head(place, page.standing)
    performance_cards(page, now())
    measured = [window for window in page.windows if window.metrics]
    if not measured:
        _nothing_yet(page)
        return
    metric, shown = _choices(page, measured)
    _chart(page, shown, metric)
    st.subheader(f"{capital(one_window(page.standing.model))} by {one_window(page.standing.model)}")
    window_table(page.standing.model, shown, metric, zone())


def _choices(page: PerformancePage, measured: Sequence[Window]) -> tuple[str, Sequence[Window]]:
    """The metric and the windows of the range that were chosen."""
    model = page.standing.model
    names = [metric for metric in model.metrics if any(metric in window.metrics for window in measured)]
    names = [model.metric, *(name for name in names if name != model.metric)]
    with title_line("charthead"):
        title = st.container(width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            metric = names[0]
            if len(names) > 1:
                metric = choose(
                    "Metric",
                    names,
                    names[0],
                    "metric",
                    lambda one: capital(METRIC_WORDS[one]),
                    most=4,
                    scope=model.name,
                )
            picked = choose(
                "Range",
                RANGES,
                "52",
                "range",
                lambda one: "All" if one == "all" else windows(model, int(one)),
            )
            shown = page.windows if picked == "all" else page.windows[-int(picked) :]
            csv_button(lambda: window_rows(page, shown), f"{model.name}-windows")
        title.subheader(f"{capital(METRIC_WORDS[metric])} per {one_window(model)}")
    return metric, shown


def _chart(page: PerformancePage, shown: Sequence[Window], metric: str) -> None:
    model = page.standing.model
    values = [value for window in shown if (value := window.metrics.get(metric)) is not None]
    if not values:
        nothing("No measure in this range.", "Choose a longer one above.")
        return
    alt = (
        f"{METRIC_WORDS[metric]} of {model.name} per {one_window(model)}, {len(values)} measured: "
        f"{score(metric, values[0])} at first, {score(metric, values[-1])} at last, "
        f"between {score(metric, min(values))} and {score(metric, max(values))}."
    )
    show(performance_figure(model, shown, page.versions, metric, zone(), palette()), "performance", alt)
    st.caption(LEGEND)


def _nothing_yet(page: PerformancePage) -> None:
    model, count = page.standing.model, len(page.windows)
    st.subheader(f"{capital(METRIC_WORDS[model.metric])} per {one_window(model)}")
    if not page.windows:
        nothing(
            "No rows looked at yet.",
            f"Run `evermodel backfill {model.name}` to live through the rows that are "
            "there, or wait for the first closed window.",
        )
    elif page.standing.champion is None:
        nothing(
            "No version yet.",
            f"{windows(model, count)} of rows are known; the first version is made after "
            f"{windows(model, model.initial)}.",
        )
    else:
        served = [window for window in page.windows if window.version and window.closed]
        rows, serves = sum(window.rows for window in served), page.standing.champion.number
        if served:
            what = "No labels yet."
            until = day(served[-1].end, zone())
            said = f"{rows:,} rows up to {until} wait for theirs; the chart begins with them."
        else:
            what = f"No {one_window(model)} served yet."
            said = f"The chart begins with the first that is over and that v{serves} served."
        nothing(what, said)


main()
