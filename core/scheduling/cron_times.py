"""Cron times: the instants at which a cron line is due in a zone, by Debian's rules for clock changes.

cronsim matches dates and times of day; it is asked about naive local time only. What a clock change does is
worked out here, because cronsim 2.8 steps by whole hours and so loses half an hour where clocks move by 30
minutes (Lord Howe: `*/10 3 * * *` began at 03:30 on both days of change), and shows a local midnight that
does not exist (Santiago).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from core.domain.clock import localize
from core.scheduling.clock_changes import at_offset, local_of, next_change, offset_at

WORDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
"""Debian's words for common lines (crontab(5))."""

SECOND = timedelta(seconds=1)


def cron_times(line: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """The line's due instants after an instant, strictly increasing, aware UTC, without end.

    A fixed time of day inside a gap is due at the first instant after it, inside a fold once, the first time.
    A pattern (minute or hour begins with a star) is due at each match that clocks show.
    """
    fields = five_fields(line)
    due = _pattern(fields, zone, after) if is_pattern(fields) else _fixed(fields, zone, after)
    try:
        yield from due
    except OverflowError:  # the year 9999 is over
        return


def five_fields(line: str) -> str:
    """The line with Debian's words spelt out."""
    return WORDS.get(line.strip().lower(), line)


def is_pattern(fields: str) -> bool:
    """Debian cron leaves such a line alone at clock changes."""
    minute, hour = fields.split()[:2]
    return minute.startswith("*") or hour.startswith("*")


def _fixed(fields: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    latest = after
    for local in CronSim(fields, local_of(after, zone)):
        due = localize(local, zone)
        # Two times inside one gap are due at one instant, and in a fold's second pass the first lies behind.
        if due > latest:
            yield due
            latest = due


def _pattern(fields: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    at, local = after, local_of(after, zone)
    while True:
        offset, change = offset_at(at, zone), None
        for match in CronSim(fields, local):
            due = at_offset(match, offset)
            change = next_change(zone, at, due)
            if change is not None:
                break
            yield due
            at = due
        if change is None:
            return
        at, local = change, local_of(change, zone) - SECOND  # what is due at the change itself still counts
