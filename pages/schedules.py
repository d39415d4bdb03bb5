"""Schedules: what was due and is due, the list, and the form that changes one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from core.domain.views.schedules import ScheduleLine
from core.domain.wording import capital
from pages._parts.address import choose
from pages._parts.charts import show
from pages._parts.empty import nothing
from pages._parts.forms import new_form, schedule_form
from pages._parts.here import notices, now, runtime, watch, zone
from pages._parts.palette import palette
from pages._parts.rows_out import ledger_rows
from pages._parts.schedule_list import schedule_list
from pages._parts.taking_out import csv_button
from pages._parts.time_charts import schedules_figure
from pages._parts.title_line import title_line

UNITS = {
    "minutes": timedelta(minutes=10),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
TITLES = {"minutes": "Twenty minutes back, thirty ahead"}
DENSE = {"weeks": 2, "days": 48, "hours": 400}
"""The most due times a day of one schedule that a time line of this unit keeps apart."""


def main() -> None:
    watch(every=5)
    models = runtime().views.health_line().models
    with title_line("pagehead"):
        st.title("Schedules", width="content")
        st.button(
            "New schedule",
            icon=":material/add:",
            key="new",
            disabled=not models,
            on_click=_choose,
            args=("new",),
        )
    notices()
    if not models:
        nothing("No models yet.", "A schedule says when a model is retrained; add the model first.")
        st.page_link("welcome.py", label="Add a model", icon=":material/add_circle:")
        return
    unit, lines = _lines(now())
    above = st.container()  # filled last: a browser readies the list while it still has no chart to draw
    left, right = st.columns([4, 3], gap="medium")
    with left:
        chosen = _list(lines, now())
    with right, st.container(border=True, key="form"):
        if chosen is None:
            new_form(models)
        else:
            schedule_form(chosen)
    if lines:
        with above:
            _timeline(lines, unit, now())


def _choose(what: str) -> None:
    st.query_params["schedule"] = what


def _lines(moment: datetime) -> tuple[str, list[ScheduleLine]]:
    """The unit of the time line (chosen, else what the densest schedule asks for) and every schedule."""
    asked = st.query_params.get("scale")
    unit = (
        asked
        if asked in UNITS
        else _fitting(runtime().views.schedules(moment, timedelta(days=3), timedelta(days=3)))
    )
    return unit, runtime().views.schedules(moment, 2 * UNITS[unit], 3 * UNITS[unit])


def _fitting(lines: Sequence[ScheduleLine]) -> str:
    per_day = max(
        (_per_day(line.ahead or [entry.due for entry, _ in line.entries]) for line in lines), default=0.0
    )
    return next((unit for unit, most in DENSE.items() if per_day <= most), "minutes")


def _per_day(times: Sequence[datetime]) -> float:
    return (len(times) - 1) / ((times[-1] - times[0]) / timedelta(days=1)) if len(times) > 1 else 0.0


def _timeline(lines: Sequence[ScheduleLine], unit: str, moment: datetime) -> None:
    with title_line("charthead"):
        st.subheader(TITLES.get(unit, f"Two {unit} back, three {unit} ahead"), width="content")
        choose("Scale", list(UNITS), unit, "scale", capital)
        csv_button(lambda: ledger_rows(lines), "due-times")
    passed = sum(len(line.entries) for line in lines)
    planned = sum(len(line.ahead) for line in lines)
    show(
        schedules_figure(lines, moment, 2 * UNITS[unit], 3 * UNITS[unit], zone(), palette()),
        "schedules-chart",
        f"{len(lines)} schedules: {passed} due times passed, {planned} planned.",
    )
    st.caption("● promoted · ○ champion kept · ✕ failed · – skipped · | planned")


def _list(lines: Sequence[ScheduleLine], moment: datetime) -> ScheduleLine | None:
    """Draws the list; the schedule that is chosen, None for a new one."""
    st.subheader("All schedules")
    if not lines:
        nothing("No schedules yet.", "Models are retrained only by hand until one is saved.")
        return None
    chosen = _chosen(lines)
    schedule_list(lines, chosen, moment, lambda line: _choose(str(line.schedule.id)))
    return chosen


def _chosen(lines: Sequence[ScheduleLine]) -> ScheduleLine | None:
    asked, model = st.query_params.get("schedule"), st.query_params.get("model")
    if asked == "new":
        return None
    by_id = next((line for line in lines if str(line.schedule.id) == asked), None)
    of_model = next((line for line in lines if line.model == model), None)
    if by_id is None and model is not None:
        return of_model
    return by_id or lines[0]


main()
