"""Faults of files, in the same words whatever the format."""

import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from core.defining.near import did_you_mean
from core.domain.errors import Fault, SourceFault

WAIT = "If it is still being written, wait, and write it under another name first."
AGAIN = "Mend the file; if its columns have changed for good, apply the model's file again."


def no_column(file: str, columns: Iterable[str], there: Iterable[str]) -> SourceFault:
    """Columns that a file does not have."""
    there = list(there)
    listed = ", ".join(there[:20]) + (", …" if len(there) > 20 else "")
    return SourceFault.of(
        [
            Fault(
                file,
                column,
                "There is no such column.",
                did_you_mean(column, there) or f"The columns are: {listed}.",
            )
            for column in columns
        ]
    )


def repeated(file: str, names: Iterable[str]) -> SourceFault | None:
    """Column names that come twice."""
    names = list(names)
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    return (
        SourceFault.of(
            [Fault(file, name, "Two columns have this name.", "Give each its own.") for name in twice]
        )
        if twice
        else None
    )


def differing(first: str, expected: Iterable[str], file: str, found: Iterable[str]) -> SourceFault | None:
    """Columns that only one of two files has."""
    expected, found = list(expected), list(found)
    lost = [
        Fault(file, name, f"This column of {first} is not in this file.", "Give all files the same columns.")
        for name in expected
        if name not in found
    ]
    new = [
        Fault(file, name, f"This column is not in {first}.", "Give all files the same columns.")
        for name in found
        if name not in expected
    ]
    return SourceFault.of(lost + new) if lost or new else None


def misfit(file: str, column: str, place: str, value: object, kind: object) -> SourceFault:
    """A value that is not of its column's fixed type."""
    return SourceFault(f"{place} holds {value!r}, which is no {kind}.", AGAIN, file=file, key=column)


def first_misfit(read: Callable[[Any], Any | None], array: Any) -> int:
    """The first cell for which `read` gives None, where it gives None for the whole array."""
    low, high = 0, len(array)  # the first `low` cells fit, the first `high` do not
    while high - low > 1:
        middle = (low + high) // 2
        if read(array.slice(0, middle)) is None:
            high = middle
        else:
            low = middle
    return low


@contextmanager
def readable_file(file: str) -> Iterator[None]:
    """Whatever the system, or a compressed file, says against being read as a SourceFault."""
    try:
        yield
    except FileNotFoundError as error:
        raise SourceFault("There is no such file.", "Look at the path under [source].", file=file) from error
    except PermissionError as error:
        raise SourceFault("It may not be read.", "Let Evermodel's account read it.", file=file) from error
    except (OSError, EOFError, zlib.error) as error:
        if file.endswith(".gz") and getattr(error, "errno", None) is None:
            raise SourceFault("It is no whole gzip file.", WAIT, file=file) from error
        raise SourceFault(
            f"It cannot be read: {error}.", "Look at the file and its disk.", file=file
        ) from error


def refuse_shrunk(file: Any) -> None:
    """SourceFault if a listed file lost bytes since; one that grows is read as far as it went."""
    size = os.stat(file.path).st_size
    if size < file.size:
        raise SourceFault(
            f"It shrank from {file.size:,} to {size:,} bytes while it was read.", WAIT, file=file.name
        )


def wanted_there(file: str, wanted: Mapping[str, object], there: Iterable[str]) -> None:
    """SourceFault unless a file has every wanted column."""
    there = list(there)
    if lost := [column for column in wanted if column not in there]:
        raise no_column(file, lost, there)
