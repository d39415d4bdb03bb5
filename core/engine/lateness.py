"""Lateness: what should have happened by now and has not, settled into alerts each minute; mutes that end."""

from datetime import datetime

from core.domain.home import Home, Stores
from core.domain.keeping import Guard
from core.domain.models import Kept
from core.domain.schedules import Schedule
from core.monitoring import alerting
from core.monitoring.crossing import Crossing
from core.monitoring.rhythm import waits
from core.scheduling.fire_times import next_due


def settle_late(home: Home, now: datetime, guard: Guard) -> None:
    """Settle the alerts of every model that go by the clock; writes only where something changes.

    `guard`: asked first in each transaction; StaleTick where this process may not act any more.
    """
    with home.reading() as stores:
        models = stores.models.all()
        changing = [kept for kept in models if _changes(stores, kept, now)]
    for kept in changing:
        with home.transaction() as t:
            guard(t)
            for alert in t.alerts.unresolved(kept.id):
                if alert.at(now) != alert:
                    t.alerts.change(alert.at(now))
            alerting.settle(t.alerts, kept.id, _found(t, kept, now), now, now)


def _changes(stores: Stores, kept: Kept, now: datetime) -> bool:
    present = {alert.kind: alert for alert in stores.alerts.unresolved(kept.id)}
    if any(alert.at(now) != alert for alert in present.values()):
        return True
    for kind, crossed in _found(stores, kept, now).items():
        alert = present.get(kind)
        if (crossed is None) != (alert is None) or (crossed and alert and crossed.why != alert.why):
            return True
    return False


def _found(stores: Stores, kept: Kept, now: datetime) -> dict[str, Crossing | None]:
    due, schedule = _oldest_due([one.woken(now) for one in stores.schedules.of(kept.id)])
    return {"run late": alerting.run_late(due, schedule, now), **waiting(stores, kept, now)}


def waiting(stores: Stores, kept: Kept, now: datetime) -> dict[str, Crossing | None]:
    """Rows and labels that did not come when expected, by kind of alert."""
    found = {wait.kind: wait.why for wait in waits(kept.model, stores.models.rhythm(kept.id), now)}
    return {
        kind: Crossing(found[kind], found[kind]) if kind in found else None
        for kind in ("rows late", "labels late")
    }


def _oldest_due(schedules: list[Schedule]) -> tuple[datetime | None, Schedule | None]:
    """The oldest due time without its entry, be it past or to come, and whose it is."""
    dues = [
        (due, schedule)
        for schedule in schedules
        if not schedule.paused
        and (due := next_due(schedule.rule, schedule.anchor, schedule.handled)) is not None
    ]
    return min(dues, key=lambda pair: pair[0], default=(None, None))
