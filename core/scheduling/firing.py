"""Firing: decisions that run queue a run; others name the run that answers for them or was in their way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.home import Stores
from core.domain.runs import Asked, Run
from core.domain.schedules import Entry, Schedule
from core.scheduling.entering import entry
from core.scheduling.ledger import Decision, InTheWay


def in_the_way(runs: Sequence[Run], model_id: int) -> InTheWay:
    """Which open runs keep a model's retraining from being queued."""
    mine = [run for run in runs if run.model_id == model_id]
    retrains = {run.state: _still(run) for run in reversed(mine) if run.kind == "retrain"}
    backfill = "a backfill is running" if any(run.kind == "backfill" for run in mine) else None
    return InTheWay(backfill, retrains.get("queued"), retrains.get("running"))


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
            queued[due] = t.runs.queue(_asked(schedule, decision, due), now)
        run, other = queued[due]
        yield _entry(schedule, now, decision, run, other)


def _asked(schedule: Schedule, decision: Decision, due: datetime) -> Asked:
    """`caught_up`: a run that may wait beside others of its model (catch-up `all`)."""
    options = schedule.options
    return Asked(
        schedule.model_id,
        "retrain",
        "schedule",
        schedule_id=schedule.id,
        due=due,
        limits=options.limits,
        options={"caught_up": True} if decision.outcome == "late" and options.catch_up == "all" else {},
    )


def _entry(schedule: Schedule, now: datetime, decision: Decision, run: Run, other: bool) -> Entry:
    if other or decision.outcome == "skipped":  # another run answered, or the one before is still open
        return entry(schedule, now, replace(decision, outcome="skipped", reason=_still(run)))
    return entry(schedule, now, decision, run)


def _still(run: Run) -> str:
    return f"run {run.id} was still {run.state}"
