"""Reaping: whatever descends from a process stays findable when who started it is gone, and is ended with it.

An orphan goes to the nearest of its ancestors that asked for orphans (Linux, prctl(2),
PR_SET_CHILD_SUBREAPER), else to the system's first process. So one that shed its environment, began a session
of its own and lost its parent is still found below us. On other systems nobody can ask for that.
"""

import ctypes
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil

from core.engine import marks

SET_SUBREAPER, GET_SUBREAPER = 36, 37
SECONDS = 5.0
"""Longest that one goes on after processes that start others faster than they are ended."""
WAIT = 1.0
"""Seconds in which a process that was killed is expected to be gone."""


def take_orphans(wanted: bool = True) -> bool:
    """From here on orphans below this process come to it, or not any more; whether they did before."""
    if not sys.platform.startswith("linux"):
        return False
    with suppress(OSError, AttributeError):
        prctl, before = ctypes.CDLL(None).prctl, ctypes.c_int(0)
        prctl(GET_SUBREAPER, ctypes.byref(before), 0, 0, 0)
        prctl(SET_SUBREAPER, int(wanted), 0, 0, 0)
        return bool(before.value)
    return False


class Brood:
    """What descends from this process and was not there before."""

    def __init__(self) -> None:
        self._before = frozenset(psutil.Process().children())

    def bury(self, living: int) -> None:
        """Take away orphans that ended by themselves; `living`: a child that somebody else waits for."""
        spared = {living, *(child.pid for child in self._before)}
        with suppress(ChildProcessError):
            while (dead := _dead()) is not None and dead not in spared:
                os.waitpid(dead, 0)

    def end(self) -> None:
        """Kill all of it, and take it away."""
        _end(self._found)

    def _found(self) -> list[psutil.Process]:
        new = [child for child in psutil.Process().children() if child not in self._before]
        return [*new, *(one for child in new for one in _below(child))]


@contextmanager
def brood() -> Iterator[Brood]:
    """While it lasts, orphans of what it holds come to this process."""
    before = take_orphans()
    try:
        yield Brood()
    finally:
        take_orphans(before)


def end_below() -> None:
    """Kill all that descends from this process."""
    _end(lambda: _below(psutil.Process()))


def end_strays(mark: str) -> None:
    """Kill what descends from this process and does not carry the mark, by which others find it."""
    _end(lambda: [one for one in _below(psutil.Process()) if not marks.carries(one, mark)])


def _end(find: Callable[[], list[psutil.Process]]) -> None:
    """Kill and take away what is found, until nothing is: an orphan comes to this process as it appears."""
    until = time.monotonic() + SECONDS
    while (found := find()) and time.monotonic() < until:
        for process in found:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, WAIT)


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.Error:
        return []


def _dead() -> int | None:
    """A child of this process that has ended and was not waited for; None if there is none."""
    if not sys.platform.startswith("linux"):
        return None
    found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    return None if found is None else found.si_pid
