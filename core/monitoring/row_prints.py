"""Row prints: a hash of each row's values, by which rows of two snapshots are told apart.

64 bits of each: two different rows of a million share one in about one of forty million snapshots.
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.domain.cells import categories, is_category, numbers, valid
from core.domain.rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
MISSING = np.uint64(0x5851F42D4C957F2D)


def prints(rows: Rows, columns: Sequence[str]) -> np.ndarray:
    """(n,) uint64 of the values of the columns, in the order given, and of each row's time."""
    found = mixed(rows.time.view(np.uint64))
    for name in columns:
        parts = [of_cells(chunk) for chunk in rows.table.column(name).chunks]
        found = mixed(found ^ np.concatenate([np.zeros(0, np.uint64), *parts]))
    return found


def of_cells(array: "pa.Array") -> np.ndarray:
    """(n,) uint64 of the values of a column; one of its own for missing."""
    import pyarrow as pa

    if pa.types.is_integer(array.type):
        # Exact: a float would take two long ids for one.
        whole = array.fill_null(0).cast(pa.int64(), safe=False)
        found = np.frombuffer(whole.buffers()[1] or b"", np.uint64)[whole.offset : whole.offset + len(whole)]
        return np.where(valid(array), mixed(found), MISSING)
    if is_category(array.type) or not (pa.types.is_floating(array.type) or pa.types.is_temporal(array.type)):
        return _of_texts(*categories(array if is_category(array.type) else array.cast(pa.string())))
    values = numbers(array) + 0.0  # no minus zero
    return np.where(np.isnan(values), MISSING, mixed(values.view(np.uint64)))


def _of_texts(places: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    told = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts]
    listed = np.array([*(int.from_bytes(one, "big") for one in told), int(MISSING)], np.uint64)
    found: np.ndarray = listed[places]  # -1, the last, for missing
    return found


def mixed(values: np.ndarray) -> np.ndarray:
    """SplitMix64's finaliser (Steele, Lea, Flood 2014): every bit of the input moves half of the output's."""
    with np.errstate(over="ignore"):
        found = values + GOLDEN
        found = (found ^ (found >> np.uint64(30))) * FIRST
        found = (found ^ (found >> np.uint64(27))) * SECOND
        mixed_: np.ndarray = found ^ (found >> np.uint64(31))
    return mixed_
