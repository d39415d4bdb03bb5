"""Flow: how a schedule is set, paused, resumed, removed and fired, each within one transaction of its caller.

A due time that had passed unsettled when a person changes its schedule gets its entry in the ledger first:
none is lost, none fires.
"""

from datetime import datetime

from core.domain.errors import BadInput, NotThere
from core.domain.home import Stores
from core.domain.models import Kept
from core.domain.schedules import NO_OPTIONS, Entry, Options, Rule, Schedule
from core.scheduling.entering import enter, entry
from core.scheduling.firing import fired, in_the_way
from core.scheduling.ledger import dropped, settle


def set_schedule(
    t: Stores,
    kept: Kept,
    rule: Rule,
    now: datetime,
    name: str | None = None,
    schedule: Schedule | None = None,
    options: Options | None = None,
) -> Schedule:
    """Keep a new schedule for a model, or change `schedule` as it was read; the same content keeps its phase.

    IllegalChange if another changed it since it was read. `options` None: the defaults, or as they were.
    """
    if schedule is None:
        return t.schedules.add(kept.id, rule, now, name=name, options=options or NO_OPTIONS)
    present = t.schedules.get(schedule.id)
    if _same(present, rule, name, options):
        return present
    _drop(t, present, now, "the schedule was changed before it could run")
    return t.schedules.change(schedule, rule, now, name=name, options=options)


def pause(
    t: Stores, schedule: Schedule, now: datetime, reason: str, until: datetime | None = None
) -> Schedule:
    """Skip due times from now on, with this reason; from `until` on it goes on by itself.

    BadInput if `until` is not to come; IllegalChange if it was changed since it was read.
    """
    if until is not None and until <= now:
        raise BadInput(f"{until.isoformat()} has passed already.", "Give a later date.", key="until")
    present = t.schedules.get(schedule.id)
    if present.woken(now) != present:
        _drop(t, present, now, "paused before it could run")  # the pause before this one has its reason
    return t.schedules.pause(schedule, now, reason, until)


def resume(t: Stores, schedule: Schedule, now: datetime) -> Schedule:
    """Go on; what fell due during the pause is skipped. One that is not paused now stays as it is."""
    present = t.schedules.get(schedule.id)
    if not present.rests(now):
        return present
    _drop(t, present, now, "paused")
    return t.schedules.resume(schedule, now)


def remove(t: Stores, schedule: Schedule, now: datetime) -> None:
    """Fire no more; its entries in the ledger stay. IllegalChange if it was changed since it was read."""
    _drop(t, t.schedules.get(schedule.id), now, "the schedule was removed before it could run")
    t.schedules.remove(schedule, now)


def fire_due(
    t: Stores, fence: int, schedule: Schedule, now: datetime, ticking_since: datetime
) -> list[Entry]:
    """The ticker's act: settle every due time of a schedule up to now, and queue the runs.

    Paused schedules too: their due times are skipped. The schedule is read again; one that is gone settles
    nothing. Answers with the newest entries, at most 1,000. StaleTick unless `fence` is the present one.
    """
    t.leases.check(fence)
    try:
        present = t.schedules.get(schedule.id)
    except NotThere:
        return []
    decisions = settle(present, now, ticking_since, in_the_way(t.runs.open(), present.model_id))
    entries = enter(t, present, now, fired(t, present, now, decisions))
    if present.woken(now) != present:
        t.schedules.wake(present)
    return entries


def _same(schedule: Schedule, rule: Rule, name: str | None, options: Options | None) -> bool:
    named = name in (None, schedule.name)
    return rule == schedule.rule and named and options in (None, schedule.options)


def _drop(t: Stores, schedule: Schedule, now: datetime, reason: str) -> None:
    enter(t, schedule, now, (entry(schedule, now, decision) for decision in dropped(schedule, now, reason)))
