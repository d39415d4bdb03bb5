"""Clock changes: when a zone's offset from UTC becomes another one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.clock import change_between

PROBE = timedelta(days=1)
"""No zone has changed its clocks and changed them back within a day, so a look at each day misses nothing."""


def next_change(zone: ZoneInfo, after: datetime, until: datetime) -> datetime | None:
    """The first instant of (after, until] with another offset than `after` has; all aware, in UTC."""
    present, low = offset_at(after, zone), after
    while low < until:
        high = min(low + PROBE, until)
        if offset_at(high, zone) != present:
            return change_between(low, high, zone)
        low = high
    return None


def offset_at(when: datetime, zone: ZoneInfo) -> timedelta:
    """The zone's offset from UTC at an instant."""
    offset = when.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def local_of(when: datetime, zone: ZoneInfo) -> datetime:
    """What the zone's clocks show at an instant, naive."""
    return when.astimezone(zone).replace(tzinfo=None, fold=0)


def at_offset(local: datetime, offset: timedelta) -> datetime:
    """The instant at which clocks with this offset show a naive local time."""
    return (local - offset).replace(tzinfo=UTC)
