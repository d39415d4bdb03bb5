"""Scratch: what a run lays down for a script and takes up from it again, gone with the run."""

import errno
import fcntl
import hashlib
import os
import stat
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.engine.processes import private

FOLDER, LOCK = "scratch", "scripts.lock"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
YOUNG = 120.0
"""Seconds for which a file that waits for its run to be queued is left alone."""


def of_run(home: Path, run_id: int) -> Path:
    """The folder of a run, made where it is missing."""
    folder = home / FOLDER / f"run-{run_id}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def waiting(home: Path, token: str) -> Path:
    """Where a file lies that is to be adopted, until its run is over."""
    (home / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    return home / FOLDER / f"adopt-{token}"


@contextmanager
def alone(home: Path, file: Path, waits: Callable[[], None]) -> Iterator[None]:
    """While it lasts, no other process of the home writes this file; `waits` is called where one does.

    One byte of the lock's file stands for it: nothing is left of a process that was killed.
    """
    byte = int.from_bytes(hashlib.sha256(str(file).encode()).digest()[:7])
    with open(home / LOCK, "ab", opener=private) as held:
        try:
            fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except (BlockingIOError, PermissionError):
            waits()
            fcntl.lockf(held, fcntl.LOCK_EX, 1, byte)
        yield


def clear(home: Path, run_id: int) -> None:
    """Delete what lies there for a run that is over."""
    remove(home / FOLDER / f"run-{run_id}")


def remove(path: Path) -> None:
    """Delete a folder with all that a script left in it, closed to us or deeper than a path can name; what a
    link leads to stays.
    """
    with suppress(OSError):
        if path.is_symlink() or not path.is_dir():
            path.unlink(missing_ok=True)
            return
        path.chmod(0o700)
        _empty(os.open(path, _FOLDER))
        path.rmdir()


def _empty(here: int) -> None:
    """Delete what is in an open folder, and close it: down into one folder after the other, and up again.

    OSError where one cannot be deleted, or was moved meanwhile: what is above it then is not ours.
    """
    above: list[tuple[str, os.stat_result]] = []
    try:
        while (name := _first_folder(here)) is not None or above:
            if name is not None:
                above.append((name, os.fstat(here)))
                _open_up(here, name)
                here = _step(here, name)
            else:
                here, (name, folder) = _step(here, ".."), above.pop()
                if not os.path.samestat(os.fstat(here), folder):
                    raise OSError(errno.ESTALE, "it was moved", name)
                os.rmdir(name, dir_fd=here)
    finally:
        os.close(here)


def _first_folder(here: int) -> str | None:
    """The name of a folder in an open one; the files that are met before it are deleted."""
    with os.scandir(here) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                return entry.name
            os.unlink(entry.name, dir_fd=here)
    return None


def _open_up(here: int, name: str) -> None:
    if stat.S_IMODE(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode) & 0o700 != 0o700:
        os.chmod(name, 0o700, dir_fd=here)


def _step(here: int, name: str) -> int:
    there = os.open(name, _FOLDER, dir_fd=here)
    os.close(here)
    return there


def sweep(home: Path, open_runs: Collection[int], waited_for: Collection[str]) -> int:
    """Delete what no open run is to find, and no file that is `waited_for` (its token); how many."""
    gone = 0
    for path in (home / FOLDER).glob("*"):
        kind, _, name = path.name.partition("-")
        if kind == "run" and name.isdecimal() and int(name) not in open_runs:
            remove(path)
            gone += 1
        elif kind == "adopt" and name not in waited_for and time.time() - _touched(path) > YOUNG:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
