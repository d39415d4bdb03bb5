"""Queue: which queued runs may start, and what becomes of runs whose process is gone or is to go."""

import contextlib
import secrets
import subprocess
from collections.abc import Callable, Sequence

from core.domain.clock import Clock
from core.domain.errors import IllegalChange
from core.domain.home import Home
from core.domain.runs import Run
from core.engine import logs, processes


class Crew:
    """The workers of one process: `step()` again and again, `stop()` at the end."""

    def __init__(self, home: Home, clock: Clock, workers: int, threads: int):
        self._home, self._clock = home, clock
        self._workers, self._threads = workers, threads
        self._started: dict[int, subprocess.Popen[bytes]] = {}

    def step(self, wanted: Callable[[Run], bool] = lambda _: True) -> None:
        """Settle what ended, end what is to be cancelled, start what may start (and is `wanted`)."""
        self._reap()
        runs = self._open()
        for run in runs:
            if run.state == "running" and run.cancel_requested:
                self._end(run, "cancelled", "cancelled by a person")
        settle_lost(self._home, self._clock, runs)
        for run in startable(self._open(), self._clock, self._workers, self._started.keys()):
            if not wanted(run):
                continue
            self._started[run.id] = processes.start(self._home.folder, run.id, self._threads)

    def busy(self) -> bool:
        return bool(self._started)

    def stop(self) -> None:
        """End every worker that this crew started; their runs are lost, and say why."""
        ours = set(self._started)
        for run in self._open():
            if run.id in ours and run.state == "running":
                self._end(run, "lost", "the server was stopped while it ran")
        for child in self._started.values():
            if child.poll() is None:
                child.kill()
            child.wait()
        self._started.clear()

    def _open(self) -> Sequence[Run]:
        with self._home.reading() as stores:
            return stores.runs.open()

    def _end(self, run: Run, state: str, reason: str) -> None:
        processes.end(run.pid, run.pid_started)
        with contextlib.suppress(IllegalChange), self._home.transaction() as t:
            t.runs.end(run.id, run.token, state, self._clock.now(), reason=reason)

    def _reap(self) -> None:
        for id, child in list(self._started.items()):
            if child.poll() is not None:
                del self._started[id]
                logs.trim(processes.log_path(self._home.folder, id))
                self._settle(id, child.returncode)

    def _settle(self, id: int, status: int) -> None:
        """A worker that ended without ending its run has lost it; one that never took it has failed."""
        with contextlib.suppress(IllegalChange), self._home.transaction() as t:
            run = t.runs.get(id)
            if run.state == "queued" and status != 0:
                run = t.runs.claim(id, secrets.token_hex(8), 0, 0.0, self._clock.now())
                t.runs.end(
                    id,
                    run.token,
                    "failed",
                    self._clock.now(),
                    error="Its process could not start; see its log.",
                )
            elif run.state == "running":
                t.runs.end(id, run.token, "lost", self._clock.now(), reason=_how(status))


def startable(runs: Sequence[Run], clock: Clock, workers: int, started: object) -> list[Run]:
    """The queued runs that may start now: one at a time for a model, `workers` in all, the oldest first."""
    assert hasattr(started, "__contains__")
    now = clock.now()
    active = [run for run in runs if run.state == "running" or run.id in started]
    busy, free = {run.model_id for run in active}, workers - len(active)
    chosen: list[Run] = []
    for run in runs:
        waits = (
            run.state != "queued"
            or run.id in started
            or (run.not_before is not None and run.not_before > now)
        )
        if not waits and run.model_id not in busy and len(chosen) < free:
            chosen.append(run)
            busy.add(run.model_id)
    return chosen


def settle_lost(home: Home, clock: Clock, runs: Sequence[Run]) -> None:
    """End as lost every running run whose process is gone."""
    for run in runs:
        if run.state == "running" and not processes.lives(run.pid, run.pid_started):
            with contextlib.suppress(IllegalChange), home.transaction() as t:
                t.runs.end(run.id, run.token, "lost", clock.now(), reason="its process is gone")


def _how(status: int) -> str:
    return (
        f"its process ended with signal {-status}"
        if status < 0
        else f"its process ended with status {status}"
    )
