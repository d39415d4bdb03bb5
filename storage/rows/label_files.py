"""Label files: labels that come apart from their rows, each beside the id of its row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from core.domain.models import Model
from core.domain.sources import Schema
from storage.rows.arrays import mask
from storage.rows.arrow_types import named
from storage.rows.faults import no_column, readable_file
from storage.rows.files import FileSource
from storage.rows.held import Held
from storage.rows.labels import known_at, missing
from storage.rows.listing import DataFile
from storage.rows.reader import Batch, Found, Reader, Types
from storage.rows.times import Read, TimeReader

UNSAID = -(2**63)
"""Moment that stands for "not said when": the label counts by its row."""
Part = tuple[pa.Array, pa.Array, np.ndarray]


@dataclass(frozen=True)
class Told:
    """m labels as they were told: the ids of their rows, the labels, and when each was known (m,).

    `known`: microseconds, NEVER where a label time is empty, UNSAID where nothing says when.
    """

    id: pa.Array
    label: pa.Array
    known: np.ndarray


class LabelFiles:
    """Files of labels; every method may raise SourceFault.

    `own`: the types of a source's own files, of whose rows only those without a time tell labels.
    """

    def __init__(self, model: Model, files: Sequence[DataFile], own: Types | None = None):
        self._model, self._files, self._own = model, files, own

    @cached_property
    def _reader(self) -> Reader:
        return FileSource(self._model)._reader(self._files)

    @cached_property
    def types(self) -> Types:
        """Of id, target, label time and time, as far as the files have them; the first three they must."""
        model = self._model
        if not self._files:
            return {}
        types = self._own or self._reader.fix(self._files)
        needed = [name for name in (model.id, model.target, model.label_time) if name is not None]
        if lost := [name for name in needed if name not in types]:
            raise no_column(self._files[0].name, lost, types)
        return {name: types[name] for name in (*needed, model.time) if name in types}

    def read(self, columns: Mapping[str, str]) -> Told:
        """Every label, in the fixed types of `columns`, in the order in which it stands there."""
        kinds = {name: named(columns[name]) for name in (self._model.id or "", self._model.target)}
        held = Held(self._model, Schema(columns))
        parts = [part for file in self._files for part in self._parts(file, kinds, held)]
        ids, labels = (
            pa.chunked_array([part[i] for part in parts], kind).combine_chunks()
            for i, kind in enumerate(kinds.values())
        )
        return Told(ids, labels, np.concatenate([np.zeros(0, np.int64), *(part[2] for part in parts)]))

    def _parts(self, file: DataFile, kinds: Types, held: Held) -> Iterator[Part]:
        label_times = held.label_times()
        times = TimeReader(self._model.time, self._model.tz, self._model.source)
        with readable_file(file.name):
            pieces = range(len(self._reader.pieces(file, self._model.time)))
            for batch in self._reader.batches(file, pieces, {**self.types, **kinds}):
                whole = Found(file.name, batch, _NONE, np.ones(batch.rows, bool))
                id, label = held.columns(whole, kinds, self._reader.fit).values()
                keep = ~missing(id) & ~missing(label)
                if self._own is not None:
                    keep &= missing(batch.columns[self._model.time])
                known = self._known(batch, file, label_times, times)[keep]
                yield id.filter(mask(keep)), label.filter(mask(keep)), known

    def _known(self, batch: Batch, file: DataFile, label_times: TimeReader, times: TimeReader) -> np.ndarray:
        """When each label was known, as far as its own line says."""
        model = self._model
        if model.label_time is not None:
            cells = batch.columns[model.label_time]
            return known_at(label_times, cells, file.name, model.label_time, batch.place)
        if model.label_delay is not None or model.time not in batch.columns:
            return np.full(batch.rows, UNSAID)
        read = times.read(batch.columns[model.time], file.name)
        return np.where(read.readable, read.us, UNSAID)


_NONE = Read(np.zeros(0, np.int64), np.zeros(0, bool))
