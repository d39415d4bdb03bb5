"""Natures: columns that drift by what they are, found in a sample of the reference's rows.

A calendar column says when a row was; a counter grows (or falls) with time; an identifier has another value
in each row. None of them tells a change of the world from the passing of time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from core.domain.cells import categories, is_date, numbers
from core.domain.clock import moment
from core.domain.rows import Moments

if TYPE_CHECKING:
    import pyarrow as pa

CALENDAR, COUNTER, IDENTIFIER = "calendar", "counter", "identifier"

ROWS_AT_LEAST = 50
NEARLY = 0.995
"""The share of rows that must agree: a few may be entered wrong."""
VALUES_AT_LEAST = 30
"""Distinct values from which on a column that grows with time is a counter, and not a few steps."""
UNLIKE = 0.5
"""Categories per value from which on they are identifiers."""
LOOKED_AT = 2_000
"""Rows that are enough to tell."""
HOUR = 3_600_000_000
DAY = 24 * HOUR


@dataclass(frozen=True)
class Clockwork:
    """What a calendar and a clock show at n moments: (n,) int64 each, and the periods that repeat them."""

    parts: Mapping[str, np.ndarray]
    day: np.ndarray

    @staticmethod
    def of(time: Moments, zone: ZoneInfo) -> "Clockwork":
        """By the local time of a zone, its offset taken at each hour."""
        local = time + _offsets(time, zone)
        day = local // DAY
        days = day.astype("datetime64[D]")
        month, year = (days.astype(f"datetime64[{unit}]").astype(np.int64) for unit in ("M", "Y"))
        start = days.astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
        weekday, second = (day + 3) % 7, (local % DAY) // 1_000_000
        return Clockwork(
            {
                "year": year + 1970,
                "month": month % 12 + 1,
                "day": day - days.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + 1,
                "day of year": day - start + 1,
                "week": _iso_week(day, weekday),
                "quarter": month % 12 // 3 + 1,
                "weekday": weekday,
                "hour": second // 3600,
                "minute": second // 60 % 60,
                "minute of day": second // 60,
                "date": day,
            },
            day,
        )


def nature(column: "pa.ChunkedArray", category: bool, time: Moments, clock: Clockwork) -> str | None:
    """CALENDAR, COUNTER or IDENTIFIER; None for a column that may drift. n values in any order, their times
    and what `clock` shows at those.
    """
    if is_date(column.type):
        return CALENDAR
    codes, values = _codes(column, category)
    there = codes >= 0
    if there.sum() < ROWS_AT_LEAST:
        return None
    codes = codes[there]
    parts = {part: found[there] for part, found in clock.parts.items()}
    if _told_by_a_part(codes, values, parts) or _repeats(codes, parts, clock.day[there]):
        return CALENDAR
    return COUNTER if values is not None and _grows(values[codes], time[there]) else None


def are_identifiers(counts: Mapping[str, int]) -> bool:
    """Whether categories are names of single rows; `counts`: how often each stands there."""
    values = sum(counts.values())
    return values >= ROWS_AT_LEAST and len(counts) > UNLIKE * values


def _told_by_a_part(codes: np.ndarray, values: np.ndarray | None, parts: Mapping[str, np.ndarray]) -> bool:
    """A number that is a part of the date but for a constant, or names that stand for its values."""
    for name, part in parts.items():
        steps = len(np.unique(part))
        if values is not None:
            shown, times = np.unique(values[codes] - part, return_counts=True)
            itself = shown[times.argmax()] == 0
            enough = steps > 2 or (itself and (steps == 2 or name == "year"))
            if enough and times.max() >= NEARLY * len(codes):
                return True
        if steps > 2 and _tells(codes, part) and _tells(part, codes):
            return True
    return False


def _repeats(codes: np.ndarray, parts: Mapping[str, np.ndarray], day: np.ndarray) -> bool:
    """Whether the same value stands wherever a clock or calendar shows the same, at another time too."""
    if len(np.unique(codes)) < 2:
        return False
    periods = {
        "hour": day,
        "minute": day,
        "minute of day": day,
        "weekday": day // 7,
        "day": parts["year"] * 12 + parts["month"],
        "month": parts["year"],
        "week": parts["year"],
        "quarter": parts["year"],
        "day of year": parts["year"],
    }
    return any(_again(parts[name], period) and _tells(parts[name], codes) for name, period in periods.items())


def _again(part: np.ndarray, period: np.ndarray) -> bool:
    """Whether most rows stand at a part that was seen in two periods or more."""
    _, cell = np.unique(part, return_inverse=True)
    _, turn = np.unique(period, return_inverse=True)
    pairs = np.unique(cell * (turn.max() + 1) + turn) // (turn.max() + 1)
    often = np.bincount(pairs, minlength=cell.max() + 1) > 1
    return bool(often[cell].mean() > 0.9)


def _tells(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether a value of the one goes with one value of the other, in nearly all rows."""
    _, cell = np.unique(one, return_inverse=True)
    _, shown = np.unique(other, return_inverse=True)
    pairs, times = np.unique(cell * (shown.max() + 1) + shown, return_counts=True)
    most = np.zeros(cell.max() + 1, np.int64)
    np.maximum.at(most, pairs // (shown.max() + 1), times)
    return bool(most.sum() >= NEARLY * len(one))


def _grows(values: np.ndarray, time: Moments) -> bool:
    """Up, or down, with nearly every step of time."""
    order = np.argsort(time, kind="stable")
    moments, first = np.unique(time[order], return_index=True)
    if len(moments) < VALUES_AT_LEAST or len(np.unique(values)) < VALUES_AT_LEAST:
        return False
    steps = np.diff(values[order][first])
    return any(
        float((sign * steps >= 0).mean()) >= NEARLY and float((sign * steps > 0).mean()) > 0.02
        for sign in (1, -1)
    )


def _codes(column: "pa.ChunkedArray", category: bool) -> tuple[np.ndarray, np.ndarray | None]:
    """((n,) places among the distinct values, -1 for missing; the values, of a column of numbers)."""
    if not category:
        found = np.concatenate([np.zeros(0), *(numbers(chunk) for chunk in column.chunks)])
        values, places = np.unique(found, return_inverse=True)
        return np.where(np.isfinite(found), places, -1), values
    seen: dict[str, int] = {}
    parts = [np.zeros(0, np.int64)]
    for chunk in column.chunks:
        places, texts = categories(chunk)
        known = np.array([seen.setdefault(text, len(seen)) for text in texts] + [-1], np.int64)
        parts.append(known[places])
    return np.concatenate(parts), None


def _offsets(time: Moments, zone: ZoneInfo) -> np.ndarray:
    """(n,) microseconds by which local time is ahead of UTC."""
    hours, place = np.unique(time // HOUR, return_inverse=True)
    local = [moment(hour * HOUR).astimezone(zone).utcoffset() for hour in hours.tolist()]
    ahead = [int(offset.total_seconds()) if offset else 0 for offset in local]
    return np.array(ahead, np.int64)[place] * 1_000_000


def _iso_week(day: np.ndarray, weekday: np.ndarray) -> np.ndarray:
    """The number of the ISO week: that of its Thursday's year."""
    thursday = day - weekday + 3
    start = thursday.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    week: np.ndarray = (thursday - start) // 7 + 1
    return week
