"""Entering: decisions become entries of the ledger, many or few, and the schedule moves on."""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from core.domain.home import Stores
from core.domain.runs import Run
from core.domain.schedules import Entry, Schedule
from core.scheduling.ledger import Decision

BATCH = 1_000
"""Entries held at a time: a schedule of 10 seconds that nobody ticked for a year has three million."""


def enter(t: Stores, schedule: Schedule, now: datetime, entries: Iterable[Entry]) -> list[Entry]:
    """Enter them all and mark the schedule as handled until now; without entries nothing is written.

    Answers with the newest of them, at most `BATCH`.
    """
    newest: deque[Entry] = deque(maxlen=BATCH)
    for batch in _batches(iter(entries)):
        t.ledger.enter(batch)
        newest.extend(batch)
    if newest:
        t.schedules.handle(schedule, now)
    return list(newest)


def entry(schedule: Schedule, now: datetime, decision: Decision, run: Run | None = None) -> Entry:
    """A decision as it is kept, with the run that answers for it."""
    return Entry(
        schedule.id,
        schedule.model_id,
        decision.due,
        decision.outcome,
        now,
        run.id if run is not None else None,
        decision.reason,
    )


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while batch := list(islice(entries, BATCH)):
        yield batch
