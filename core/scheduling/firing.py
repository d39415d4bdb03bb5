"""Firing: decisions that run queue a run; others name the run that answers for them or was in their way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.home import Stores
from core.domain.runs import Asked, Run
from core.domain.schedules import Entry, Schedule
from core.scheduling.entering import entry
from core.scheduling.ledger import Decision


def busy(runs: Sequence[Run], model_id: int) -> str | None:
    """Which open run keeps a model's retraining from being queued, in words; None if there is none."""
    mine = [run for run in runs if run.model_id == model_id]
    if any(run.kind == "backfill" for run in mine):
        return "a backfill is running"
    return next((_in_the_way(run) for run in mine if run.kind == "retrain"), None)


def fired(t: Stores, schedule: Schedule, now: datetime, decisions: Iterable[Decision]) -> Iterator[Entry]:
    """The entries of the decisions, queueing runs on the way.

    The run of the newest missed time is queued when the first that merges with it comes by, before its turn.
    """
    queued: dict[datetime, tuple[Run, bool]] = {}
    for decision in decisions:
        due = decision.due if decision.runs else decision.with_run_of
        if due is None:
            yield entry(schedule, now, decision)
            continue
        if due not in queued:
            asked = Asked(schedule.model_id, "retrain", "schedule", schedule_id=schedule.id, due=due)
            queued[due] = t.runs.queue(asked, now)
        run, other = queued[due]
        yield _entry(schedule, now, decision, run, other)


def _entry(schedule: Schedule, now: datetime, decision: Decision, run: Run, other: bool) -> Entry:
    if other or decision.outcome == "skipped":  # another run answered, or the one before is still open
        return entry(schedule, now, replace(decision, outcome="skipped", reason=_in_the_way(run)))
    return entry(schedule, now, decision, run)


def _in_the_way(run: Run) -> str:
    return f"run {run.id} was still {run.state}"
