"""Extents: the range of times of each piece of a file, remembered while the file stays as it is."""

from dataclasses import dataclass

import numpy as np

from core.domain.sources import SourceSpec
from storage.rows.listing import DataFile
from storage.rows.times import Read

_MOST = 20_000  # files


@dataclass(frozen=True)
class Extent:
    """`first`, `last`: microseconds, None without a readable time."""

    rows: int
    first: int | None
    last: int | None
    unreadable: int

    @classmethod
    def of(cls, read: Read) -> "Extent":
        us = read.us[read.readable]
        first, last = (int(us.min()), int(us.max())) if len(us) else (None, None)
        return cls(len(read.us), first, last, len(read.us) - len(us))

    def __add__(self, other: "Extent") -> "Extent":
        firsts = [first for first in (self.first, other.first) if first is not None]
        lasts = [last for last in (self.last, other.last) if last is not None]
        return Extent(
            self.rows + other.rows,
            min(firsts, default=None),
            max(lasts, default=None),
            self.unreadable + other.unreadable,
        )

    def misses(self, start: int | None, end: int | None) -> bool:
        """No row has start <= time < end."""
        if self.first is None or self.last is None:
            return True
        return (start is not None and self.last < start) or (end is not None and self.first >= end)


NOTHING = Extent(0, None, None, 0)


def within(read: Read, start: int | None, end: int | None) -> np.ndarray:
    """Mask (n,): start <= time < end."""
    found = read.readable
    if start is not None:
        found = found & (read.us >= start)
    return found if end is None else found & (read.us < end)


Key = tuple[str, int, int, str, str, SourceSpec]
_remembered: dict[Key, list[Extent | None]] = {}


def key_of(file: DataFile, time: str, zone: str, spec: SourceSpec) -> Key:
    """Everything that a file's extents depend on."""
    return file.path, file.size, file.changed, time, zone, spec


def recall(key: Key) -> list[Extent | None] | None:
    """A file's extents, None for a piece of which they are not known; None for a file not seen yet."""
    return _remembered.get(key)


def remember(key: Key, extents: list[Extent | None]) -> None:
    if len(_remembered) >= _MOST:
        _remembered.clear()
    _remembered[key] = extents
