"""The page of schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.schedules import Entry, Schedule
from core.domain.views.runs import RunLine


@dataclass(frozen=True)
class ScheduleLine:
    """A schedule with what became of its due times, oldest first, and those to come."""

    schedule: Schedule
    model: str
    words: str
    entries: Sequence[tuple[Entry, RunLine | None]]
    ahead: Sequence[datetime]
    next_due: datetime | None
