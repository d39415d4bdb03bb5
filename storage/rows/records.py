"""Records of a CSV file as Python's csv tells them: the header, where each begins, whether all are whole.

Arrow reads the rows. It takes a quote that is never closed for one long cell, losing the lines in it, and
does not say in which line a record stands: so its count is held against that of lines.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from core.domain.errors import SourceFault
from storage.rows.encodings import opened
from storage.rows.faults import repeated
from storage.rows.listing import DataFile

_GUESSED = (",", ";", "\t", "|")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Layout:
    """How a CSV file is written: its header and delimiter. `rows`: it has any."""

    names: tuple[str, ...]
    delimiter: str
    encoding: str  # of Python; with the mark at the beginning taken off
    rows: bool


def layout(file: DataFile, encoding: str, delimiter: str | None, decimal: str) -> Layout:
    """Read the header. SourceFault if there is none, or a name comes twice."""
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    if delimiter is None:
        with opened(file, encoding) as text:
            line = next((line for line in text if line.strip("\r\n")), "")
        guesses = [guess for guess in _GUESSED if guess != decimal]
        delimiter = max(guesses, key=_unquoted(line).count)
    with opened(file, encoding) as text:
        records = (record for record in csv.reader(text, delimiter=delimiter) if record)
        try:
            names, rows = next(records, None), next(records, None) is not None
        except csv.Error as error:
            raise SourceFault(
                f"Its header cannot be read: {error}.",
                "Mend it, or name the delimiter under [source].",
                file=file.name,
            ) from error
    if names is None:
        raise SourceFault(
            "It is empty, without a header.", "Write the columns' names in its first line.", file=file.name
        )
    if fault := repeated(file.name, names):
        raise fault
    return Layout(tuple(names), delimiter, encoding, rows)


def _unquoted(line: str) -> str:
    return "".join(line.split('"')[::2])


def check_whole(file: DataFile, layout: Layout, rows: int) -> None:
    """SourceFault if the file holds more records than the `rows` that were read, or a quote is left open."""
    lines, last = _lines(file)
    if lines == rows + 1 and last.count(b'"') % 2 == 0:
        return
    if (found := _count(file, layout)) != rows:
        raise SourceFault(
            f"It was read as {rows} rows, but holds {found}.",
            "Look at its quotes and line ends.",
            file=file.name,
        )


def _lines(file: DataFile) -> tuple[int, bytes]:
    """How many lines there are (an empty one counts), and the last that is not empty."""
    lines, before, chunk, carriage = 0, b"", b"", 0
    with opened(file) as data:
        while block := data.read(_CHUNK):
            before, chunk = chunk, block
            lines += block.count(b"\n")
            carriage += block.count(b"\r")
    end = before + chunk
    newline = b"\n" if lines else b"\r"
    count = (lines or carriage) + (0 if end.endswith((b"\n", b"\r")) else 1)
    return count, end.rstrip(b"\r\n").rpartition(newline)[2]


@lru_cache(maxsize=4_096)
def _count(file: DataFile, layout: Layout) -> int:
    """How many rows there are. SourceFault for a quote that is not closed, or closed amid a cell."""
    return sum(1 for _ in _records(file, layout)) - 1


def line_of(file: DataFile, layout: Layout, row: int) -> int:
    """The line in which a row (counted from 0) begins."""
    for count, (line, _) in enumerate(_records(file, layout)):
        if count == row + 1:
            return line
    return 0


def bad_width(file: DataFile, layout: Layout) -> SourceFault | None:
    """The first line that is too long or too short."""
    for line, width in _records(file, layout):
        if width != len(layout.names):
            return SourceFault(
                f"Line {line} has {width} columns, and the header has {len(layout.names)}.",
                "Mend the line; a cell that holds the delimiter must stand in quotes.",
                file=file.name,
            )
    return None


def _records(file: DataFile, layout: Layout) -> Iterator[tuple[int, int]]:
    """(line, columns) of each record, the header first; empty lines are none."""
    with opened(file, layout.encoding) as text:
        reader = csv.reader(text, delimiter=layout.delimiter, strict=True)
        begin = 1
        try:
            for record in reader:
                if record:
                    yield begin, len(record)
                begin = reader.line_num + 1
        except csv.Error as error:
            raise SourceFault(
                f"A cell in quotes that begins in line {begin} is not closed, or goes on after it.",
                "Close the quote; a quote within a cell is written twice.",
                file=file.name,
            ) from error
