"""Cells: a column's values out of Arrow's buffers, since Arrow's own way to NumPy imports pandas."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa


def is_category(kind: "pa.DataType") -> bool:
    """Text and truth values are counted one by one; numbers and times on edges."""
    import pyarrow as pa

    return bool(
        pa.types.is_boolean(kind)
        or pa.types.is_dictionary(kind)
        or pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
    )


def is_number(kind: "pa.DataType") -> bool:
    """Whole or floating, of any width."""
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def is_date(kind: "pa.DataType") -> bool:
    """A day or a moment, as against a time of day or a duration."""
    import pyarrow as pa

    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def numbers(array: "pa.Array") -> np.ndarray:
    """(n,) float64, NaN for missing; times in seconds."""
    import pyarrow as pa

    if array.null_count == len(array):
        return np.full(len(array), np.nan)
    if pa.types.is_temporal(array.type):
        return _numbers(array.cast(_fine(array.type), safe=False).cast(pa.int64())) / 1e6
    return _numbers(array)


def _numbers(array: "pa.Array") -> np.ndarray:
    import pyarrow as pa

    if array.type != pa.float64():
        # Unsafe: above 2^53 a float64 is near, not equal, which no distance could tell.
        array = array.cast(pa.float64(), safe=False)
    found = _values(array, np.float64)
    return np.where(valid(array), found, np.nan) if array.null_count else found


def _fine(kind: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_time(kind):
        return pa.time64("us")
    return pa.duration("us") if pa.types.is_duration(kind) else pa.timestamp("us", getattr(kind, "tz", None))


def categories(array: "pa.Array") -> tuple[np.ndarray, list[str]]:
    """((n,) places in the list, -1 for missing; the distinct values as text)."""
    import pyarrow as pa

    if array.null_count == len(array):
        return np.full(len(array), -1), []
    if not pa.types.is_dictionary(array.type):
        if pa.types.is_boolean(array.type):
            array = array.cast(pa.string())
        array = array.dictionary_encode()
    return codes(array), array.dictionary.cast(pa.string()).to_pylist()


def codes(array: "pa.DictionaryArray") -> np.ndarray:
    """(n,) int32, the place of each value in the array's dictionary, -1 for missing."""
    import pyarrow as pa

    places = array.indices.cast(pa.int32())
    found = _values(places, np.int32)
    return np.where(valid(places), found, np.int32(-1)) if places.null_count else found


def valid(array: "pa.Array") -> np.ndarray:
    """Mask (n,): not null."""
    if array.null_count == 0:
        return np.ones(len(array), bool)
    if array.null_count == len(array):
        return np.zeros(len(array), bool)
    bits = np.unpackbits(np.frombuffer(array.buffers()[0], np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].astype(bool)


def mask(flags: np.ndarray) -> "pa.Array":
    """An Arrow array of flags (n,), to filter by."""
    import pyarrow as pa

    bits = pa.py_buffer(np.packbits(flags, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(flags), [None, bits])


def _values(array: "pa.Array", kind: Any) -> np.ndarray:
    """The fixed-width values (n,), without a copy; whatever stands under a null is undefined."""
    return np.frombuffer(array.buffers()[1] or b"", kind)[array.offset : array.offset + len(array)]
