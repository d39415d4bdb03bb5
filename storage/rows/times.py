"""Times: a column of dates, timestamps, ISO text or whole numbers as microseconds since 1970 (UTC)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.domain.clock import EPOCH, MICROSECOND
from core.domain.errors import BadInput, SourceFault
from core.domain.sources import SourceSpec
from storage.rows.arrays import mask, truths, valid, values
from storage.rows.local_times import DAY, FIRST, LAST, to_utc

PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_SMALLEST = 10**8
"""1973 in seconds: a smaller number of no stated unit could be anything. Each unit spans a thousandfold."""
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d(?:[ T]\d\d(?::\d\d(?::\d\d)?)?)?)(?:(?<=:\d\d:\d\d)\.(\d{1,9}))?"
    r"((?<!^.{10})(?:Z|[+-]\d\d(?::?[0-5]\d)?))?",
    re.ASCII,
)
_WHOLE = r"^-?([0-9]{1,18}|[1-8][0-9]{18})$"
_FIX = "Say under [source] how its times look: time_format or time_unit."


@dataclass(frozen=True)
class Read:
    """`us`: (n,) int64 microseconds UTC, undefined where not `readable` (n,) bool."""

    us: np.ndarray
    readable: np.ndarray


class TimeReader:
    """Reads one column of times, batch after batch; whether zoned, and in which unit, must stay.

    `lenient`: a text that is not of `time_format` may be ISO 8601.
    """

    def __init__(self, column: str, zone: ZoneInfo, spec: SourceSpec, *, lenient: bool = False):
        if spec.time_unit not in (None, *PER_SECOND):
            raise BadInput(
                f"{spec.time_unit!r} is no unit of time.", "Write s, ms, us or ns.", key="source.time_unit"
            )
        self._column, self._zone, self._lenient = column, zone, lenient
        self._format, self._told_unit = spec.time_format, spec.time_unit
        self._unit: str | None = None  # as guessed
        self._zoned: bool | None = None

    def read(self, array: pa.Array, file: str) -> Read:
        """SourceFault for a column of another type, mixed naive and zoned times, numbers of no clear unit."""
        kind = array.type
        if pa.types.is_timestamp(kind):
            return self._instants(values(array, np.int64), valid(array), kind.unit, kind.tz is not None, file)
        if pa.types.is_date32(kind):
            return self._instants(
                values(array, np.int32).astype(np.int64) * DAY, valid(array), "us", False, file
            )
        if pa.types.is_date64(kind):
            return self._instants(values(array, np.int64), valid(array), "ms", False, file)
        if pa.types.is_string(kind):
            return self._text(array, file)
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            return self._numbers(array, file)
        raise SourceFault(
            f"It holds {kind}, not times.", "Name a column of times.", file=file, key=self._column
        )

    def _instants(self, ticks: np.ndarray, flags: np.ndarray, unit: str, zoned: bool, file: str) -> Read:
        if flags.any():
            self._same_zoned(zoned, file)
        read = _scaled(ticks, flags, unit)
        return read if zoned else self._in_zone(read)

    def _in_zone(self, read: Read) -> Read:
        us = np.zeros_like(read.us)
        us[read.readable] = to_utc(read.us[read.readable], self._zone)
        return Read(us, read.readable)

    def _numbers(self, array: pa.Array, file: str) -> Read:
        whole = array
        if pa.types.is_floating(array.type):
            numbers, flags = values(pc.cast(array, pa.float64()), np.float64), valid(array)
            with np.errstate(invalid="ignore"):
                flags = flags & (np.floor(numbers) == numbers) & (np.abs(numbers) <= 2**53)
            whole = _only(array, flags)
        elif pa.types.is_uint64(array.type):
            whole = _only(array, values(array, np.uint64) < 2**63)
        if self._format is not None:
            return self._text(pc.cast(whole, pa.string()), file)
        return self._whole(values(pc.cast(whole, pa.int64()), np.int64), valid(whole), file)

    def _whole(self, numbers: np.ndarray, flags: np.ndarray, file: str) -> Read:
        if self._told_unit is None and flags.any():
            self._same_unit(numbers[flags], file)
        return _scaled(numbers, flags, self._told_unit or self._unit or "s")

    def _same_unit(self, numbers: np.ndarray, file: str) -> None:
        """Guess the unit by size. SourceFault if there is no guess, or another one than before."""
        low, high = (int(end) for end in (np.abs(numbers).min(), np.abs(numbers).max()))
        units = [
            unit
            for unit, per in PER_SECOND.items()
            if _SMALLEST * per <= low and high < 1000 * _SMALLEST * per
        ]
        if not units or self._unit not in (None, units[0]):
            raise SourceFault(
                f"Numbers from {low} to {high} may be times of any unit.", _FIX, file=file, key=self._column
            )
        self._unit = units[0]

    def _text(self, array: pa.Array, file: str) -> Read:
        if self._format is not None:
            return self._by_unique(array, self._by_format, file)
        for kind in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
            try:
                cast = pc.cast(array, kind)
            except pa.ArrowInvalid:
                continue
            return self._instants(values(cast, np.int64), valid(cast), "us", kind.tz is not None, file)
        return self._mixed(array, file)

    def _mixed(self, array: pa.Array, file: str) -> Read:
        """Text of which some is no ISO 8601 that Arrow reads: whole numbers, finer fractions, or no times."""
        whole = pc.match_substring_regex(array, _WHOLE)
        rest = self._by_unique(array, _by_iso, file)
        if not truths(whole).any():
            return rest
        numbers = _only(array, truths(whole))
        read = self._whole(values(numbers, np.int64), valid(numbers), file)
        return Read(np.where(read.readable, read.us, rest.us), read.readable | rest.readable)

    def _by_unique(self, array: pa.Array, parse: Callable[[str], datetime | None], file: str) -> Read:
        encoded = array.dictionary_encode()
        parsed = [parse(text) for text in encoded.dictionary.to_pylist()]
        ticks = np.array([0, *(0 if when is None else _ticks(when) for when in parsed)], np.int64)
        kinds = np.array(
            [0, *(0 if when is None else 1 if when.tzinfo is None else 2 for when in parsed)], np.int8
        )
        index = np.where(valid(encoded.indices), values(encoded.indices, np.int32) + 1, 0)
        us, kind = ticks[index], kinds[index]
        for zoned in (False, True):
            if (kind == 1 + zoned).any():
                self._same_zoned(zoned, file)
        read = Read(us, (kind > 0) & (us >= FIRST) & (us < LAST))
        return read if self._zoned else self._in_zone(read)

    def _by_format(self, text: str) -> datetime | None:
        try:
            return datetime.strptime(text, self._format or "")
        except ValueError:
            return _by_iso(text) if self._lenient else None

    def _same_zoned(self, zoned: bool, file: str) -> None:
        if self._zoned not in (None, zoned):
            raise SourceFault(
                "Some of its times have an offset from UTC and some have none.",
                "Give all an offset, or none.",
                file=file,
                key=self._column,
            )
        self._zoned = zoned


def _only(array: pa.Array, flags: np.ndarray) -> pa.Array:
    """Whole numbers where a flag is true, else null."""
    return pc.cast(pc.if_else(mask(flags), array, pa.nulls(len(array), array.type)), pa.int64())


def _scaled(ticks: np.ndarray, flags: np.ndarray, unit: str) -> Read:
    """Ticks of a unit as microseconds, rounded down; unreadable outside the years that a datetime holds."""
    per = PER_SECOND[unit]
    if unit == "ns":
        us = ticks // 1_000
        return Read(us, flags & (us >= FIRST) & (us < LAST))
    factor = PER_SECOND["us"] // per
    readable = flags & (ticks >= FIRST // factor) & (ticks < LAST // factor)
    return Read(np.where(readable, ticks, 0) * factor, readable)


def _ticks(when: datetime) -> int:
    """Microseconds of an aware datetime in UTC, of a naive one in its own zone."""
    return (when - (EPOCH if when.tzinfo else EPOCH.replace(tzinfo=None))) // MICROSECOND


def _by_iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    fraction = f".{match[2][:6]}" if match[2] else ""
    try:
        return datetime.fromisoformat(f"{match[1]}{fraction}{match[3] or ''}")
    except ValueError:
        return None
