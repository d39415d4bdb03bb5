"""Time: aware datetimes in words, whole microseconds since 1970 (UTC) in tables and arrays."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NEVER = 2**63 - 1
"""Microseconds that stand for "not yet": the label of a row that has none."""


class Clock(Protocol):
    """Says what time it is; in tests, a fake one."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class WallClock:
    """The system's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def micros(moment: datetime) -> int:
    """Whole microseconds since 1970 of an aware datetime, exact."""
    return (moment - EPOCH) // MICROSECOND


def moment(us: int) -> datetime:
    """The aware datetime (UTC) of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=us)


def iso(when: datetime | None) -> str | None:
    """ISO 8601 in UTC with its offset, as JSON shows times."""
    return None if when is None else when.astimezone(UTC).isoformat()


def localize(naive: datetime, zone: ZoneInfo) -> datetime:
    """A naive local time as UTC: inside a gap the first instant after it, where it comes twice the first."""
    instant = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == naive:
        return instant
    return change_between(naive.replace(tzinfo=zone, fold=1).astimezone(UTC), instant, zone)


def change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first whole second of (before, after] that has the offset of `after`."""
    offset = after.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)
