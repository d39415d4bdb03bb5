"""Health signs: what is told of the home, each with a state in a word. Pure; `now`, zones are arguments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.views.health import HealthPage
from core.domain.wording import at, count
from core.engine.processes import holder_words
from pages._parts.words import State, age

GOOD = State("Good", "check_circle", "green", "✓")
LOOK = State("Look", "warning", "orange", "!")
BUSY = State("Busy", "hourglass_empty", "gray")
STANDBY = State("Stands by", "pause_circle", "gray")
STARTING = State("Starting", "hourglass_empty", "gray")
SILENT = State("Silent", "cancel", "red", "✕")
LATE = State("Late", "hourglass_empty", "orange", "!")
LOW = State("Low", "warning", "orange", "!")
READ_ONLY = State("Read only", "cancel", "red", "✕")
LONG = timedelta(hours=1)
"""So long a run may wait before it is told as more than busy."""


@dataclass(frozen=True)
class Sign:
    """One thing that was looked at, in words."""

    what: str
    state: State
    words: str

    @property
    def wrong(self) -> bool:
        return self.state in (SILENT, LATE, LOW, READ_ONLY)


def scheduler(page: HealthPage, health: Mapping[str, object], now: datetime, zone: str) -> Sign:
    """Who keeps the clock, since when."""
    lease, state = page.lease, health["scheduler"]
    if state == "starting":
        return Sign("Scheduler", STARTING, "This server has only begun; the clock is on time in a moment.")
    if lease is None or not lease.holder:
        then = "It goes on with the home." if "problem" in health else "Start Evermodel again."
        return Sign("Scheduler", SILENT, f"No server keeps the clock: nothing fires. {then}")
    who, since = holder_words(lease.holder), at(lease.started, zone)
    if state == "late":
        said = f"Silent for {age(now - lease.beat)}; {who} kept the clock since {since}."
        return Sign("Scheduler", SILENT, f"{said} What falls due meanwhile is caught up when one is back.")
    if state == "standby":
        said = f"Another server keeps the clock: {who}, since {since}."
        return Sign("Scheduler", STANDBY, f"{said} This one takes over when that falls silent.")
    return Sign("Scheduler", GOOD, f"On time: {who} has kept the clock since {since}.")


def queue(page: HealthPage, now: datetime) -> Sign:
    """What runs and what waits, how long."""
    running = sum(line.run.state == "running" for line in page.open)
    waiting = [line.run for line in page.open if line.run.state == "queued"]
    ready = [run for run in waiting if run.not_before is None or run.not_before <= now]
    said = f"{count(running, 'run')} under way, {len(waiting)} waiting"
    if not ready:
        return Sign("Queue", BUSY if running else GOOD, f"{said}.")
    longest = now - min(max(run.queued, run.not_before or run.queued) for run in ready)
    return Sign("Queue", LATE if longest >= LONG else BUSY, f"{said}, the longest for {age(longest)}.")


def disk(free: str, why_read_only: str | None, short: str | None) -> Sign:
    """Whether the home has room and may be written."""
    if why_read_only:
        said = "Everything can be looked at, nothing changed and no run begins."
        return Sign("Disk", READ_ONLY, f"{why_read_only} {said} Make it writable, and Evermodel goes on.")
    if short:
        return Sign("Disk", LOW, f"{short} Free some room, and Evermodel goes on by itself.")
    return Sign("Disk", GOOD, f"{free} free.")


def database(version: str, takes_turns: bool) -> Sign:
    """Which SQLite keeps the tables, and what that means."""
    if takes_turns:
        said = "older than 3.51.3, where two writers at once can lose rows; here they take turns, losing none"
        return Sign("Tables", GOOD, f"SQLite {version}, {said}.")
    return Sign("Tables", GOOD, f"SQLite {version}; writers need no lock of ours.")


def punctual(page: HealthPage) -> Sign:
    """What should have happened by now."""
    parts = []
    if page.overdue:
        parts.append(f"{count(len(page.overdue), 'schedule')} overdue")
    if page.waits:
        parts.append(f"{count(len(page.waits), 'model')} without the rows or labels that were expected")
    if not parts:
        return Sign("Late", GOOD, "Nothing is overdue, and rows and labels come as they did before.")
    return Sign("Late", LATE, f"{', '.join(parts)}; named below.")


def answer(signs: list[Sign]) -> str:
    """The page's first sentence."""
    wrong = [sign.what.lower() for sign in signs if sign.wrong]
    if not wrong:
        return "Evermodel works as it should."
    return f"{count(len(wrong), 'thing')} to look at: {', '.join(wrong)}."
