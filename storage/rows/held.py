"""Held: what was found, in the fixed schema's types, with its times and when its labels were known."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from core.domain.clock import NEVER
from core.domain.errors import SourceFault
from core.domain.models import Model
from core.domain.rows import Rows
from core.domain.sources import Schema
from storage.rows.arrays import fixed, mask
from storage.rows.arrow_types import named, readable
from storage.rows.faults import first_misfit, misfit, no_column
from storage.rows.labels import known_after, known_at, missing
from storage.rows.reader import Found, Types
from storage.rows.times import TimeReader

Fit = Callable[[pa.Array, pa.DataType], pa.Array | None]
"""The same values in the fixed type; None if one of them would have to change."""


class Held:
    """A model's columns. `schema`: what its survey fixed, None before."""

    def __init__(self, model: Model, schema: Schema | None):
        self._model, self._schema = model, schema

    def all(self) -> tuple[str, ...]:
        """Every column of the model: its parts first, then its features."""
        return (*self._model.reserved(), *self._model.feature_names(self.fixed().columns))

    def types(self, columns: Sequence[str]) -> dict[str, pa.DataType]:
        """The fixed types of some columns, each once."""
        fixed_types = self.fixed().columns
        if lost := [column for column in dict.fromkeys(columns) if column not in fixed_types]:
            raise no_column(self._model.source.place, lost, fixed_types)
        return {column: named(fixed_types[column]) for column in columns}

    def needed(self, asked: Types) -> dict[str, pa.DataType]:
        """The asked columns, and those that tell a row's time and when its label was known."""
        return self.types((*asked, self._model.time, self._model.target, *self._label_time()))

    def fixed(self) -> Schema:
        if self._schema is None:
            raise SourceFault(
                "Its columns are not fixed yet.",
                "Apply the model's file first.",
                file=self._model.source.place,
            )
        return self._schema

    def rows(self, parts: Iterable[Found], asked: Types, fit: Fit) -> Rows:
        """The chosen rows in time order, ties as they came."""
        label_times = self.label_times()
        held = [self._part(found, asked, fit, label_times) for found in parts]
        schema = pa.schema(list(asked.items()))
        table = pa.Table.from_batches([part[0] for part in held], schema) if held else schema.empty_table()
        at_once = all(part[2] is part[1] for part in held)
        time = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in held)])
        # one array where it can be: of millions of rows it is a good part of what is held
        known = time if at_once else np.concatenate([part[2] for part in held])
        return _in_time_order(Rows(table, time, known))

    def stream(
        self, parts: Iterable[Found], asked: Types, fit: Fit, left_out: Callable[[], int]
    ) -> Iterator[Rows]:
        """The chosen rows batch by batch, as they come. `left_out`: how many were so far."""
        label_times, told = self.label_times(), 0
        for found in parts:
            batch, time, known = self._part(found, asked, fit, label_times)
            told, new = left_out(), left_out() - told
            yield Rows(pa.Table.from_batches([batch]), time, known, new)
            del found, batch  # let go before the next one is read
        if left_out() > told:
            nothing = np.zeros(0, np.int64)
            yield Rows(pa.schema(list(asked.items())).empty_table(), nothing, nothing, left_out() - told)

    def _part(
        self, found: Found, asked: Types, fit: Fit, label_times: TimeReader
    ) -> tuple[pa.RecordBatch, np.ndarray, np.ndarray]:
        """(the asked columns, times, when labels were known) of the rows in the range; labels that all were
        known at once have the array of the times itself.
        """
        columns = self.columns(found, {**asked, **self.types((self._model.target,))}, fit)
        time = found.read.us[found.chosen]
        known = self.told(label_times, found) if self._label_time() else known_after(self._model, time)
        gone = missing(columns[self._model.target])
        known = np.where(gone, NEVER, known) if gone.any() else known
        batch = pa.RecordBatch.from_arrays(
            [columns[name] for name in asked], schema=pa.schema(list(asked.items()))
        )
        return batch, time, known

    def columns(self, found: Found, types: Types, fit: Fit) -> dict[str, pa.Array]:
        """The chosen rows in the fixed types. SourceFault names file, place, column and value of a misfit."""
        chosen = None if found.chosen.all() else mask(found.chosen)
        columns: dict[str, pa.Array] = {}
        for name, kind in types.items():
            array = found.batch.columns[name]
            array = array if chosen is None else array.filter(chosen)
            fitting = fit(array, kind)
            if fitting is None:
                raise self._misfit(found, name, array, kind, fit)
            columns[name] = fitting
        return columns

    def _misfit(self, found: Found, name: str, array: pa.Array, kind: pa.DataType, fit: Fit) -> SourceFault:
        cell = first_misfit(lambda some: fit(some, kind), array)
        row = int(np.flatnonzero(found.chosen)[cell])
        return misfit(found.file, name, found.batch.place(row), array[cell].as_py(), kind)

    def told(self, label_times: TimeReader, found: Found) -> np.ndarray:
        """When the labels of the chosen rows were known, by the label time's column."""
        column, rows = self._model.label_time or "", np.flatnonzero(found.chosen)
        array = found.batch.columns[column].filter(mask(found.chosen))
        return known_at(label_times, array, found.file, column, lambda row: found.batch.place(int(rows[row])))

    def label_times(self) -> TimeReader:
        column = self._model.label_time or ""
        return TimeReader(column, self._model.tz, self._model.source, lenient=True)

    def _label_time(self) -> tuple[str, ...]:
        return () if self._model.label_time is None else (self._model.label_time,)

    def single_values(self, types: Mapping[str, pa.DataType], file: str) -> None:
        """SourceFault for a column of the model that holds lists or structures."""
        mine = {
            *self._model.reserved(),
            *self._model.feature_names({name: str(kind) for name, kind in types.items()}),
        }
        for name, kind in types.items():
            if name in mine and not readable(kind):
                raise SourceFault(
                    f"It holds {kind}, values with parts of their own.",
                    "Give each part a column, or name this column under exclude.",
                    file=file,
                    key=name,
                )


def _in_time_order(rows: Rows) -> Rows:
    if len(rows) < 2 or bool((rows.time[1:] >= rows.time[:-1]).all()):
        return rows
    order = np.argsort(rows.time, kind="stable")
    table = rows.table.combine_chunks().take(fixed(pa.int64(), order.astype(np.int64)))
    time = rows.time[order]
    return Rows(table, time, time if rows.known is rows.time else rows.known[order], rows.left_out)
