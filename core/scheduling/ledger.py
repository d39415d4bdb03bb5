"""Ledger: decides what becomes of each due time. Pure; every due time gets exactly one decision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.clock import MICROSECOND
from core.domain.schedules import Schedule
from core.domain.spans import Span
from core.scheduling.fire_times import due_times, last_dues, next_due

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


@dataclass(frozen=True)
class InTheWay:
    """The open runs of a model, each in words, None where there is none.

    A backfill stops everything; a retrain stops the next one, but under overlap `queue` one may wait behind
    a running one.
    """

    backfill: str | None = None
    queued: str | None = None
    running: str | None = None

    def stops(self, overlap: str) -> str | None:
        """Why nothing can be queued, in words; None if the way is free."""
        return self.backfill or self.queued or (self.running if overlap == "skip" else None)


FREE = InTheWay()


def settle(
    schedule: Schedule, now: datetime, ticking_since: datetime, way: InTheWay = FREE
) -> Iterator[Decision]:
    """What becomes of the due times of (schedule.handled, now], oldest first.

    One at a time, so that memory stays flat however many there are. What fell due before `ticking_since` was
    missed and is caught up as the schedule says; what is settled later than its grace is skipped.
    """
    yield from _in_pause(schedule, now)
    if schedule.rests(now):
        return
    awake = schedule.woken(now)
    caught_up = _caught_up(awake, now, ticking_since)
    queued = None
    for due in due_times(awake.rule, awake.anchor, awake.handled, now):
        if awake.options.grace is not None and now - due > awake.options.grace.elapsed:
            decision = Decision(due, "skipped", _too_late(awake.options.grace, due < ticking_since))
        elif due < ticking_since:
            decision = _missed(awake, due, caught_up, way)
        else:
            decision = _on_time(due, queued, way.stops(awake.options.overlap))
        queued = due if decision.runs else queued
        yield decision


def dropped(schedule: Schedule, now: datetime, reason: str) -> Iterator[Decision]:
    """Every due time of (schedule.handled, now] skipped, for this reason or because it was paused."""
    yield from _in_pause(schedule, now)
    if schedule.rests(now):
        return
    awake = schedule.woken(now)
    for due in due_times(awake.rule, awake.anchor, awake.handled, now):
        yield Decision(due, "skipped", reason)


def next_fire(schedule: Schedule, now: datetime) -> datetime | None:
    """The next due time after now that is not settled yet; None while paused, and once the rule has ended.

    In a pause until a date: the first at or after that date.
    """
    if schedule.paused and schedule.paused_until is None:
        return None
    return next_due(schedule.rule, schedule.anchor, _goes_on(schedule, now))


def to_come(schedule: Schedule, now: datetime, until: datetime) -> Iterator[datetime]:
    """The due times of (now, until] that are not settled yet and in no pause."""
    if schedule.paused and schedule.paused_until is None:
        return iter(())
    return due_times(schedule.rule, schedule.anchor, _goes_on(schedule, now), until)


def _goes_on(schedule: Schedule, now: datetime) -> datetime:
    """The moment after which due times are still to be settled, and run."""
    pause_ends = schedule.paused_until - MICROSECOND if schedule.paused_until is not None else now
    return max(now, schedule.handled, pause_ends)


def _in_pause(schedule: Schedule, now: datetime) -> Iterator[Decision]:
    if not schedule.paused:
        return
    until = now if schedule.rests(now) else schedule.woken(now).handled
    for due in due_times(schedule.rule, schedule.anchor, schedule.handled, until):
        yield Decision(due, "skipped", _paused(schedule, due))


def _caught_up(schedule: Schedule, now: datetime, ticking_since: datetime) -> list[datetime]:
    """The newest missed due times: those that catch-up runs."""
    until = min(now, ticking_since - MICROSECOND)
    n = schedule.options.cap if schedule.options.catch_up == "all" else 1
    return last_dues(schedule.rule, schedule.anchor, schedule.handled, until, n)


def _missed(schedule: Schedule, due: datetime, newest: Sequence[datetime], way: InTheWay) -> Decision:
    options = schedule.options
    if options.catch_up == "skip":
        return Decision(due, "skipped", NOBODY)
    if options.catch_up == "all":
        if due < newest[0]:
            return Decision(due, "skipped", f"{NOBODY}; only the newest {options.cap} run")
        # Whatever overlap says: each waits for the one before it.
        stopped = way.backfill
    else:
        stopped = way.stops(options.overlap)
    if stopped is not None:
        return Decision(due, "skipped", stopped)
    if due >= newest[0]:
        return Decision(due, "late", NOBODY, runs=True)
    return Decision(due, "merged", f"{NOBODY}; one run answers for all", with_run_of=newest[0])


def _on_time(due: datetime, queued: datetime | None, stopped: str | None) -> Decision:
    if stopped is not None:
        return Decision(due, "skipped", stopped)
    if queued is not None:
        return Decision(due, "skipped", "the run before it was still queued", with_run_of=queued)
    return Decision(due, "fired", runs=True)


def _too_late(grace: Span, missed: bool) -> str:
    late = f"it was later than its grace of {grace}"
    return f"{NOBODY}; {late}" if missed else late


def _paused(schedule: Schedule, due: datetime) -> str:
    before = schedule.paused_at is not None and due < schedule.paused_at
    words = "paused before it could run" if before else "paused"
    return f"{words}: {schedule.pause_reason}" if schedule.pause_reason else words
