"""The page of health, from its one row: who keeps the clock, what waits, what failed, what is late."""

from collections.abc import Sequence
from datetime import datetime

from core.defining.plain import from_plain
from core.domain.clock import moment
from core.domain.read_models import HealthPage, RunLine
from core.domain.rhythm import Rhythm
from core.domain.schedules import Lease, Schedule
from core.monitoring.health import overdue
from core.monitoring.rhythm import waits
from core.scheduling.fire_times import next_due
from storage.columns import Row, from_json
from storage.schedules import schedule_of


def health_page(row: Row, opened: Sequence[RunLine], bad: Sequence[RunLine], now: datetime) -> HealthPage:
    due: dict[str, datetime] = {}
    late: dict[str, list[str]] = {}
    for values in from_json(row["models"]):
        model = from_plain(from_json(values["definition"]))
        oldest = oldest_due([schedule_of(one).woken(now) for one in values["schedules"]])
        if oldest is not None and overdue(oldest, now):
            due[model.name] = oldest
        rhythm = Rhythm.of(from_json(values["rhythm"])) if values["rhythm"] else Rhythm()
        if found := [wait.why for wait in waits(model, rhythm, now)]:
            late[model.name] = found
    return HealthPage(_lease(row["lease"]), opened, bad, due, late)


def oldest_due(schedules: Sequence[Schedule]) -> datetime | None:
    """The oldest due time that has no entry yet, be it past or to come, of schedules that are not paused."""
    dues = [
        next_due(schedule.rule, schedule.anchor, schedule.handled)
        for schedule in schedules
        if not schedule.paused
    ]
    return min((due for due in dues if due is not None), default=None)


def _lease(text: str | None) -> Lease | None:
    if text is None:
        return None
    values = from_json(text)
    return Lease(values["holder"], values["fence"], moment(values["beat"]), moment(values["started"]))
