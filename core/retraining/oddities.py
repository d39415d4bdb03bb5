"""Oddities: what a recipe cannot learn from the rows that it is given, in words for the run's log."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.domain.rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa

MOST_NAMED = 3


def oddities(rows: Rows, features: Sequence[str]) -> str:
    """Columns with infinite values (learnt as missing), without any value (left out), with one value only.

    Empty if there are none.
    """
    kinds = {name: _kind(rows.table.column(name)) for name in features if name in rows.table.column_names}
    said: list[tuple[str, Callable[[str], str]]] = [
        ("infinite", lambda names: f"infinite values of {names} count as missing"),
        ("empty", lambda names: f"no value in {names}, left out"),
        ("constant", lambda names: f"one value only in {names}"),
    ]
    found = [(words, [name for name in kinds if kinds[name] == kind]) for kind, words in said]
    return "; ".join(words(_listed(names)) for words, names in found if names)


def _kind(column: "pa.ChunkedArray") -> str | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count == len(column):
        return "empty"
    if pa.types.is_floating(column.type):
        if pc.any(pc.is_inf(column)).as_py():
            return "infinite"
        if pc.all(pc.is_nan(column)).as_py():
            return "empty"
    if pa.types.is_nested(column.type) or len(column) < 2:
        return None
    # A look at the first rows spares most columns the look at all of them.
    few = pc.count_distinct(column.slice(0, 1_000), mode="all").as_py()
    return "constant" if few == 1 and pc.count_distinct(column, mode="all").as_py() == 1 else None


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
