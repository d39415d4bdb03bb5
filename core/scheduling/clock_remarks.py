"""Clock remarks: what a zone's clock changes mean for the fire times of a rule, in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from core.domain.schedules import Rule
from core.scheduling import calendar_times
from core.scheduling.clock_changes import local_of, next_change, offset_at
from core.scheduling.cron_times import five_fields, is_pattern
from core.scheduling.fire_times import due_times

NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
LOOK_AHEAD = timedelta(days=183)
YEAR = timedelta(days=366)
HOUR = timedelta(hours=1)


def remark(rule: Rule, times: Sequence[datetime]) -> str | None:
    """What the next clock change of the zone means for these fire times; None where there is nothing to say.

    Looks at the changes among the times, else half a year ahead, and a year ahead for a time that falls into
    what clocks skip or show twice; for elapsed time only among them.
    """
    if not times:
        return None
    zone = ZoneInfo(rule.zone)
    among = _changes(zone, times[0] - HOUR, times[-1])
    if rule.every is not None:
        if not among or rule.every.elapsed < HOUR:
            return None
        day = _day(among[0], times, zone)
        return f"Clocks change on {day}; elapsed time does not, so the local times move."
    change, hit = _that_matters(rule, among, times, zone)
    if change is None:
        return None
    shown = [due for due in times if due in hit]
    said = f"Clocks change on {_day(change, times, zone)}; {_count(len(shown), len(times))}"
    later = ", but a later one does." if hit and not shown else "."
    return said + later + _what(rule, change, hit, zone)


def _that_matters(
    rule: Rule, among: Sequence[datetime], times: Sequence[datetime], zone: ZoneInfo
) -> tuple[datetime | None, list[datetime]]:
    """The change to speak of, and the due times that fall into what clocks skip or show twice at it."""
    coming = among or _changes(zone, times[0], times[0] + YEAR)
    for change in coming:
        if hit := _hit(rule, change, times, zone):
            return change, hit
    near = [change for change in coming if among or change <= times[0] + LOOK_AHEAD]
    return (near[0] if near else None), []


def _changes(zone: ZoneInfo, after: datetime, until: datetime) -> list[datetime]:
    found: list[datetime] = []
    while len(found) < 10 and (change := next_change(zone, found[-1] if found else after, until)) is not None:
        found.append(change)
    return found


def _hit(rule: Rule, change: datetime, times: Sequence[datetime], zone: ZoneInfo) -> list[datetime]:
    moved = _moved(change, zone)
    # The first time is of the rule's own phase, so it may stand for the moment of saving.
    around = due_times(rule, times[0], change - abs(moved) - HOUR, change + abs(moved))
    if moved > timedelta(0):
        named = _named(rule, local_of(change, zone), local_of(times[0], zone))
        return [due for due in around if due == change and not named]
    return [due for due in around if change + moved <= due < change - moved]


def _moved(change: datetime, zone: ZoneInfo) -> timedelta:
    return offset_at(change, zone) - offset_at(change - timedelta(seconds=1), zone)


def _named(rule: Rule, local: datetime, first: datetime) -> bool:
    """Whether the rule names this local time itself."""
    if rule.calendar is not None:
        return calendar_times.names(rule.calendar, first.date(), local)
    return next(CronSim(five_fields(rule.cron or ""), local - timedelta(seconds=1)), None) == local


def _day(change: datetime, times: Sequence[datetime], zone: ZoneInfo) -> str:
    local = local_of(change, zone)
    same_year = local.year == local_of(times[0], zone).year
    return f"{local.day} {local:%b}" if same_year else f"{local.day} {local:%b %Y}"


def _count(hit: int, shown: int) -> str:
    what = f"the {_number(shown)}" if shown != 1 else "this one"
    return f"{_number(hit)} of {what} {'fall' if hit > 1 else 'falls'} in that hour"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _what(rule: Rule, change: datetime, hit: Sequence[datetime], zone: ZoneInfo) -> str:
    if not hit:
        return ""
    if _moved(change, zone) > timedelta(0):
        return f" It runs at {local_of(change, zone):%H:%M}, the first time after it."
    if rule.cron is not None and is_pattern(five_fields(rule.cron)):
        return " Clocks show that hour twice, and it runs each time."
    return " Clocks show that hour twice, and it runs the first time."
