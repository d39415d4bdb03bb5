"""Fire times: from a rule to its due times. Pure: preview, ticker and catch-up all ask here.

Times are aware and in UTC. `anchor` is the moment of saving: what has no `start` counts from it, and nothing
is due before it.
"""

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from core.domain.clock import MICROSECOND, micros, moment
from core.domain.schedules import Rule
from core.scheduling.bounds import first_instant, last_instant
from core.scheduling.calendar_times import calendar_times
from core.scheduling.clock_changes import local_of
from core.scheduling.cron_times import cron_times


def due_times(rule: Rule, anchor: datetime, after: datetime, until: datetime) -> Iterator[datetime]:
    """The due times of (after, until], strictly increasing, one at a time."""
    return takewhile(lambda due: due <= until, _times(rule, anchor, _from(anchor, after)))


def next_due(rule: Rule, anchor: datetime, after: datetime) -> datetime | None:
    """The first due time after an instant; None if the rule has ended."""
    return next(_times(rule, anchor, _from(anchor, after)), None)


def last_dues(rule: Rule, anchor: datetime, after: datetime, until: datetime, n: int) -> list[datetime]:
    """The last `n` due times of (after, until], oldest first, or as many as there are.

    Looks back in doubling steps, so that few are computed.
    """
    step = timedelta(hours=1)
    while True:
        begin = after if until - after <= step else until - step
        found = deque(due_times(rule, anchor, begin, until), maxlen=n)
        if len(found) == n or begin == after:
            return list(found)
        step *= 2


def preview(rule: Rule, saved: datetime, after: datetime, n: int) -> list[datetime]:
    """The next `n` times that the rule gives after an instant, even one before `saved`."""
    return list(islice(_times(rule, saved, after), n))


def _times(rule: Rule, anchor: datetime, after: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(rule.zone)
    start = first_instant(rule.start, zone) if rule.start is not None else None
    if rule.every is not None:
        first = (anchor, 1) if start is None else (start, 0)
        times = _elapsed(*first, rule.every.elapsed, after)
    else:
        begin = after if start is None else _from(start, after)
        if rule.calendar is not None:
            origin = local_of(anchor if start is None else start, zone).date()
            times = calendar_times(rule.calendar, zone, origin, begin)
        else:
            assert rule.cron is not None
            times = cron_times(rule.cron, zone, begin)
    if rule.end is None:
        return times
    end = last_instant(rule.end, zone)
    return takewhile(lambda due: due <= end, times)


def _from(first: datetime, after: datetime) -> datetime:
    """What to ask after, where only `first` and later count."""
    return after if first <= after else first - MICROSECOND


def _elapsed(origin: datetime, first: int, every: timedelta, after: datetime) -> Iterator[datetime]:
    """origin + k × every for k >= `first`, from the first one after `after` on."""
    begin, length = micros(origin), every // MICROSECOND
    k = max(first, (micros(after) - begin) // length + 1)
    while True:
        try:
            due = moment(begin + k * length)
        except OverflowError:  # the year 9999 is over
            return
        yield due
        k += 1
