"""SQL cells: a driver's values, held against what an Arrow column can hold without a change."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa

from core.domain.clock import EPOCH, MICROSECOND
from storage.rows.arrays import fixed, mask, strings
from storage.rows.decimals import decimals

LOCAL, INSTANT = pa.timestamp("us"), pa.timestamp("us", "UTC")
PLAIN: Mapping[type, pa.DataType] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    UUID: pa.string(),
    date: pa.date32(),
    time: pa.time64("us"),
}
EXACT = 2**53  # up to it a double holds every whole number
_FIRST_DAY = date(1970, 1, 1).toordinal()
_LOCAL_EPOCH = EPOCH.replace(tzinfo=None)


def cells(values: Sequence[Any], kind: pa.DataType) -> pa.Array | None:
    """Values (n,) as an array of a fixed type; None if one of them would have to change."""
    try:
        return _BUILD[str(kind).split("(")[0]](values, kind)
    except (ValueError, TypeError, AttributeError, OverflowError, UnicodeEncodeError):
        return None


def _there(values: Sequence[Any]) -> np.ndarray:
    return np.fromiter((value is not None for value in values), bool, len(values))


def _only(values: Sequence[Any], *kinds: type) -> set[type]:
    """The types of the values that are there. TypeError for any other than `kinds`."""
    found = set(map(type, values)) - {type(None)}
    if found - set(kinds):
        raise TypeError
    return found


def _filled(kind: pa.DataType, width: Any, values: Sequence[Any], told: Callable[[Any], Any]) -> pa.Array:
    plain = [0 if value is None else told(value) for value in values]
    return fixed(kind, np.array(plain, width), _there(values))


def _truths(values: Sequence[Any], kind: pa.DataType) -> pa.Array:  # noqa: ARG001
    _only(values, bool)
    return mask(np.fromiter(map(bool, values), bool, len(values)), _there(values))


def _whole(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    _only(values, int, Decimal, float)
    return _filled(kind, np.int64, values, _integer)


def _integer(value: Any) -> int:
    if type(value) is int:
        return value
    if value != int(value) or (type(value) is float and abs(value) > EXACT):
        raise ValueError
    return int(value)


def _doubles(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    _only(values, float, int)
    return _filled(kind, np.float64, values, _double)


def _double(value: Any) -> float:
    if type(value) is int and abs(value) > EXACT:
        raise ValueError
    return float(value)


def _texts(values: Sequence[Any], kind: pa.DataType) -> pa.Array:  # noqa: ARG001
    if UUID in _only(values, str, UUID):
        values = [None if value is None else str(value) for value in values]
    return strings(values)


def _dates(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    _only(values, date)
    return _filled(kind, np.int32, values, lambda day: day.toordinal() - _FIRST_DAY)


def _local(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    _only(values, datetime)
    return _filled(kind, np.int64, values, lambda at: (at - _LOCAL_EPOCH) // MICROSECOND)


def _instants(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    _only(values, datetime)
    return _filled(kind, np.int64, values, lambda at: (at - EPOCH) // MICROSECOND)


def _clock(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    _only(values, time)
    return _filled(kind, np.int64, values, _since_midnight)


def _since_midnight(at: time) -> int:
    if at.tzinfo is not None:
        raise ValueError
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


def _decimals(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    _only(values, Decimal, int)
    return decimals(values, kind)


_BUILD: Mapping[str, Callable[[Sequence[Any], pa.DataType], pa.Array]] = {
    "bool": _truths,
    "int64": _whole,
    "double": _doubles,
    "string": _texts,
    "date32[day]": _dates,
    "time64[us]": _clock,
    "timestamp[us]": _local,
    "timestamp[us, tz=UTC]": _instants,
    "decimal128": _decimals,
    "decimal256": _decimals,
}
