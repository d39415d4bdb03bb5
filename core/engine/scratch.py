"""Scratch: what a run lays down for a script and takes up from it again, gone with the run."""

import fcntl
import hashlib
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.engine.processes import private

FOLDER, LOCK = "scratch", "scripts.lock"
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
    shutil.rmtree(home / FOLDER / f"run-{run_id}", ignore_errors=True)


def sweep(home: Path, open_runs: Collection[int], waited_for: Collection[str]) -> int:
    """Delete what no open run is to find, and no file that is `waited_for` (its token); how many."""
    gone = 0
    for path in (home / FOLDER).glob("*"):
        kind, _, name = path.name.partition("-")
        if kind == "run" and name.isdecimal() and int(name) not in open_runs:
            shutil.rmtree(path, ignore_errors=True)
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
