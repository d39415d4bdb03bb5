"""Local times of a zone as UTC, whole columns at once.

Arrow's `assume_timezone` forgets daylight saving after 2037, so they come from `zoneinfo`, a day at a time.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from core.domain.clock import EPOCH, MICROSECOND, localize, micros

DAY = 86_400_000_000
FIRST, LAST = micros(datetime(1, 1, 3, tzinfo=UTC)), micros(datetime(9999, 12, 29, tzinfo=UTC))
"""Moments outside are no times: a datetime holds the years 1 to 9999, less a day for any zone's offset."""
_CHANGES = np.iinfo(np.int64).min


def to_utc(local: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """Naive local microseconds (n,) within FIRST..LAST as UTC, each as `clock.localize` gives it."""
    if zone.key == "UTC" or not len(local):
        return local
    days, day_of = np.unique(local // DAY, return_inverse=True)
    offsets = np.array([_offset(int(day), zone) for day in days], np.int64)[day_of]
    changing = offsets == _CHANGES
    utc = local - np.where(changing, 0, offsets)
    if changing.any():
        times, time_of = np.unique(local[changing], return_inverse=True)
        utc[changing] = np.array([micros(localize(_naive(int(us)), zone)) for us in times], np.int64)[time_of]
    return utc


@lru_cache(maxsize=20_000)
def _offset(day: int, zone: ZoneInfo) -> int:
    """The zone's offset (microseconds) all through a day since 1970, or _CHANGES."""
    start = _naive(day * DAY)
    hours = [start + timedelta(hours=6 * k) for k in range(5)]
    offsets = {hour.replace(tzinfo=zone, fold=fold).utcoffset() for hour in hours for fold in (0, 1)}
    offset = offsets.pop()
    return _CHANGES if offsets or offset is None else offset // MICROSECOND


def _naive(us: int) -> datetime:
    return (EPOCH + timedelta(microseconds=us)).replace(tzinfo=None)
