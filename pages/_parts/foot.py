"""Foot of the sidebar: the scheduler, what runs, the time and its zone; and the warning when nobody ticks."""

from datetime import datetime

import streamlit as st

from core.domain.wording import at, count
from pages._parts.cells import icon
from pages._parts.here import now, runtime, zone
from pages._parts.words import age

SCHEDULER = {
    "ticking": ("check_circle", "green", "Scheduler on time"),
    "standby": ("pause_circle", "gray", "Another process keeps the clock"),
    "late": ("cancel", "red", "Scheduler silent"),
}


def foot() -> None:
    line, health = runtime().views.health_line(), runtime().health()
    name, color, words = SCHEDULER.get(str(health["scheduler"]), SCHEDULER["late"])
    parts = [f"{icon(name, color)} {words}"]
    if line.models:
        moving = icon("progress_activity", "blue") if line.running else icon("check", "gray")
        parts.append(f"{moving} {line.running} running, {line.waiting} waiting")
    city = zone().rsplit("/", 1)[-1].replace("_", " ")
    st.html(f'<div class="em-foot">{"<br>".join([*parts, f"{at(now(), zone())} {city}"])}</div>')


def silent() -> None:
    """Says so, above every page, when the scheduler does not tick: how long, and what will happen."""
    health = runtime().health()
    if health["scheduler"] != "late":
        return
    last = health.get("last_tick")
    since = f" for {age(now() - last)}" if isinstance(last, datetime) else ""
    late = [one.model.name for one in runtime().views.overview(now()) if "overdue" in one.health.why]
    what = f" {count(len(late), 'model')} waits: {', '.join(late)}." if late else ""
    st.error(
        f"**The scheduler has been silent{since}.**{what} What falls due meanwhile runs once when it is "
        "back: "
        "start Evermodel again if this does not go away.",
        icon=":material/cancel:",
    )
