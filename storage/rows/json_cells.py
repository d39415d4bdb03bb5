"""JSON cells: a column of Python's values, held against what an Arrow column can hold without a change."""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

import numpy as np
import pyarrow as pa

from core.domain.errors import SourceFault
from storage.rows.arrays import fixed, mask, strings
from storage.rows.faults import misfit
from storage.rows.listing import DataFile

KINDS = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}
EXACT = 2**53  # up to it a double holds every whole number
Row = dict[str, Any]


def cells_of(file: DataFile, name: str, lines: Sequence[int], rows: Sequence[Row]) -> list[Any]:
    """One column. SourceFault for a value that no column can hold."""
    cells = [row.get(name) for row in rows]
    for kind in set(map(type, cells)) & set(_UNFIT):
        problem, fix, find = _UNFIT[kind]
        if (row := find(cells)) is not None:
            raise SourceFault(f"Line {lines[row]} holds {problem}.", fix, file=file.name, key=name)
    return cells


def _first(kind: type, bad: Callable[[Any], bool] = lambda _: True) -> Callable[[Sequence[Any]], int | None]:
    return lambda cells: next(
        (row for row, cell in enumerate(cells) if type(cell) is kind and bad(cell)), None
    )


def _half(cells: Sequence[Any]) -> int | None:
    try:
        "".join(cell for cell in cells if type(cell) is str).encode()
    except UnicodeEncodeError:
        return _first(str, lambda cell: cell != cell.encode(errors="ignore").decode())(cells)
    return None


def _long(cells: Sequence[Any]) -> int | None:
    numbers = [cell for cell in cells if type(cell) is int]
    if min(numbers) >= -(2**63) and max(numbers) < 2**63:
        return None
    return _first(int, lambda cell: not -(2**63) <= cell < 2**63)(cells)


def _infinite(cells: Sequence[Any]) -> int | None:
    if inf not in cells and -inf not in cells:
        return None
    return _first(float, lambda cell: abs(cell) == inf)(cells)


_Unfit = tuple[str, str, Callable[[Sequence[Any]], int | None]]
_PARTS = "a value that has parts of its own", "Give each part a column of its own."
_TEXT = "Write it as text."
_UNFIT: Mapping[type, _Unfit] = {
    dict: (*_PARTS, _first(dict)),
    list: (*_PARTS, _first(list)),
    int: ("a number longer than int64 can hold", _TEXT, _long),
    float: ("a number larger than a double can hold", _TEXT, _infinite),
    str: ("half of a character (a lone surrogate)", "Mend the text.", _half),
}


def array_of(
    file: DataFile, name: str, lines: Sequence[int], cells: Sequence[Any], kind: pa.DataType
) -> pa.Array:
    """Cells as an array of the fixed type. SourceFault names the line of one that does not fit."""
    for own in set(map(type, cells)) - {type(None)}:
        if (
            KINDS.get(own) != kind
            and (bad := _first(own, lambda cell: not _fits(cell, kind))(cells)) is not None
        ):
            raise misfit(file.name, name, f"Line {lines[bad]}", cells[bad], kind)
    if kind == pa.string():
        return strings(cells)
    there = np.fromiter((cell is not None for cell in cells), bool, len(cells))
    if kind == pa.bool_():
        return mask(np.fromiter(map(bool, cells), bool, len(cells)), there)
    width = np.float64 if kind == pa.float64() else np.int64
    return fixed(kind, np.array([0 if cell is None else cell for cell in cells], width), there)


def _fits(cell: Any, kind: pa.DataType) -> bool:
    own = type(cell)
    return KINDS.get(own) == kind or (own is int and kind == pa.float64() and abs(cell) <= EXACT)
