"""Text cells as values, exactly or not at all, and the narrowest type that fits a whole column of them."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storage.rows.arrays import fixed, truths, valid, values

TEXT = pa.string()
_WHOLE, _DOUBLE, _TRUTH, _DATE = pa.int64(), pa.float64(), pa.bool_(), pa.date32()
_LOCAL, _INSTANT = pa.timestamp("us"), pa.timestamp("us", "UTC")
_ALL = (_WHOLE, _DOUBLE, _TRUTH, _DATE, _LOCAL, _INSTANT)
_NO_NUMBER = r"^[+-]?0[0-9xX]|^\+"  # codes such as 007, +351 or 0x1F would lose characters
_EXACT = 2**53  # below it a double holds every whole number


def read_cells(text: pa.Array, kind: pa.DataType, decimal: str = ".") -> pa.Array | None:
    """Text as a type; None unless each cell fits exactly (decimals: the nearest double). Null stays null."""
    if kind == TEXT:
        return text
    try:
        if kind == _WHOLE:
            return None if _any(text, _NO_NUMBER) else pc.cast(text, kind)
        if kind == _DOUBLE:
            return _doubles(text, decimal)
        if kind == _TRUTH:
            return None if _any(text, r"^[^tTfF]") else pc.cast(text, kind)
        return pc.cast(text, kind)
    except pa.ArrowInvalid:
        return None


def _doubles(text: pa.Array, decimal: str) -> pa.Array | None:
    if decimal != ".":
        if _any(text, r"\."):
            return None
        text = pc.replace_substring(text, decimal, ".")
    array = pc.cast(text, _DOUBLE)
    if _any(text, _NO_NUMBER):
        return None
    numbers, there = values(array, np.float64), valid(array)
    with np.errstate(invalid="ignore"):
        doubtful = there & ((np.abs(numbers) >= _EXACT) | (numbers == 0))
    if not doubtful.any():
        return array
    return array if _same(text, numbers, doubtful) else None


def _same(text: pa.Array, numbers: np.ndarray, doubtful: np.ndarray) -> bool:
    """Do the doubtful cells (huge ones, zeros) say what the doubles say."""
    if (zeros := np.flatnonzero(doubtful & (numbers == 0))).size and _any(
        _take(text, zeros), r"^[^eE]*[1-9]"
    ):
        return False
    large = np.flatnonzero(doubtful & (numbers != 0))
    return all(
        _exact(cell, float(number))
        for cell, number in zip(_take(text, large).to_pylist(), numbers[large], strict=True)
    )


def _exact(cell: str, number: float) -> bool:
    if np.isinf(number):
        return not any(sign.isdigit() for sign in cell)
    return "e" in cell.lower() or ("." in cell and Decimal(cell) == Decimal(number))


def _take(text: pa.Array, rows: np.ndarray) -> pa.Array:
    return text.take(fixed(pa.int64(), rows.astype(np.int64)))


def _any(text: pa.Array, pattern: str) -> bool:
    return bool(truths(pc.match_substring_regex(text, pattern)).any())


class Narrowest:
    """The narrowest of whole number, number, truth, date, timestamp and text that fits all cells so far."""

    def __init__(self, decimal: str = "."):
        self._decimal = decimal
        self._kind: pa.DataType | None = None
        self._beyond = False  # a whole number that a double might round was seen

    @property
    def kind(self) -> pa.DataType:
        """Text, where every cell was empty: nothing that comes later can misfit."""
        return self._kind or TEXT

    def see(self, text: pa.Array) -> None:
        if self._kind == TEXT or text.null_count == len(text):
            return
        self._kind = next((kind for kind in self._candidates() if self._fits(text, kind)), TEXT)

    def _candidates(self) -> Sequence[pa.DataType]:
        if self._kind is None:
            return _ALL
        if self._kind == _WHOLE:
            return (_WHOLE,) if self._beyond else (_WHOLE, _DOUBLE)
        return (_DATE, _LOCAL) if self._kind == _DATE else (self._kind,)

    def _fits(self, text: pa.Array, kind: pa.DataType) -> bool:
        array = read_cells(text, kind, self._decimal)
        if array is not None and kind == _WHOLE:
            numbers = values(array, np.int64)[valid(array)]
            self._beyond = self._beyond or bool((numbers >= _EXACT).any() or (numbers <= -_EXACT).any())
        return array is not None
