"""Processes of runs: start one, tell whether it lives, end it with everything that it started."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from core.engine import marks, reaping

ROOT = Path(__file__).resolve().parents[2]
GRACE = 2.0
"""Seconds between asking a process to end and ending it."""
ROUNDS = 5
"""Times that one looks again for what a process started while it was being ended."""


def start(home: Path, run_id: int, threads: int) -> subprocess.Popen[bytes]:
    """Start the worker of a run; what it prints goes to the run's log."""
    with open(log_path(home, run_id), "ab", opener=private) as log:
        return subprocess.Popen(
            [sys.executable, "-m", "core.entrypoints.worker", str(run_id)],
            env=environment(home, threads, marks.run_mark(home, run_id)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def environment(home: Path, threads: int, mark: str) -> dict[str, str]:
    """What a worker is started with; `threads`: of each numerical library.

    Arrow's memory comes from the system's own allocator, in as many arenas as threads: what Arrow and NumPy
    let go serves either then. The order of Python's sets is the same in each, since a person's own recipe may
    hang on it.
    """
    return {
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": str(threads),
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "EVERMODEL_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": str(threads),
        "OPENBLAS_NUM_THREADS": str(threads),
        "PYTHONHASHSEED": "0",
        marks.NAME: mark,
    }


def log_path(home: Path, run_id: int) -> Path:
    return home / "logs" / f"run-{run_id}.log"


def own_start() -> float:
    """When this process started, in seconds since 1970."""
    return float(psutil.Process().create_time())


def holder() -> str:
    """The name of this process where one of several may act: its machine, its pid and its start."""
    return f"{socket.gethostname()} {os.getpid()} {own_start()}"


def holder_lives(name: str) -> bool:
    """Whether a process named by `holder` is there; one of another machine is taken to be."""
    host, pid, started = name.split(" ")
    return host != socket.gethostname() or lives(int(pid), float(started))


def holder_words(name: str) -> str:
    """A name that `holder` gave, for people: process 4711 on host."""
    host, _, rest = name.partition(" ")
    return f"process {rest.split(' ')[0]} on {host}" if rest.count(" ") == 1 else name


def lives(pid: int | None, started: float | None) -> bool:
    """Whether the process with this pid and start is still there (a pid that was given again is another
    one).
    """
    return _process(pid, started) is not None


def end(pid: int | None, started: float | None, mark: str | None = None) -> None:
    """End a process, its descendants, and all that carries the mark; returns when they are gone.

    First asked (SIGTERM); what is still there after `GRACE` seconds is killed.
    """
    process = _process(pid, started)
    family = _family(process, mark)
    for round in range(ROUNDS):
        if not family:
            return
        _end_all(family, asking=round == 0)
        family = [member for member in _family(process, mark) if member.is_running()]


def end_marked(mark: str) -> None:
    """End all that carries a mark that begins so, but for this process; returns when it is gone."""
    end(None, None, mark)


def end_session(leader: int) -> None:
    """End all that is left of the session that a process began, though it shed its mark."""
    _end_all([one for one in psutil.process_iter() if _session(one.pid) == leader], asking=False)


def end_children(mark: str) -> None:
    """End all that this process started, and all that carries the mark."""
    _end_all(marks.marked(mark), asking=False)
    reaping.end_below()
    end_marked(mark)


def _end_all(family: Sequence[psutil.Process], asking: bool) -> None:
    if asking:
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.terminate()
        family = psutil.wait_procs(family, GRACE)[1]
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.kill()
    psutil.wait_procs(family, GRACE)


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


def _family(process: psutil.Process | None, mark: str | None) -> list[psutil.Process]:
    members = [process, *_descendants(process)] if process is not None and _there(process) else []
    members += marks.marked(mark) if mark else []
    return [member for member in dict.fromkeys(members) if _there(member)]


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.Error:
        return []


def _there(process: psutil.Process) -> bool:
    """Running, and no zombie that only its parent can take away."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _process(pid: int | None, started: float | None) -> psutil.Process | None:
    if pid is None or started is None:
        return None
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return process if same else None


def private(path: str, flags: int) -> int:
    """An opener of files that only their owner reads."""
    return os.open(path, flags, 0o600)
