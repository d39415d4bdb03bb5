"""FileSource: a model's rows in local files, read by time range and held against one schema."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from core.domain.clock import NEVER
from core.domain.errors import SourceFault
from core.domain.labels import in_order
from core.domain.models import Model
from core.domain.rows import Rows
from core.domain.sources import Schema, Survey
from storage.rows.arrays import fixed, mask
from storage.rows.arrow_types import named, readable
from storage.rows.delimited import Delimited
from storage.rows.faults import first_misfit, misfit, no_column, readable_file
from storage.rows.json_lines import JsonLines
from storage.rows.labels import known_after, known_at, missing
from storage.rows.listing import DataFile, list_files, stamp_of
from storage.rows.parquet import Parquet
from storage.rows.reader import Reader, Types
from storage.rows.scan import Found, Scan
from storage.rows.times import TimeReader

MOST_LABELS = 1_000


class FileSource:
    """A `core.domain.sources.Source`. `schema`: what its survey fixed; only `survey` and `stamp` do without.

    Columns of a file that the schema does not have are not looked at.
    """

    def __init__(self, model: Model, schema: Schema | None = None):
        self._model, self._schema = model, schema

    def stamp(self) -> dict[str, list[int]]:
        return stamp_of(self._files())

    def survey(self) -> Survey:
        """Fix the schema. A column that the model names but no file has is no fault yet: the schema tells."""
        model, files = self._model, self._files()
        reader = self._reader(files)
        types = reader.fix(files)
        schema = Schema({name: str(kind) for name, kind in types.items()})
        self._single_values(types, files[0])
        if model.time not in types:
            return Survey(schema, _count(reader, files, types), None, None, 0)
        scan, labels = Scan(model, reader, files), set[object]()
        looked_at = {
            name: types[name] for name in (model.time, model.target, model.label_time) if name in types
        }
        label_times = self._label_times()
        for found in scan.found(looked_at, None, None):
            columns = self._columns(found, looked_at, reader)
            if model.task != "regression" and model.target in types and len(labels) < MOST_LABELS:
                target = columns[model.target]
                labels.update(target.filter(mask(~missing(target))).unique().to_pylist())
            if model.label_time in types:
                self._told(label_times, found)
        whole = scan.whole()
        return Survey(
            schema,
            whole.rows,
            whole.first,
            whole.last,
            whole.unreadable,
            tuple(in_order(labels)[:MOST_LABELS]),
        )

    def read(self, start: int | None, end: int | None, columns: Sequence[str] | None = None) -> Rows:
        files = self._files()
        reader = self._reader(files)
        asked = self._types(self._all() if columns is None else columns)
        needed = self._types((*asked, self._model.time, self._model.target, *self._label_time()))
        scan, label_times = Scan(self._model, reader, files), self._label_times()
        parts = [
            self._part(found, asked, needed, reader, label_times) for found in scan.found(needed, start, end)
        ]
        schema = pa.schema(list(asked.items()))
        table = pa.Table.from_batches([part[0] for part in parts], schema) if parts else schema.empty_table()
        time, known = (np.concatenate([np.zeros(0, np.int64), *(part[i] for part in parts)]) for i in (1, 2))
        return _in_time_order(Rows(table, time, known, scan.left_out))

    def newest(self, not_after: int) -> int | None:
        files = self._files()
        return Scan(self._model, self._reader(files), files).newest(
            self._types((self._model.time,)), not_after
        )

    def _part(
        self, found: Found, asked: Types, needed: Types, reader: Reader, label_times: TimeReader
    ) -> tuple[pa.RecordBatch, np.ndarray, np.ndarray]:
        """(the asked columns, times, when labels were known) of the rows in the range."""
        columns = self._columns(found, {**asked, self._model.target: needed[self._model.target]}, reader)
        time = found.read.us[found.chosen]
        known = self._told(label_times, found) if self._label_time() else known_after(self._model, time)
        known = np.where(missing(columns[self._model.target]), NEVER, known)
        batch = pa.RecordBatch.from_arrays(
            [columns[name] for name in asked], schema=pa.schema(list(asked.items()))
        )
        return batch, time, known

    def _columns(self, found: Found, types: Types, reader: Reader) -> dict[str, pa.Array]:
        """The chosen rows in the fixed types. SourceFault names file, place, column and value of a misfit."""
        chosen = None if found.chosen.all() else mask(found.chosen)
        columns: dict[str, pa.Array] = {}
        for name, kind in types.items():
            array = found.batch.columns[name]
            array = array if chosen is None else array.filter(chosen)
            fitting = reader.fit(array, kind)
            if fitting is None:
                raise self._misfit(found, name, array, kind, reader)
            columns[name] = fitting
        return columns

    def _misfit(
        self, found: Found, name: str, array: pa.Array, kind: pa.DataType, reader: Reader
    ) -> SourceFault:
        cell = first_misfit(lambda some: reader.fit(some, kind), array)
        row = int(np.flatnonzero(found.chosen)[cell])
        return misfit(found.file.name, name, found.batch.place(row), array[cell].as_py(), kind)

    def _told(self, label_times: TimeReader, found: Found) -> np.ndarray:
        """When the labels of the chosen rows were known, by the label time's column."""
        column, rows = self._model.label_time or "", np.flatnonzero(found.chosen)
        array = found.batch.columns[column].filter(mask(found.chosen))
        return known_at(
            label_times, array, found.file.name, column, lambda row: found.batch.place(int(rows[row]))
        )

    def _label_times(self) -> TimeReader:
        column = self._model.label_time or ""
        return TimeReader(column, self._model.tz, self._model.source, lenient=True)

    def _label_time(self) -> tuple[str, ...]:
        return () if self._model.label_time is None else (self._model.label_time,)

    def _files(self) -> list[DataFile]:
        return list_files(self._model.source.path, self._model.folder)

    def _reader(self, files: Sequence[DataFile]) -> Reader:
        spec = self._model.source
        if files[0].format == "parquet":
            return Parquet()
        if files[0].format == "jsonl":
            return JsonLines(spec.encoding)
        delimiter = "\t" if files[0].path.lower().removesuffix(".gz").endswith(".tsv") else None
        return Delimited(
            replace(spec, delimiter=spec.delimiter or delimiter), {self._model.time, *self._label_time()}
        )

    def _all(self) -> tuple[str, ...]:
        return (*self._model.reserved(), *self._model.feature_names(self._fixed().columns))

    def _types(self, columns: Sequence[str]) -> dict[str, pa.DataType]:
        """The fixed types of some columns, each once."""
        fixed_types = self._fixed().columns
        if lost := [column for column in dict.fromkeys(columns) if column not in fixed_types]:
            raise no_column(self._model.source.path, lost, fixed_types)
        return {column: named(fixed_types[column]) for column in columns}

    def _fixed(self) -> Schema:
        if self._schema is None:
            raise SourceFault(
                "Its columns are not fixed yet.",
                "Apply the model's file first.",
                file=self._model.source.path,
            )
        return self._schema

    def _single_values(self, types: Types, file: DataFile) -> None:
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
                    file=file.name,
                    key=name,
                )


def _count(reader: Reader, files: Sequence[DataFile], types: Types) -> int:
    """How many rows there are, where no column tells their times."""
    first = dict(list(types.items())[:1])
    rows = 0
    for file in files:
        with readable_file(file.name):
            pieces = range(len(reader.pieces(file, "")))
            rows += sum(batch.rows for batch in reader.batches(file, pieces, first)) if first else 0
    return rows


def _in_time_order(rows: Rows) -> Rows:
    if len(rows) < 2 or bool((rows.time[1:] >= rows.time[:-1]).all()):
        return rows
    order = np.argsort(rows.time, kind="stable")
    table = rows.table.combine_chunks().take(fixed(pa.int64(), order.astype(np.int64)))
    return Rows(table, rows.time[order], rows.known[order], rows.left_out)
