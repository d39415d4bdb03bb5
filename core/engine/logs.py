"""Logs: what a run's process printed, its head and its tail."""

import io
import os
import re
import sys
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

MOST = 10_000_000
"""Bytes that a log keeps at most."""
ROOM = 100
"""Bytes of each half that are left for the note."""
LOOK = 0.2
"""Seconds between two looks at a log that others write to, too."""
_NOTE = re.compile(rb"\n\xe2\x80\xa6 ([0-9,]{1,25}) bytes left out \xe2\x80\xa6\n")
_ONE = threading.RLock()  # one thread at a time writes to a log or cuts it
os.register_at_fork(before=_ONE.acquire, after_in_parent=_ONE.release, after_in_child=_ONE.release)


def trim(path: Path, most: int = MOST) -> None:
    """Cut the middle out of a log that is too long, and say so in it. The process that wrote it has ended."""
    if path.exists() and path.stat().st_size > most:
        _cut(path, most, most // 2 - ROOM)


class Bounded:
    """A log that is written to while others read it: its head stays, and its newest part, within `most`.

    Each time that it has grown too long, the middle is cut out of the file, so what is read of it is never
    far behind. Other processes may append to it too, and `look` bounds what they wrote; a little of it may
    be lost while it is cut.
    """

    def __init__(self, path: Path, most: int = MOST):
        self._path, self._most, self._owner, self._unseen = path, most, os.getpid(), 0
        self._file = open(path, "ab", opener=_private)  # noqa: SIM115

    def write(self, content: bytes) -> None:
        with _ONE:
            self._file.write(content)
            self._file.flush()
            self._unseen += len(content)
            if self._unseen > self._most // 100:  # a look costs more than a line
                self.look()

    def look(self) -> None:
        """Cut it if it is too long. A process that was forked off leaves that to the one that opened it."""
        with _ONE:
            self._unseen, size = 0, os.fstat(self._file.fileno()).st_size
            if size > self._most - self._most // 50 and os.getpid() == self._owner:
                _cut(self._path, self._most, self._most // 4)

    def close(self) -> None:
        self._file.close()


class _Printed(io.RawIOBase):
    """What Python prints, on its way into a log; `number`: the stream that it stands for."""

    def __init__(self, log: Bounded, number: int):
        self._log, self._number = log, number

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def write(self, content: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        said = bytes(content)
        self._log.write(said)
        return len(said)


def bound_own(path: Path, most: int = MOST) -> None:
    """From here on this log, if this process prints to it, stays within `most`, whatever it prints.

    What Python prints is bounded as it comes, what comes past Python (compiled code, processes that it
    starts) at the next look.
    """
    if not (path.exists() and os.path.samestat(os.fstat(1), path.stat())):
        return
    log = Bounded(path, most)
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(_Printed(log, number), "utf-8", "backslashreplace", write_through=True)  # type: ignore[type-var]
        for number in (1, 2)
    )
    threading.Thread(target=_watch, args=(log,), daemon=True).start()


def _watch(log: Bounded) -> None:
    over = threading.Event()
    while not over.wait(LOOK):
        with suppress(OSError):  # a full disk, say: it may have room at the next look
            log.look()


def _cut(path: Path, most: int, newest: int) -> None:
    """Leave the head, how much is left out (with what was left out before), and so many bytes of the end."""
    head = most // 2 - ROOM
    with _ONE, open(path, "r+b", buffering=0) as log:
        log.seek(head)
        note = _NOTE.match(log.read(2 * ROOM))
        before = int(note[1].replace(b",", b"")) if note else 0
        begin = head + (note.end() if note else 0)
        tail_from = max(log.seek(0, os.SEEK_END) - newest, begin)
        log.seek(tail_from)
        tail = log.read(newest)
        tail += log.read(newest)  # what others wrote meanwhile
        log.truncate(head)
        said = f"\n… {before + tail_from - begin:,} bytes left out …\n".encode()
        with open(path, "ab") as end:
            end.write(said + tail)


def bound(folder: Path, newest: int, open_runs: Collection[int] = ()) -> int:
    """Delete the logs of all but the newest runs, and of those that are open; how many."""
    found = {int(path.stem[4:]): path for path in folder.glob("run-*.log") if path.stem[4:].isdecimal()}
    gone = [run_id for run_id in sorted(found)[: max(len(found) - newest, 0)] if run_id not in open_runs]
    for run_id in gone:
        found[run_id].unlink(missing_ok=True)
    return len(gone)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
