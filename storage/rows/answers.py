"""Answers: what a database gave, as columns of the fixed types with their times."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.domain.errors import SourceFault
from core.domain.models import Model
from storage.rows.arrays import truths
from storage.rows.extents import within
from storage.rows.faults import misfit
from storage.rows.reader import Batch, Found, Types
from storage.rows.sql_cells import cells
from storage.rows.times import TimeReader


class Answer:
    """Batches of rows, of the columns of `types` in their order, among them the time.

    `left_out`: how many rows of those seen so far had no readable time.
    """

    def __init__(self, model: Model, batches: Iterator[Sequence[Sequence[Any]]], types: Types):
        self._model, self._batches, self._types = model, batches, types
        self._times = TimeReader(model.time, model.tz, model.source)
        self.left_out = 0

    def found(self, start: int | None, end: int | None) -> Iterator[Found]:
        """Each batch, with the mask of its rows in start <= time < end."""
        place, at = self._model.source.place, list(self._types).index(self._model.time)
        for rows in self._batches:
            columns = list(zip(*rows, strict=True))
            where = _ByTime(columns[at])
            time = self._cells(self._model.time, columns[at], where)
            read = self._times.read(time, place)
            self._dated(time, read.readable, where)
            self.left_out += len(read.us) - int(read.readable.sum())
            chosen = within(read, start, end)
            arrays = {
                name: self._cells(name, _chosen(values, chosen), where)
                for name, values in zip(self._types, columns, strict=True)
            }
            yield Found(place, Batch(0, arrays, len(rows), where), read, chosen)

    def _cells(self, name: str, values: Sequence[Any], where: "_ByTime") -> pa.Array:
        kind = self._types[name]
        array = cells(values, kind)
        if array is None:
            row = next((row for row, value in enumerate(values) if cells([value], kind) is None), 0)
            raise misfit(self._model.source.place, name, where(row), values[row], kind)
        return array

    def _dated(self, array: pa.Array, readable: np.ndarray, where: "_ByTime") -> None:
        """SourceFault for a time in text that does not begin with its year, by which a database orders it."""
        if not pa.types.is_string(array.type) or self._model.source.time_format is not None:
            return
        dated = truths(pc.match_substring_regex(array, r"^[0-9]{4}-"))
        if (other := readable & ~dated).any():
            raise SourceFault(
                f"{where(int(np.argmax(other)))} is a number in text, which no range of times finds.",
                "Cast the column to a number in the query, and give its time_unit.",
                file=self._model.source.place,
                key=self._model.time,
            )


def _chosen(values: Sequence[Any], chosen: np.ndarray) -> Sequence[Any]:
    """The values with nothing for rows outside the range, which need not fit."""
    if chosen.all():
        return values
    return [value if taken else None for value, taken in zip(values, chosen.tolist(), strict=True)]


class _ByTime:
    """Rows of a database have no numbers: they are named by their time."""

    def __init__(self, times: Sequence[Any]):
        self._times = times

    def __call__(self, row: int) -> str:
        return f"The row of {self._times[row]}"
