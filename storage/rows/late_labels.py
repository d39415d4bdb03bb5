"""Late labels: a source whose labels come on lines or in files of their own, joined to their rows by id."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from core.domain.clock import NEVER
from core.domain.labels import in_order
from core.domain.models import Model
from core.domain.rows import Rows
from core.domain.sources import Schema, Source, Survey
from storage.rows.arrays import fixed, mask
from storage.rows.arrow_types import named
from storage.rows.files import MOST_LABELS
from storage.rows.label_files import LabelFiles, Told
from storage.rows.label_index import LabelIndex, index_of
from storage.rows.label_listing import files_of_labels, files_of_rows
from storage.rows.labels import missing
from storage.rows.listing import stamp_of

Opened = Callable[[Model, Schema | None], Source]
Stamp = dict[str, list[int]]


@dataclass(frozen=True)
class LateLabels:
    """A `core.domain.sources.Source` over that of the rows, of a model with an id.

    A line with an id that another line has is no row but its label, if its features are empty or the same;
    so is one without a time, and each line of the files that `[source] labels` names. The label is known at
    its label time, else the model's delay after its row, else at its own line's time. One that differs from
    what was known before replaces it from then on.
    """

    model: Model
    schema: Schema | None
    open_rows: Opened
    as_of: int | None = None
    _indexed: list[tuple[Stamp, LabelIndex | None, int]] = field(default_factory=list, compare=False)

    def as_known(self, as_of: int) -> "LateLabels":
        return replace(self, as_of=as_of)

    def stamp(self) -> Stamp:
        return self.open_rows(self.model, self.schema).stamp() | stamp_of(files_of_labels(self.model))

    def newest(self, not_after: int) -> int | None:
        return self._rows().newest(not_after)

    def survey(self) -> Survey:
        rows = self.open_rows(self.model, None).survey()
        schema = self._schema(rows)
        if self.model.time not in schema.columns or not {self.model.id, self.model.target} <= {
            *schema.columns
        }:
            return replace(rows, schema=schema)
        fixed_here = LateLabels(self.model, schema, self.open_rows)
        index, untimed = fixed_here._index()
        return replace(
            rows,
            schema=schema,
            rows=rows.rows - untimed - (index.dropped if index else 0),
            unreadable_times=rows.unreadable_times - untimed,
            distinct_labels=fixed_here._classes(rows.distinct_labels),
        )

    def read(self, start: int | None, end: int | None, columns: Sequence[str] | None = None) -> Rows:
        schema, id = self._fixed(), self.model.id or ""
        asked = list(dict.fromkeys(columns if columns is not None else self._all(schema)))
        of_rows = [name for name in dict.fromkeys([*asked, id]) if name not in schema.from_labels]
        rows = self._rows().read(start, end, of_rows)
        index, untimed = self._index()
        rows = replace(rows, left_out=max(0, rows.left_out - untimed))
        if index is None and not schema.from_labels:
            return replace(rows, table=rows.table.select(asked))
        return self._joined(rows, index, asked, index.none_yet() if index else np.zeros(0, np.int64))

    def stream(self, start: int | None, end: int | None, columns: Sequence[str]) -> Iterator[Rows]:
        schema, asked = self._fixed(), list(dict.fromkeys(columns))
        names = dict.fromkeys([*asked, self.model.id or ""])
        index, untimed = self._index()
        own = [name for name in names if name not in schema.from_labels]
        before = index.none_yet() if index else np.zeros(0, np.int64)
        for rows in self._rows().stream(start, end, own):
            labels = min(untimed, rows.left_out)  # lines without a time that told one are no rows left out
            untimed -= labels
            yield self._joined(replace(rows, left_out=rows.left_out - labels), index, asked, before)

    def _joined(self, rows: Rows, index: LabelIndex | None, asked: Sequence[str], before: np.ndarray) -> Rows:
        ids = rows.table.column(self.model.id or "").combine_chunks()
        place = index.places(ids) if index else np.full(len(rows), -1)
        own = index.owns(place, rows.time, before) if index else np.ones(len(rows), bool)
        table, place, known = rows.table.filter(mask(own)), place[own], rows.known[own].copy()
        told = np.full(len(place), -1)
        if self.model.target in self._fixed().from_labels:
            known[:] = NEVER
        if index is not None:
            known_ids = place >= 0
            told[known_ids] = index.at(self.as_of)[place[known_ids]]
            known[known_ids] = NEVER
            known[told >= 0] = index.known[told[told >= 0]]
        columns = {name: self._column(name, table, index, told) for name in asked}
        table = pa.Table.from_arrays(list(columns.values()), names=list(columns))
        return Rows(table, rows.time[own], known, rows.left_out)

    def _column(self, name: str, table: pa.Table, index: LabelIndex | None, told: np.ndarray) -> pa.Array:
        kind = named(self._fixed().columns[name])
        apart = name in self._fixed().from_labels
        column = pa.nulls(len(told), kind) if apart else table.column(name).combine_chunks()
        if name != self.model.target or index is None:
            return column
        both = pa.concat_arrays([column, index.label])
        return both.take(
            fixed(pa.int64(), np.where(told >= 0, len(told) + told, np.arange(len(told))).astype(np.int64))
        )

    def _rows(self) -> Source:
        """The rows by themselves: without target or label time where only the files of labels have them."""
        schema, model = self._fixed(), self.model
        if model.target in schema.from_labels:
            model = replace(model, target=model.time, label_time=None, label_delay=None)
        elif model.label_time in schema.from_labels:
            model = replace(model, label_time=None)
        own = {name: kind for name, kind in schema.columns.items() if name not in schema.from_labels}
        return self.open_rows(model, Schema(own))

    def _index(self) -> tuple[LabelIndex | None, int]:
        """(The index over the whole source, made once while it does not change; lines without a time that
        told a label.)
        """
        stamp = self.stamp()
        if not self._indexed or self._indexed[0][0] != stamp:
            self._indexed[:] = [(stamp, *self._make())]
        return self._indexed[0][1:]

    def _make(self) -> tuple[LabelIndex | None, int]:
        model, schema, rows = self.model, self._fixed(), self._rows()
        parts = [name for name in (model.id or "", model.target) if name not in schema.from_labels]
        whole = rows.read(None, None, parts)
        known = whole.known
        if model.target in schema.from_labels:
            nothing = pa.nulls(len(whole), named(schema.columns[model.target]))
            whole = replace(whole, table=whole.table.append_column(model.target, nothing))
            known = np.full(len(whole), NEVER)
        untimed = self._untimed() if whole.left_out else None
        told = LabelFiles(model, files_of_labels(model)).read(schema.columns)
        if untimed is not None:
            told = _together(untimed, told)
        index = index_of(
            model,
            replace(whole, known=known),
            model.feature_names(schema.columns),
            lambda names: rows.read(None, None, names).table,
            told,
        )
        return index, 0 if untimed is None else len(untimed.known)

    def _untimed(self) -> Told | None:
        """Labels on lines of the rows' own files that have no time."""
        model, schema = self.model, self._fixed()
        if model.source.url is not None or {model.target, model.label_time} & {*schema.from_labels}:
            return None
        names = [name for name in (model.id, model.target, model.label_time, model.time) if name]
        own = {name: named(schema.columns[name]) for name in names}
        return LabelFiles(model, files_of_rows(model), own).read(schema.columns)

    def _schema(self, rows: Survey) -> Schema:
        """The rows' columns, and what only the files of labels have; a target that the rows have but never
        fill is of the labels' type.
        """
        columns = dict(rows.schema.columns)
        types = {
            name: str(kind)
            for name, kind in LabelFiles(self.model, files_of_labels(self.model)).types.items()
            if name in (self.model.target, self.model.label_time)
        }
        for name, kind in types.items():
            if name == self.model.target and name in columns and kind != columns[name]:
                columns[name] = self._wider(columns[name], kind, rows)
        apart = tuple(name for name in types if name not in columns)
        return Schema({**columns, **{name: types[name] for name in apart}}, apart)

    def _wider(self, own: str, told: str, rows: Survey) -> str:
        if own == "string" and not rows.distinct_labels:
            cells = (
                self.open_rows(replace(self.model, label_time=None), rows.schema)
                .read(None, None, [self.model.target])
                .table
            )
            if bool(missing(cells.column(0).combine_chunks()).all()):
                return told
        return "double" if {own, told} == {"int64", "double"} else own

    def _classes(self, own: Sequence[object]) -> tuple[object, ...]:
        index = self._index()[0]
        if self.model.task == "regression" or index is None:
            return tuple(own)
        return tuple(in_order([*own, *index.label.unique().to_pylist()])[:MOST_LABELS])

    def _all(self, schema: Schema) -> list[str]:
        """Every column of the model but a label time that only the files of labels have."""
        every = (*self.model.reserved(), *self.model.feature_names(schema.columns))
        return [name for name in every if name not in schema.from_labels or name == self.model.target]

    def _fixed(self) -> Schema:
        return self.schema if self.schema is not None else Schema({})


def _together(one: Told, other: Told) -> Told:
    return Told(
        pa.concat_arrays([one.id, other.id]),
        pa.concat_arrays([one.label, other.label]),
        np.concatenate([one.known, other.known]),
    )
