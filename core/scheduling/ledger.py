"""Ledger: decides what becomes of each due time. Pure; every due time gets exactly one decision."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.domain.clock import MICROSECOND
from core.domain.schedules import Schedule
from core.scheduling.fire_times import due_times, last_due, next_due

NOBODY = "nobody was ticking"


@dataclass(frozen=True)
class Decision:
    """`outcome` is fired, late, skipped or merged. `runs`: a run is to be queued for it.

    `with_run_of`: the due time whose run it shares (merged), or whose run was in its way (skipped).
    """

    due: datetime
    outcome: str
    reason: str | None = None
    runs: bool = False
    with_run_of: datetime | None = None


def settle(
    schedule: Schedule, now: datetime, ticking_since: datetime, busy: str | None
) -> Iterator[Decision]:
    """What becomes of the due times of (schedule.handled, now], oldest first.

    One at a time, so that memory stays flat however many there are. What fell due before `ticking_since` was
    missed and is caught up `once`, unless the schedule says `skip`. `busy` says in words which run is in the
    way (overlap `skip`); None if the way is free.
    """
    dues = due_times(schedule.rule, schedule.anchor, schedule.handled, now)
    if schedule.paused:
        yield from (Decision(due, "skipped", _paused(schedule, due)) for due in dues)
        return
    newest = _newest_missed(schedule, now, ticking_since)
    queued = None
    for due in dues:
        if due < ticking_since:
            decision = _missed(schedule, due, newest, busy)
        else:
            decision = _on_time(due, queued, busy)
        queued = due if decision.runs else queued
        yield decision


def dropped(schedule: Schedule, now: datetime, reason: str) -> Iterator[Decision]:
    """Every due time of (schedule.handled, now] skipped, for this reason or because it was paused."""
    for due in due_times(schedule.rule, schedule.anchor, schedule.handled, now):
        yield Decision(due, "skipped", _paused(schedule, due) if schedule.paused else reason)


def next_fire(schedule: Schedule, now: datetime) -> datetime | None:
    """The next due time after now that is not settled yet; None while paused, and once the rule has ended."""
    if schedule.paused:
        return None
    return next_due(schedule.rule, schedule.anchor, max(now, schedule.handled))


def _newest_missed(schedule: Schedule, now: datetime, ticking_since: datetime) -> datetime | None:
    until = min(now, ticking_since - MICROSECOND)
    return last_due(schedule.rule, schedule.anchor, schedule.handled, until)


def _missed(schedule: Schedule, due: datetime, newest: datetime | None, busy: str | None) -> Decision:
    if schedule.catch_up == "skip":
        return Decision(due, "skipped", NOBODY)
    if busy is not None:
        return Decision(due, "skipped", busy)
    if due == newest:
        return Decision(due, "late", NOBODY, runs=True)
    return Decision(due, "merged", f"{NOBODY}; one run answers for all", with_run_of=newest)


def _on_time(due: datetime, queued: datetime | None, busy: str | None) -> Decision:
    if busy is not None:
        return Decision(due, "skipped", busy)
    if queued is not None:
        return Decision(due, "skipped", "the run before it was still queued", with_run_of=queued)
    return Decision(due, "fired", runs=True)


def _paused(schedule: Schedule, due: datetime) -> str:
    before = schedule.paused_at is not None and due < schedule.paused_at
    words = "paused before it could run" if before else "paused"
    return f"{words}: {schedule.pause_reason}" if schedule.pause_reason else words
