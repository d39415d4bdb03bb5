"""Marks: by its environment each process says for which run it works, so that it is found wherever it went.

A mark is `home:run:token`. What a worker starts inherits it, in another session and with another parent too.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

NAME = "EVERMODEL_RUN"


def home_mark(home: Path) -> str:
    """The home on this machine, by its folder's device and number: the same through any path."""
    found = home.stat()
    return f"{found.st_dev:x}-{found.st_ino:x}"


def run_mark(home: Path, run_id: int, token: str = "") -> str:
    """The mark of a run's processes; without a token the part that all of them begin with."""
    return f"{home_mark(home)}:{run_id}:{token}"


def wear(mark: str) -> None:
    """What this process starts from now on carries the mark."""
    os.environ[NAME] = mark


def marked(begin: str) -> list[psutil.Process]:
    """The processes whose mark begins so, but for this one."""
    return [process for process, mark in _worn() if mark.startswith(begin)]


def marked_runs(home: Path) -> dict[int, list[psutil.Process]]:
    """The processes of the runs of a home, by run."""
    found: dict[int, list[psutil.Process]] = {}
    for process, mark in _worn():
        owner, _, rest = mark.partition(":")
        run, _, _ = rest.partition(":")
        if owner == home_mark(home) and run.isdecimal():
            found.setdefault(int(run), []).append(process)
    return found


def carries(process: psutil.Process, begin: str) -> bool:
    """Whether a process has a mark that begins so; one that is gone, or tells nobody, has none."""
    try:
        return str(process.environ().get(NAME, "")).startswith(begin)
    except (psutil.Error, OSError):
        return False


def _worn() -> Iterator[tuple[psutil.Process, str]]:
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and (mark := process.environ().get(NAME)):
                yield process, mark
