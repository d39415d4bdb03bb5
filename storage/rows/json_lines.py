"""JSON Lines: one object a line, read by Python's json so that nothing is guessed."""

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import pyarrow as pa

from core.domain.errors import BadInput, SourceFault
from storage.rows.encodings import bad_byte, known_encoding, opened
from storage.rows.faults import differing, readable_file, wanted_there
from storage.rows.json_cells import EXACT, KINDS, Row, array_of, cells_of
from storage.rows.listing import DataFile
from storage.rows.reader import Batch, Piece, Types

BATCH = 20_000


class JsonLines:
    """A `reader.Reader`. A key that a line lacks is a missing value; every file has every column."""

    def __init__(self, encoding: str | None = None):
        self._encoding = known_encoding(encoding)

    def fix(self, files: Sequence[DataFile]) -> dict[str, pa.DataType]:
        seen: dict[str, _Seen] = {}
        first: tuple[str, list[str]] | None = None
        for file in files:
            names: dict[str, None] = {}
            with readable_file(file.name):
                for lines, rows in self._rows(file):
                    names.update(dict.fromkeys(chain.from_iterable(rows)))
                    for name in names:
                        seen.setdefault(name, _Seen()).see(
                            file, name, lines, cells_of(file, name, lines, rows)
                        )
            if first and names and (fault := differing(first[0], first[1], file.name, names)):
                raise fault
            first = first or ((file.name, list(names)) if names else None)
        return {name: column.kind for name, column in seen.items()}

    def pieces(self, file: DataFile, time: str) -> list[Piece]:  # noqa: ARG002
        return [Piece()]

    def batches(self, file: DataFile, pieces: Sequence[int], types: Types) -> Iterator[Batch]:
        names: dict[str, None] = {}
        for lines, rows in self._rows(file) if pieces else ():
            names.update(dict.fromkeys(chain.from_iterable(rows)))
            columns = {
                name: array_of(file, name, lines, cells_of(file, name, lines, rows), kind)
                for name, kind in types.items()
            }
            yield Batch(0, columns, len(rows), _Place(lines))
        if names:
            wanted_there(file.name, types, names)

    def fit(self, array: pa.Array, kind: pa.DataType) -> pa.Array | None:
        return array if array.type == kind else None

    def _rows(self, file: DataFile) -> Iterator[tuple[list[int], list[Row]]]:
        """(numbers of the lines, their objects), some thousands at a time."""
        numbers: list[int] = []
        rows: list[Row] = []
        try:
            with opened(file, self._encoding, "\n") as text:
                for number, line in enumerate(text, 1):
                    if line.strip():
                        numbers.append(number)
                        rows.append(_parsed(file, number, line))
                    if len(rows) == BATCH:
                        yield numbers, rows
                        numbers, rows = [], []
        except UnicodeDecodeError as error:
            raise bad_byte(file, self._encoding) or error from error
        if rows:
            yield numbers, rows


class _Seen:
    """What kind of values a column held so far."""

    def __init__(self) -> None:
        self._kind: type | None = None
        self._beyond: tuple[str, int, int] | None = None  # file, line, value that a double might round

    @property
    def kind(self) -> pa.DataType:
        return KINDS[self._kind or str]

    def see(self, file: DataFile, name: str, lines: Sequence[int], cells: Sequence[Any]) -> None:
        kinds = set(map(type, cells)) - {type(None)}
        merged = self._merged(kinds)
        if merged is None:
            raise self._differing(file, name, lines, cells)
        if int in kinds and self._beyond is None:
            self._beyond = next(
                (
                    (file.name, line, cell)
                    for line, cell in zip(lines, cells, strict=True)
                    if type(cell) is int and abs(cell) > EXACT
                ),
                None,
            )
        if merged is float and self._beyond is not None:
            where, line, value = self._beyond
            raise SourceFault(
                f"Line {line} holds {value}, which would be rounded beside numbers with decimals.",
                "Write the column as text, or all its numbers without decimals.",
                file=where,
                key=name,
            )
        self._kind = merged or self._kind

    def _merged(self, kinds: set[type]) -> type | None:
        """The one kind of all values; float takes int in; None where they differ."""
        kinds = kinds | ({self._kind} if self._kind else set())
        if kinds == {int, float}:
            return float
        return next(iter(kinds)) if len(kinds) == 1 else str if not kinds else None

    def _differing(
        self, file: DataFile, name: str, lines: Sequence[int], cells: Sequence[Any]
    ) -> SourceFault:
        kind = self._kind
        for line, cell in zip(lines, cells, strict=True):
            if cell is None or type(cell) is kind or {type(cell), kind} == {int, float}:
                continue
            if kind is not None:
                return SourceFault(
                    f"Line {line} holds {cell!r}, where other lines hold {KINDS[kind]}.",
                    "Give the column one kind of value.",
                    file=file.name,
                    key=name,
                )
            kind = type(cell)
        return SourceFault("It holds values of several kinds.", "Give it one kind.", file=file.name, key=name)


class _Place:
    def __init__(self, lines: Sequence[int]):
        self._lines = lines

    def __call__(self, row: int) -> str:
        return f"Line {self._lines[row]}"


def _parsed(file: DataFile, number: int, line: str) -> Row:
    try:
        row = _DECODER.decode(line.lstrip("\ufeff") if number == 1 else line)
    except (ValueError, RecursionError) as error:
        fix = "Write one object a line." if line.lstrip()[:1] in "[{" else "Mend the line."
        why = f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise SourceFault(f"Line {number} is no JSON: {why}.", fix, file=file.name) from error
    except BadInput as error:
        raise SourceFault(
            f"Line {number}: {error.faults[0].problem}", error.faults[0].fix, file=file.name
        ) from error
    if not isinstance(row, dict):
        raise SourceFault(
            f"Line {number} is no object.", 'Write one object a line: {"column": value, …}.', file=file.name
        )
    return row


def _pairs(pairs: list[tuple[str, Any]]) -> Row:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadInput(f"{twice} comes twice.", "Give each value a name of its own.")
    return row


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs)
