"""Processes of runs: start one, tell whether it lives, end it with everything that it started."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
GRACE = 2.0
"""Seconds between asking a process to end and ending it."""


def start(home: Path, run_id: int, threads: int) -> subprocess.Popen[bytes]:
    """Start the worker of a run; what it prints goes to the run's log."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "EVERMODEL_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": str(threads),
        "OPENBLAS_NUM_THREADS": str(threads),
    }
    with open(log_path(home, run_id), "ab", opener=_private) as log:
        return subprocess.Popen(
            [sys.executable, "-m", "core.entrypoints.worker", str(run_id)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


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


def lives(pid: int | None, started: float | None) -> bool:
    """Whether the process with this pid and start is still there (a pid that was given again is another
    one).
    """
    return _process(pid, started) is not None


def end(pid: int | None, started: float | None) -> None:
    """End a process and its descendants; returns when they are gone."""
    process = _process(pid, started)
    if process is None:
        return
    family = [process]
    with contextlib.suppress(psutil.Error):
        family += process.children(recursive=True)
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGTERM)
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.terminate()
    for member in psutil.wait_procs(family, GRACE)[1]:
        with contextlib.suppress(psutil.Error):
            member.kill()
    psutil.wait_procs(family, GRACE)


def _process(pid: int | None, started: float | None) -> psutil.Process | None:
    if pid is None or started is None:
        return None
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return process if same else None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
