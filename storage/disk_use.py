"""Disk use: what each folder of a home takes, looked at now and then."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

KEPT = 30.0
"""Seconds for which sizes are given again without a look."""
TABLES = "tables"


class DiskUse:
    """Bytes by folder of a home, its tables apart. `timer`: seconds that only rise."""

    def __init__(self, folder: Path, timer: Callable[[], float] = time.monotonic):
        self._folder, self._timer = folder, timer
        self._looking = threading.Lock()
        self._found: Mapping[str, int] = {}
        self._at: float | None = None

    def sizes(self) -> Mapping[str, int]:
        """Folder -> bytes of the files in it, `tables` -> of the database and its log."""
        with self._looking:
            if self._at is None or self._timer() - self._at >= KEPT:
                self._found, self._at = _look(self._folder), self._timer()
            return self._found


def _look(home: Path) -> Mapping[str, int]:
    found: dict[str, int] = {TABLES: 0}
    for entry in _entries(str(home)):
        if entry.is_dir(follow_symlinks=False):
            found[entry.name] = sum(map(_size, _files(entry.path)))
        elif entry.name.startswith("evermodel.db"):
            found[TABLES] += _size(entry)
    return found


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        else:
            yield entry


def _entries(folder: str) -> list[os.DirEntry[str]]:
    # Files come and go meanwhile.
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
