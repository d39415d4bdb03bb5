"""Runs: what ran when, and what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from core.domain.read_models import RunLine
from core.domain.runs import BAD_ENDS, OPEN
from core.domain.wording import at, count
from pages._parts.address import choose
from pages._parts.charts import show
from pages._parts.empty import nothing
from pages._parts.here import notices, now, runtime, watch, zone
from pages._parts.palette import palette
from pages._parts.run_table import run_table
from pages._parts.time_charts import runs_figure
from pages._parts.words import result

RANGES = {"6 h": 6, "24 h": 24, "7 d": 168, "30 d": 720}
STATES = {"all": None, "running": OPEN, "failed": BAD_ENDS}
IN_CHART = 250
"""Bars that a time line can show; the table has them all."""


def main() -> None:
    watch()
    hours, shown = _choices()
    notices()
    moment = now()
    since = moment - timedelta(hours=hours)
    lines = runtime().views.runs(since, STATES[shown])
    if not lines:
        _nothing(shown, hours)
        return
    _chart(lines, since, moment)
    st.subheader(_summary(lines, hours))
    picked = run_table(lines, moment, zone(), key="runs")
    if picked is not None:
        st.switch_page("run.py", query_params={"run": str(picked)})


def _choices() -> tuple[int, str]:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="pagehead"
    ):
        st.title("Runs", width="content")
        with st.container(horizontal=True, width="content"):
            span = choose("Range", list(RANGES), "24 h", "range")
            shown = choose("Show", list(STATES), "all", "show", str.capitalize)
    return RANGES[span], shown


def _chart(lines: Sequence[RunLine], since: datetime, moment: datetime) -> None:
    alt = f"{count(len(lines), 'run')} by model since {at(since, zone())}."
    show(runs_figure(lines[:IN_CHART], since, moment, zone(), palette()), "runs-chart", alt)


def _summary(lines: Sequence[RunLine], hours: int) -> str:
    span = f"{hours} hours" if hours < 48 else f"{hours // 24} days"
    words = [result(line).word for line in lines]
    bad = sum(line.run.state in BAD_ENDS for line in lines)
    return f"{count(len(lines), 'run')} in {span}: {bad} failed, {words.count('Promoted')} promoted"


def _nothing(shown: str, hours: int) -> None:
    span = f"{hours} hours" if hours < 48 else f"{hours // 24} days"
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
