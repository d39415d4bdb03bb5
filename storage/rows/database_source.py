"""DatabaseSource: a model's rows in a database, asked by time range and held against one schema."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import pyarrow as pa

from core.domain.labels import in_order
from core.domain.models import Model
from core.domain.rows import Rows
from core.domain.sources import Schema, Source, Survey
from storage.rows.answers import Answer
from storage.rows.arrays import mask
from storage.rows.databases import Database, Patience, connected
from storage.rows.extents import NOTHING, Extent
from storage.rows.files import MOST_LABELS
from storage.rows.held import Held
from storage.rows.labels import missing
from storage.rows.query_types import fix, refuse_unclear_times, still_there
from storage.rows.questions import Questions
from storage.rows.reader import Found, Types
from storage.rows.single_select import refuse_unless_select
from storage.rows.sql_cells import cells
from storage.rows.times import TimeReader

_SHORT = Patience(connect=5, answer=30)
"""For the look whether anything changed: it comes again in a minute."""


class DatabaseSource:
    """A `core.domain.sources.Source`. `schema`: what its survey fixed; only `survey` and `stamp` do without.

    Each method asks within one transaction that can only read. Columns of the query that the schema does not
    have are not asked for.
    """

    def __init__(self, model: Model, schema: Schema | None = None, patience: Patience | None = None):
        self._model, self._held = model, Held(model, schema)
        self._patience, self._short = patience or Patience(), patience or _SHORT

    def stamp(self) -> dict[str, list[int]]:
        """{query: [rows, hash of the numbers of known labels and of the newest time]}, by one aggregate.

        A label that is changed, not added, is found by the next monitoring, which reads all labels.
        """
        with self._connected(self._short) as database:
            rows, *rest = database.one(Questions(self._model, database.kind).state())
        told = hashlib.blake2b(repr(rest).encode(), digest_size=6).digest()
        return {"query": [int(rows), int.from_bytes(told, "big")]}

    def survey(self) -> Survey:
        """Fix the schema. A column that the model names but the query lacks is no fault yet."""
        model = self._model
        with self._connected(self._patience) as database:
            refuse_unless_select(model.source.query or "", database.kind, model.source.place)
            asked = Questions(model, database.kind)
            types = fix(model, database, asked)
            schema = Schema({name: str(kind) for name, kind in types.items()})
            if model.time not in types:
                return Survey(schema, int(database.one(asked.count())[0]), None, None, 0)
            refuse_unclear_times(model, types[model.time])
            return self._look_through(database, asked, types, schema)

    def read(self, start: int | None, end: int | None, columns: Sequence[str] | None = None) -> Rows:
        asked = self._held.types(self._held.all() if columns is None else columns)
        with self._connected(self._patience) as database:
            answer = self._answer(database, asked, start, end)
            rows = self._held.rows(_chosen(answer, start, end), asked, _as_it_is)
        return replace(rows, left_out=answer.left_out)

    def stream(self, start: int | None, end: int | None, columns: Sequence[str]) -> Iterator[Rows]:
        asked = self._held.types(columns)
        with self._connected(self._patience) as database:
            answer = self._answer(database, asked, start, end)
            found = _chosen(answer, start, end)
            yield from self._held.stream(found, asked, _as_it_is, lambda: answer.left_out)

    def _answer(self, database: Database, asked: Types, start: int | None, end: int | None) -> Answer:
        needed, ask = self._held.needed(asked), Questions(self._model, database.kind)
        there = still_there(self._model, database, ask, needed)
        ties = [name for name in self._held.fixed().columns if name in there]
        question = ask.rows(list(needed), ties, needed[self._model.time], start, end)
        return Answer(self._model, database.batches(question), needed)

    def as_known(self, as_of: int) -> Source:  # noqa: ARG002
        """A row that carries its own label has one alone."""
        return self

    def newest(self, not_after: int) -> int | None:
        types = self._held.types((self._model.time,))
        with self._connected(self._patience) as database:
            asked = Questions(self._model, database.kind)
            still_there(self._model, database, asked, types)
            return _Newest(self._model, database, asked, types, not_after).find()

    def _look_through(self, database: Database, asked: Questions, types: Types, schema: Schema) -> Survey:
        """Times, labels and label times of every row."""
        model = self._model
        parts = (model.time, model.target, model.label_time or "")
        wanted = {name: types[name] for name in parts if name in types}
        labels, extent, label_times = set[object](), NOTHING, self._held.label_times()
        answer = Answer(model, database.batches(asked.whole(list(wanted))), wanted)
        for found in answer.found(None, None):
            extent += Extent.of(found.read)
            if model.task != "regression" and model.target in types and len(labels) < MOST_LABELS:
                target = found.batch.columns[model.target].filter(mask(found.chosen))
                labels.update(target.filter(mask(~missing(target))).unique().to_pylist())
            if model.label_time in types:
                self._held.told(label_times, found)
        few = tuple(in_order(labels)[:MOST_LABELS])
        return Survey(schema, extent.rows, extent.first, extent.last, extent.unreadable, few)

    def _connected(self, patience: Patience) -> AbstractContextManager[Database]:
        return connected(self._model.source, self._model.folder, patience)


class _Newest:
    """Finds the newest time that is not after a moment: the database's greatest, and what lies around it."""

    def __init__(self, model: Model, database: Database, asked: Questions, types: Types, not_after: int):
        self._model, self._database, self._asked = model, database, asked
        self._types, self._kind, self._not_after = types, types[model.time], not_after

    def find(self) -> int | None:
        end, outward = self._not_after + 1, +1
        while True:
            start = self._greatest(end, outward)
            last = self._last(start, end)
            if last is not None and start is not None and last < start:
                return self._last(last, end)  # times that the database orders otherwise than we do
            if last is not None or start is None:
                return last
            end, outward = start, -1

    def _greatest(self, end: int, outward: int) -> int | None:
        """The database's greatest time below an end; None: look at all that is there."""
        if not self._asked.narrows(self._kind):
            return None
        (greatest,) = self._database.one(self._asked.last_time(self._kind, end, outward))
        array = None if greatest is None else cells([greatest], self._kind)
        if array is None:
            return None
        read = TimeReader(self._model.time, self._model.tz, self._model.source).read(array, "")
        return min(int(read.us[0]), end - 1) if read.readable[0] else None

    def _last(self, start: int | None, end: int) -> int | None:
        question = self._asked.times(self._kind, start, end)
        answer = Answer(self._model, self._database.batches(question), self._types)
        found = answer.found(None, self._not_after + 1)
        return max(
            (int(part.read.us[part.chosen].max()) for part in found if part.chosen.any()), default=None
        )


def _chosen(answer: Answer, start: int | None, end: int | None) -> Iterator[Found]:
    return (found for found in answer.found(start, end) if found.chosen.any())


def _as_it_is(array: pa.Array, kind: pa.DataType) -> pa.Array | None:
    return array if array.type == kind else None
