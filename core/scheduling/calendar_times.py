"""Calendar times: the instants at which a calendar is due in a zone.

A local time inside a gap is due at the first instant after it, one inside a fold once, the first time.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from core.domain.calendars import LAST, ORDINALS, WEEKDAYS, Calendar
from core.domain.clock import localize
from core.scheduling.clock_changes import local_of

DAY = timedelta(days=1)
WEEK = 7
SKIPPED = 2 * DAY
"""How far a clock change may move a local time forward: Apia left out a whole day of 2011."""


def calendar_times(calendar: Calendar, zone: ZoneInfo, origin: date, after: datetime) -> Iterator[datetime]:
    """The due instants after an instant, strictly increasing, aware UTC, without end.

    `origin`: the local day whose week, month or own place every N counts from, earlier ones too.
    """
    times, latest = [time.fromisoformat(text) for text in calendar.at], after
    try:
        for day in _days(calendar, origin, (local_of(after, zone) - SKIPPED).date()):
            for at in times:
                due = localize(datetime.combine(day, at), zone)
                # Two times inside one gap are due at one instant.
                if due > latest:
                    yield due
                    latest = due
    except OverflowError:  # the year 9999 is over
        return


def names(calendar: Calendar, origin: date, local: datetime) -> bool:
    """Whether the calendar itself names a naive local time."""
    named = local.time() in {time.fromisoformat(text) for text in calendar.at}
    return named and next(_days(calendar, origin, local.date()), None) == local.date()


def fires_ever(calendar: Calendar, origin: date) -> bool:
    """Whether any day comes: every 12 months on the 31st, counted from a June, has none."""
    try:
        return next(_days(calendar, origin, origin), None) is not None
    except OverflowError:
        return False


def _days(calendar: Calendar, origin: date, first: date) -> Iterator[date]:
    """The calendar's days from `first` on, in order. OverflowError after the last year."""
    unit = {"days": _each_day, "weeks": _week, "months": _month}[calendar.unit]
    period = _period(calendar.unit, first) - _period(calendar.unit, origin)
    begin = period + (-period) % calendar.every
    for k in count(begin, calendar.every):
        for day in unit(calendar, _period(calendar.unit, origin) + k):
            if day >= first:
                yield day


def _period(unit: str, day: date) -> int:
    """The number of a day, of its ISO week (from Monday) or of its month, counted from the year 1."""
    if unit == "months":
        return day.year * 12 + day.month - 1
    return day.toordinal() if unit == "days" else (day.toordinal() - 1) // WEEK


def _each_day(_: Calendar, number: int) -> list[date]:
    return [_ordinal(number)]


def _week(calendar: Calendar, number: int) -> list[date]:
    monday = number * WEEK + 1
    return [_ordinal(monday + k) for k, name in enumerate(WEEKDAYS) if name in calendar.on]


def _month(calendar: Calendar, number: int) -> list[date]:
    year, month = number // 12, number % 12 + 1
    if year > date.max.year:
        raise OverflowError
    if year < date.min.year:
        return []
    length = monthrange(year, month)[1]
    found = {_numbered(on, length, date(year, month, 1).weekday()) for on in calendar.on}
    return [date(year, month, day) for day in sorted(found) if 1 <= day <= length]


def _numbered(on: str | int, length: int, first: int) -> int:
    """The number of the day in a month that begins on weekday `first`; beyond its length: not there."""
    if isinstance(on, int):
        return on
    if on == LAST:
        return length
    ordinal, weekday = on.split()
    day = 1 + (WEEKDAYS.index(weekday) - first) % WEEK
    if ordinal == LAST:
        return day + (length - day) // WEEK * WEEK
    return day + ORDINALS.index(ordinal) * WEEK


def _ordinal(number: int) -> date:
    if number > date.max.toordinal():
        raise OverflowError
    return date.fromordinal(max(1, number))
