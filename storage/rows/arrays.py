"""Arrays: Arrow to NumPy and back by their buffers, since `pa.array` and `to_numpy` import pandas."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa


def values(array: pa.Array, kind: Any) -> np.ndarray:
    """The fixed-width values (n,), without a copy; whatever stands under a null is undefined."""
    return np.frombuffer(array.buffers()[1] or b"", kind)[array.offset : array.offset + len(array)]


def valid(array: pa.Array) -> np.ndarray:
    """Mask (n,): not null."""
    if array.null_count == 0:
        return np.ones(len(array), bool)
    if array.null_count == len(array):
        return np.zeros(len(array), bool)
    return _bits(array.buffers()[0], array)


def truths(array: pa.Array) -> np.ndarray:
    """Mask (n,) of a boolean array; null is false."""
    return _bits(array.buffers()[1], array) & valid(array) if len(array) else np.zeros(0, bool)


def _bits(buffer: pa.Buffer, array: pa.Array) -> np.ndarray:
    bits = np.unpackbits(np.frombuffer(buffer, np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].astype(bool)


def mask(flags: np.ndarray, there: np.ndarray | None = None) -> pa.Array:
    """A boolean array of flags (n,); null where `there` is false."""
    validity = None if there is None or there.all() else _packed(there)
    return pa.Array.from_buffers(pa.bool_(), len(flags), [validity, _packed(flags)])


def fixed(kind: pa.DataType, data: np.ndarray, flags: np.ndarray | None = None) -> pa.Array:
    """An array of a fixed-width type; null where a flag is false."""
    validity = None if flags is None or flags.all() else _packed(flags)
    return pa.Array.from_buffers(kind, len(data), [validity, pa.py_buffer(np.ascontiguousarray(data))])


def strings(texts: Sequence[str | None]) -> pa.Array:
    """A string array. UnicodeEncodeError for a lone surrogate."""
    encoded = [b"" if text is None else text.encode() for text in texts]
    offsets = np.zeros(len(texts) + 1, np.int32)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    flags = np.fromiter((text is not None for text in texts), bool, len(texts))
    validity = None if flags.all() else _packed(flags)
    return pa.Array.from_buffers(
        pa.string(), len(texts), [validity, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    )


def _packed(flags: np.ndarray) -> pa.Buffer:
    return pa.py_buffer(np.packbits(flags, bitorder="little"))
