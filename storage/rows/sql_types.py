"""SQL types: those of a query's columns, as the database declares them, else as all of its values are."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa

from storage.rows.decimals import Digits
from storage.rows.sql_cells import EXACT, INSTANT, LOCAL, PLAIN

_POSTGRES: Mapping[int, pa.DataType] = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int64(),
    23: pa.int64(),
    25: pa.string(),
    700: pa.float64(),
    701: pa.float64(),
    1042: pa.string(),
    1043: pa.string(),
    1082: pa.date32(),
    1083: pa.time64("us"),
    1114: LOCAL,
    1184: INSTANT,
    2950: pa.string(),  # uuid
}
"""By PostgreSQL's numbers of types (pg_type.h), whose values its driver gives in one Python type each."""
_NUMERIC = 1700


def declared(database: str, column: Any) -> pa.DataType | None:
    """The type that a driver's description of a column declares; None: only its values tell."""
    if database != "postgresql" or not hasattr(column, "type_code"):
        return None
    if column.type_code == _NUMERIC:
        precision, scale = column.precision, column.scale
        if precision is None or scale is None or not 0 <= scale <= precision <= 38:
            return None
        return pa.decimal128(precision, scale)
    return _POSTGRES.get(column.type_code)


class Seen:
    """What kind of values a column held so far. `problem`: why no type fits them all, None if one does."""

    def __init__(self) -> None:
        self._kind: str | None = None
        self._digits = Digits()
        self._beyond: int | None = None  # a whole number that a double might round
        self.problem: str | None = None

    @property
    def kind(self) -> pa.DataType:
        """Text, where there was no value."""
        return self._digits.kind if self._kind == "decimal" else _NAMED[self._kind or "string"]

    def see(self, values: Sequence[Any], place: Callable[[int], str]) -> None:
        """More values; `place(i)` opens a sentence: where value i stands."""
        for name, row in _first_rows(values).items():
            if self.problem is None:
                self.problem = self._merge(name, f"{place(row)} holds {values[row]!r}")
        if self.problem is None:
            self.problem = self._exact([value for value in values if value is not None])

    def _merge(self, name: str, holds: str) -> str | None:
        if name not in (*_NAMED, "decimal"):
            return f"{holds}, a value of a kind ({name}) that no column can hold."
        if self._kind in (None, name):
            self._kind = name
        elif {self._kind, name} == {"int64", "double"}:
            self._kind = "double"
        else:
            return f"{holds}, where other rows hold {self._kind}."
        return None

    def _exact(self, values: Sequence[Any]) -> str | None:
        if self._kind == "decimal":
            try:
                self._digits.see(values)
            except ValueError as error:
                return f"It holds decimals, and {error}."
            return None if self._digits.kind is not None else "It holds decimals of more than 76 digits."
        if self._kind in ("int64", "double"):
            whole = [value for value in values if type(value) is int]
            if whole and not -(2**63) <= min(whole) <= max(whole) < 2**63:
                return "It holds whole numbers that are longer than int64 can hold."
            self._beyond = next((value for value in whole if abs(value) > EXACT), self._beyond)
            if self._kind == "double" and self._beyond is not None:
                return f"It holds {self._beyond}, which would be rounded beside numbers with decimals."
        return None


_NAMED: Mapping[str, pa.DataType] = {str(kind): kind for kind in (*PLAIN.values(), LOCAL, INSTANT)}


def _first_rows(values: Sequence[Any]) -> dict[str, int]:
    """{kind of values: the first row that holds one}."""
    found: dict[str, int] = {}
    for own in set(map(type, values)) - {type(None)}:
        for row, value in enumerate(values):
            if type(value) is own:
                found.setdefault(_name(value), row)
                if own is not datetime:
                    break
    return found


def _name(value: Any) -> str:
    own = type(value)
    if own is datetime:
        return str(LOCAL if value.tzinfo is None else INSTANT)
    if own is Decimal:
        return "decimal"
    if own not in PLAIN or (own is time and value.tzinfo is not None):
        return own.__name__
    return str(PLAIN[own])
