"""Tape: a long array that lies in an unnamed file, so that memory does not grow with it; read by slices.

A memory map would not do: its pages count as the process's own memory.
"""

import tempfile
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, overload

import numpy as np

from core.domain.errors import RunFailed

IN_MEMORY = 2**20
"""Bytes of a tape that are held before a file is made."""
BLOCK = 65_536
"""Values that are looked through at a time."""


class Long(Protocol):
    """What of an array a long one can do as well. A slice of it is an array, which may be read-only."""

    @property
    def dtype(self) -> Any: ...

    def __len__(self) -> int: ...

    @overload
    def __getitem__(self, place: int, /) -> Any: ...

    @overload
    def __getitem__(self, place: slice, /) -> np.ndarray: ...

    def upto(self, stop: int) -> "Long":
        """The first values, without a copy."""
        ...


Column = np.ndarray | Long


class Tape:
    """Values of one fixed-width type; appended to, then read. Its file goes with it, in the system's folder
    for such (TMPDIR).
    """

    def __init__(self, kind: Any):
        self._dtype, self._length = np.dtype(kind), 0
        self._spool = _Spool()

    @property
    def dtype(self) -> Any:
        return self._dtype

    def append(self, values: np.ndarray) -> None:
        """Values (n,) after those that are there."""
        with _room_for_it():
            self._spool.file.seek(self._length * self._dtype.itemsize)
            self._spool.file.write(np.ascontiguousarray(values, self._dtype).data)
        self._length += len(values)

    def upto(self, stop: int) -> "Tape":
        """The first values of the same file, which nothing may be appended to then."""
        part = Tape.__new__(Tape)
        part._dtype, part._length, part._spool = self._dtype, min(stop, self._length), self._spool
        return part

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int, /) -> Any: ...

    @overload
    def __getitem__(self, place: slice, /) -> np.ndarray: ...

    def __getitem__(self, place: int | slice, /) -> Any:
        """One value, or the array of consecutive ones."""
        if isinstance(place, slice):
            first, stop, step = place.indices(self._length)
            return self._read(first, max(0, stop - first))[::step]
        if not -self._length <= place < self._length:
            raise IndexError(place)
        return self._read(place % self._length, 1)[0]

    def _read(self, first: int, count: int) -> np.ndarray:
        with _room_for_it():  # what was appended last may be written now
            self._spool.file.seek(first * self._dtype.itemsize)
        return np.frombuffer(self._spool.file.read(count * self._dtype.itemsize), self._dtype)


@contextmanager
def _room_for_it() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunFailed(
            f"The folder for temporary files takes no more: {error.strerror}.",
            "Free some room there, or let TMPDIR name another folder.",
        ) from error


class _Spool:
    """Memory for the first bytes, a file for more; gone with the last tape that reads it."""

    def __init__(self) -> None:
        self.file: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    def __del__(self) -> None:
        self.file.close()


def blocks(first: int, stop: int, size: int | None = None) -> Iterator[slice]:
    """The places first..stop-1, a block at a time."""
    size = size or BLOCK
    return (slice(at, min(at + size, stop)) for at in range(first, stop, size))


def head(column: Column, stop: int) -> Column:
    """The first values, without a copy."""
    return column[:stop] if isinstance(column, np.ndarray) else column.upto(stop)


def place_of(column: Column, value: int) -> int:
    """Where a value stands, or would stand first, in an ascending column."""
    return bisect_left(column, value)


def place_in(column: Column, value: int, first: int, stop: int) -> int:
    """The same among its places first..stop-1, which alone need to ascend."""
    return bisect_left(column, value, first, stop)


def taken(column: Column, places: np.ndarray) -> np.ndarray:
    """The values (n,) at places (n,), in any order; only blocks that hold one are read."""
    found = np.empty(len(places), column.dtype)
    of_block = places // BLOCK
    for block in np.unique(of_block).tolist():
        here = of_block == block
        found[here] = column[block * BLOCK : (block + 1) * BLOCK][places[here] - block * BLOCK]
    return found
