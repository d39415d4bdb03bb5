"""Bounds of a rule: `start` and `end`, each a date or a time of the zone as written in the file."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.clock import MICROSECOND, localize

FOREVER = datetime.max.replace(tzinfo=UTC)


def first_instant(text: str, zone: ZoneInfo) -> datetime:
    """A time as an instant; a date as its first one. ValueError or OverflowError if it is neither."""
    day = _as_date(text)
    if day is not None:
        return localize(datetime.combine(day, datetime.min.time()), zone)
    moment = datetime.fromisoformat(text)
    return localize(moment, zone) if moment.tzinfo is None else moment.astimezone(UTC)


def last_instant(text: str, zone: ZoneInfo) -> datetime:
    """A time as an instant; a date as its last microsecond. ValueError or OverflowError if it is neither."""
    day = _as_date(text)
    if day is None:
        return first_instant(text, zone)
    if day.year == date.max.year:
        return FOREVER
    return localize(datetime.combine(day + timedelta(days=1), datetime.min.time()), zone) - MICROSECOND


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
