"""Query types: the columns of a query, and the types that fit all of their values."""

from collections.abc import Sequence

import pyarrow as pa

from core.domain.errors import SourceFault
from core.domain.models import Model
from storage.rows.databases import Database
from storage.rows.faults import no_column, repeated
from storage.rows.questions import Questions
from storage.rows.reader import Types
from storage.rows.sql_types import Seen, declared


def fix(model: Model, database: Database, asked: Questions) -> dict[str, pa.DataType]:
    """By declared types, else by a look at every value. Columns that nothing can hold are left out.

    SourceFault if one of those is the model's, or two columns have one name.
    """
    described = database.described(asked.columns())
    names = [column[0] for column in described]
    if fault := repeated(model.source.place, names):
        raise fault
    kinds = {column[0]: declared(database.kind, column) for column in described}
    seen = _look(database, asked, [name for name, kind in kinds.items() if kind is None])
    mine = {*model.reserved(), *model.feature_names(dict.fromkeys(names, ""))}
    for name in names:
        if name in seen and name in mine and (problem := seen[name].problem) is not None:
            fix = "Cast it in the query, or leave it out of the query."
            raise SourceFault(problem, fix, file=model.source.place, key=name)
    return {
        name: kind or seen[name].kind
        for name, kind in kinds.items()
        if kind is not None or seen[name].problem is None
    }


def _look(database: Database, asked: Questions, names: Sequence[str]) -> dict[str, Seen]:
    seen, rows = {name: Seen() for name in names}, 0
    for batch in database.batches(asked.whole(names)) if names else ():
        for name, values in zip(names, zip(*batch, strict=True), strict=True):
            seen[name].see(values, _Numbered(rows))
        rows += len(batch)
    return seen


class _Numbered:
    def __init__(self, start: int):
        self._start = start

    def __call__(self, row: int) -> str:
        return f"Row {self._start + row + 1:,}"


def still_there(model: Model, database: Database, asked: Questions, types: Types) -> list[str]:
    """The query's columns. SourceFault names those of `types` that it does not give any more."""
    there = [column[0] for column in database.described(asked.columns())]
    if lost := [name for name in types if name not in there]:
        raise no_column(model.source.place, lost, there)
    return there


def refuse_unclear_times(model: Model, kind: pa.DataType) -> None:
    """SourceFault for numbers of no stated unit: no range of times could be asked for."""
    spec = model.source
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    if number and spec.time_unit is None and spec.time_format is None:
        raise SourceFault(
            "It holds numbers, which may be times of any unit.",
            'Say under [source] which: time_unit = "s", "ms", "us" or "ns".',
            file=spec.place,
            key=model.time,
        )
