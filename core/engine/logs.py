"""Logs: what a run's process printed, its head and its tail."""

import os
from collections.abc import Collection
from pathlib import Path

MOST = 10_000_000
"""Bytes that a log keeps at most."""


def trim(path: Path, most: int = MOST) -> None:
    """Cut the middle out of a log that is too long, and say so in it. The process that wrote it has ended."""
    if not path.exists() or (size := path.stat().st_size) <= most:
        return
    half = most // 2 - 100
    with open(path, "rb") as log:
        head = log.read(half)
        log.seek(size - half)
        tail = log.read()
    path.write_bytes(head + f"\n… {size - 2 * half:,} bytes left out …\n".encode() + tail)


class Bounded:
    """A log that is written to while others read it: its head stays, and its newest part, within `most`.

    Each time that it has grown too long, the middle is cut out of the file, so what is read of it is never
    far behind. Other processes may append to it too.
    """

    def __init__(self, path: Path, most: int = MOST):
        self._path, self._head, self._most, self._left_out = path, most // 2, most, 0
        self._file = open(path, "ab", opener=_private)  # noqa: SIM115
        self._size = path.stat().st_size

    def write(self, content: bytes) -> None:
        self._file.write(content)
        self._file.flush()
        self._size += len(content)
        if self._size > self._most - 200:
            self._cut()

    def close(self) -> None:
        self._file.close()

    def _cut(self) -> None:
        """The head, how much is left out, and a quarter of `most` from the end."""
        note = self._note()
        with open(self._path, "r+b") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(size - self._most // 4)
            tail = log.read()
            self._left_out += size - self._head - len(tail) - len(note)
            log.truncate(self._head)
        self._file.write(self._note() + tail)
        self._file.flush()
        self._size = self._path.stat().st_size

    def _note(self) -> bytes:
        return f"\n… {self._left_out:,} bytes left out …\n".encode() if self._left_out else b""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def bound(folder: Path, newest: int, open_runs: Collection[int] = ()) -> int:
    """Delete the logs of all but the newest runs, and of those that are open; how many."""
    found = {int(path.stem[4:]): path for path in folder.glob("run-*.log") if path.stem[4:].isdecimal()}
    gone = [run_id for run_id in sorted(found)[: max(len(found) - newest, 0)] if run_id not in open_runs]
    for run_id in gone:
        found[run_id].unlink(missing_ok=True)
    return len(gone)
