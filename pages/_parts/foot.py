"""Foot of the sidebar: the scheduler, what runs, the time and its zone; and the warnings above every page."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from core.domain.wording import at, count, in_bytes
from pages._parts.cells import icon
from pages._parts.here import now, plain, runtime, scheduler, zone
from pages._parts.words import age

SCHEDULER = {
    "ticking": ("check_circle", "green", "Scheduler on time"),
    "starting": ("hourglass_empty", "gray", "Scheduler starting"),
    "standby": ("pause_circle", "gray", "Another process keeps the clock"),
    "late": ("cancel", "red", "Scheduler silent"),
}


def foot() -> None:
    """What is well is said in a line, what is wrong links to the page of health."""
    line, state = runtime().views.health_line(), str(scheduler()["scheduler"])
    name, color, words = SCHEDULER.get(state, SCHEDULER["late"])
    wrong = _wrong(state)
    parts = [] if wrong else [f"{icon(name, color)} {words}"]
    if line.models:
        moving = icon("progress_activity", "blue") if line.running else icon("check", "gray")
        parts.append(f"{moving} {line.running} running, {line.waiting} waiting")
    city = zone().rsplit("/", 1)[-1].replace("_", " ")
    if wrong:
        st.page_link("health.py", label=f":{wrong[1]}[{wrong[2]}]", icon=f":material/{wrong[0]}:")
    st.html(f'<div class="em-foot">{"<br>".join([*parts, f"{at(now(), zone())} {city}"])}</div>')


def _wrong(state: str) -> tuple[str, str, str] | None:
    """The icon, the colour and the words of what is wrong with the home or its clock."""
    home = runtime().home
    if home.why_read_only() is not None:
        return "cancel", "red", "The home can only be read"
    if home.room.short(runtime().settings.low_disk) is not None:
        return "warning", "orange", f"Disk low: {in_bytes(home.room.free)} free"
    if state not in ("ticking", "starting"):
        return SCHEDULER.get(state, SCHEDULER["late"])
    return None


def warnings() -> None:
    """Above every page: why nothing can be kept or begun here, else that the scheduler does not tick."""
    home = runtime().home
    if why := home.why_read_only():
        st.error(
            f"**{plain(why)}** Everything can be looked at, nothing changed, and no run begins. "
            "Make it writable, and Evermodel goes on by itself.",
            icon=":material/cancel:",
        )
    elif why := home.room.short(runtime().settings.low_disk):
        st.warning(
            f"**{plain(why)}** What runs goes on; what waits begins once there is room. Free some, or set "
            "`low_disk` lower.",
            icon=":material/warning:",
        )
    else:
        _silent(scheduler())


def _silent(health: Mapping[str, object]) -> None:
    """Says so when the scheduler does not tick: how long, and what will happen."""
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
