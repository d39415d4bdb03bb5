"""Ranges of time as a model file writes them: a first and a last local date or time, as moments."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.clock import localize, micros


def bounds(span: tuple[str, str], zone: ZoneInfo) -> tuple[int, int]:
    """The half-open range in microseconds; an end that is a date takes that day in.

    A time with an offset of its own keeps it. ValueError: no date or time.
    """
    start, end = span
    return _moment(start, zone, whole_day=False), _moment(end, zone, whole_day=True)


def _moment(written: str, zone: ZoneInfo, *, whole_day: bool) -> int:
    said = datetime.fromisoformat(written)
    try:
        if whole_day and _is_date(written):
            said += timedelta(days=1)
        return micros(said if said.tzinfo is not None else localize(said, zone))
    except OverflowError:  # in some zone the first or the last day that calendars know
        return micros((datetime.max if said.year > 1 else datetime.min).replace(tzinfo=UTC))


def _is_date(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True
