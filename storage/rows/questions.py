"""Questions: SQL around a source's query, asked by time range with bound values."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.sql.elements import quoted_name

from core.domain.models import Model
from storage.rows.time_ranges import TimeRange


class Questions:
    """`database`: SQLAlchemy's name of its kind."""

    def __init__(self, model: Model, database: str):
        self._model, self._database = model, database

    def columns(self) -> sa.Select[Any]:
        """No row, but every column."""
        return sa.select(sa.text("*")).select_from(self._asked(())).where(sa.text("1 = 0"))

    def count(self) -> sa.Select[Any]:
        return sa.select(sa.func.count()).select_from(self._asked(()))

    def whole(self, columns: Sequence[str]) -> sa.Select[Any]:
        """Every row, in no order."""
        asked = self._asked(columns)
        return sa.select(*(asked.c[name] for name in columns))

    def state(self) -> sa.Select[Any]:
        """(rows, known labels, known label times, newest time): one row, whatever the number of rows."""
        model = self._model
        told = [name for name in (model.target, model.label_time) if name is not None]
        asked = self._asked(dict.fromkeys((*told, model.time)))
        counts: list[Any] = [sa.func.count(asked.c[name]) for name in told]
        return sa.select(sa.func.count(), *counts, sa.func.max(asked.c[model.time]))

    def rows(
        self,
        columns: Sequence[str],
        ties: Sequence[str],
        kind: pa.DataType,
        start: int | None,
        end: int | None,
    ) -> sa.Select[Any]:
        """Rows that may lie in a range of times, in time order; ties by the model's id, else by those of
        `ties` from the first on: a database has no order of its own, and each answer needs the same.
        """
        model = self._model
        ties = (model.id,) if model.id is not None else ties
        asked = self._asked(dict.fromkeys((*columns, model.time, *ties)))
        time = asked.c[model.time]
        return (
            sa.select(*(asked.c[name] for name in columns))
            .where(*self._range(kind).conditions(time, start, end))
            .order_by(time, *(asked.c[name] for name in ties if name != model.time))
        )

    def times(self, kind: pa.DataType, start: int | None, end: int | None) -> sa.Select[Any]:
        """The times of a range, in no order."""
        time = self._asked((self._model.time,)).c[self._model.time]
        return sa.select(time).where(*self._range(kind).conditions(time, start, end))

    def last_time(self, kind: pa.DataType, end: int, outward: int) -> sa.Select[Any]:
        """The greatest time below an end, as the database compares them; `outward`: see `TimeRange`."""
        time = self._asked((self._model.time,)).c[self._model.time]
        return sa.select(sa.func.max(time)).where(*self._range(kind).below(time, end, outward))

    def narrows(self, kind: pa.DataType) -> bool:
        """Whether the database can compare times with a moment."""
        return self._range(kind).narrows

    def _range(self, kind: pa.DataType) -> TimeRange:
        return TimeRange(self._model, kind, self._database)

    def _asked(self, columns: Sequence[str] | dict[str, None]) -> Any:
        query = (self._model.source.query or "").strip().rstrip("; \n\t")
        # A colon would begin a bound value, and a comment at the end would hide the bracket after it.
        text = sa.text(query.replace(":", "\\:") + "\n")
        return text.columns(*(sa.column(quoted_name(name, True)) for name in columns)).subquery("source")
