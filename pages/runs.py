"""Runs: what ran when, and what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from core.domain.runs import BAD_ENDS, OPEN
from core.domain.views.runs import RunLine
from core.domain.wording import at, count
from pages._parts.address import choose
from pages._parts.charts import show
from pages._parts.empty import nothing
from pages._parts.here import notices, now, runtime, watch, zone
from pages._parts.palette import palette
from pages._parts.rows_out import run_rows
from pages._parts.run_table import run_table
from pages._parts.taking_out import csv_button
from pages._parts.time_charts import runs_figure
from pages._parts.title_line import title_line
from pages._parts.words import result

RANGES = {"1 h": 1, "6 h": 6, "24 h": 24, "7 d": 168, "30 d": 720}
STATES = {"all": None, "running": OPEN, "failed": BAD_ENDS}
IN_CHART = 250
"""Bars that a time line can show; the table has them all."""


def main() -> None:
    watch(every=5)
    place = title_line("pagehead")
    with place:
        st.title("Runs", width="content")
        choices = st.container(horizontal=True, width="content", vertical_alignment="center")
    with choices:
        ranges = st.container(width="content")
        shown = choose("Show", list(STATES), "all", "show", str.capitalize)
        experiment = _experiment()
    notices()
    moment = now()
    asked = RANGES.get(st.query_params.get("range", ""), 24)
    lines = runtime().views.runs(
        moment - timedelta(hours=max(24, asked)), STATES[shown], experiment=experiment
    )
    with ranges:
        hours = RANGES[choose("Range", list(RANGES), _fitting(lines, moment), "range")]
    since = moment - timedelta(hours=hours)
    lines = [line for line in lines if line.run.ended is None or line.run.ended >= since]
    if not lines:
        _nothing(shown, hours)
        return
    with choices:
        csv_button(lambda: run_rows(lines), "runs")
    _chart(lines, since, moment)
    st.subheader(_summary(lines, hours))
    picked = run_table(lines, moment, zone(), key="runs")
    if picked is not None:
        st.switch_page("run.py", query_params={"run": str(picked)})


def _experiment() -> str | None:
    """The experiment whose runs are wanted; None: all, or there is none to choose."""
    names = runtime().views.experiments()
    if not names:
        return None
    every = "Any experiment"
    picked = choose("Experiment", [every, *names], every, "experiment", str, most=0)
    return None if picked == every else picked


def _fitting(lines: Sequence[RunLine], moment: datetime) -> str:
    """The shortest range that shows every run of the last day: a day, or less where all are younger."""
    begun = [line.run.started or line.run.queued for line in lines]
    age = moment - min(
        (one for one in begun if one >= moment - timedelta(hours=24)), default=moment - timedelta(hours=24)
    )
    return next((name for name, hours in RANGES.items() if timedelta(hours=hours) > age), "24 h")


def _chart(lines: Sequence[RunLine], since: datetime, moment: datetime) -> None:
    alt = f"{count(len(lines), 'run')} by model since {at(since, zone())}."
    show(runs_figure(lines[:IN_CHART], since, moment, zone(), palette()), "runs-chart", alt)


def _summary(lines: Sequence[RunLine], hours: int) -> str:
    span = count(hours, "hour") if hours < 48 else f"{hours // 24} days"
    words = [result(line).word for line in lines]
    bad = sum(line.run.state in BAD_ENDS for line in lines)
    return f"{count(len(lines), 'run')} in {span}: {bad} failed, {words.count('Promoted')} promoted"


def _nothing(shown: str, hours: int) -> None:
    span = count(hours, "hour") if hours < 48 else f"{hours // 24} days"
    if shown == "running":
        nothing("Nothing runs.", "No run is waiting either.", "check_circle", "green")
    elif shown == "failed":
        nothing("Nothing failed.", f"Every run of the last {span} reached its end.", "check_circle", "green")
    else:
        nothing(
            "No runs yet.",
            f"None in the last {span}. Runs come from schedules, from Retrain now, and from "
            "`evermodel backfill`; choose a longer range above for older ones.",
        )


main()
