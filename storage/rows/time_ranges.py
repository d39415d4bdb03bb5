"""Time ranges as a database compares them: never narrower than asked, since the exact look comes after.

A column of local times, or of text, does not order as its moments do, so its bounds are moved outward.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from core.domain.clock import moment
from core.domain.models import Model
from storage.rows.local_times import FIRST, LAST
from storage.rows.times import PER_SECOND

_DAY = timedelta(days=1)  # as much as a zone's offset ever changed at once
_AFTER_DIGITS = ":"


@dataclass(frozen=True)
class TimeRange:
    """Conditions on the time column, of the fixed type `kind`. `database`: SQLAlchemy's name of its kind."""

    model: Model
    kind: pa.DataType
    database: str

    def conditions(self, column: Any, start: int | None, end: int | None) -> list[Any]:
        """SQL that is true of every row with start <= time < end (microseconds; None: open).

        Without a start, rows whose time cannot be read are there too, so that they are counted.
        """
        if not self.narrows:
            return []
        column, found = self._ordered(column), []
        if start is not None and start > FIRST:
            found.append(column >= self._value(min(start, LAST), -1))
        if end is not None and end < LAST:
            before = column < self._value(max(end, FIRST), +1)
            found.append(before if start is not None else sa.or_(before, *self._unreadable(column)))
        return found

    def below(self, column: Any, end: int, outward: int) -> list[Any]:
        """SQL that is true of no row with time >= end where `outward` is -1, of every one before it if +1."""
        return [] if end >= LAST else [self._ordered(column) < self._value(max(end, FIRST), outward)]

    @property
    def narrows(self) -> bool:
        """Whether the database can compare the column's values with a moment at all."""
        if self.model.source.time_format is not None and not pa.types.is_temporal(self.kind):
            return False
        return not pa.types.is_string(self.kind) or self.database in ("sqlite", "postgresql")

    def _ordered(self, column: Any) -> Any:
        """Text by its bytes, whatever language the database sorts by."""
        if pa.types.is_string(self.kind) and self.database == "postgresql":
            return sa.collate(sa.type_coerce(column, sa.String()), "C")
        return column

    def _unreadable(self, column: Any) -> list[Any]:
        nothing = [column.is_(None)]
        return [*nothing, column >= _AFTER_DIGITS] if pa.types.is_string(self.kind) else nothing

    def _value(self, us: int, outward: int) -> Any:
        """A bound that no row of the range lies beyond; `outward`: -1 for a start, +1 for an end."""
        kind, at = self.kind, moment(us)
        if pa.types.is_timestamp(kind) and kind.tz is not None:
            return sa.literal(at, sa.DateTime(timezone=True))
        if pa.types.is_timestamp(kind):
            return sa.literal(self._local(at) + outward * _DAY, sa.DateTime())
        if pa.types.is_date(kind):
            return sa.literal((self._local(at) + outward * 2 * _DAY).date(), sa.Date())
        if pa.types.is_string(kind):
            return sa.literal((at + outward * 2 * _DAY).date().isoformat(), sa.String())
        per = PER_SECOND[self.model.source.time_unit or "s"]
        return sa.literal(us * per // PER_SECOND["us"] + outward, sa.BigInteger())

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.model.tz).replace(tzinfo=None)
