"""Queue: which queued runs may start, and what becomes of runs whose process is gone or is to go."""

import contextlib
import logging
import secrets
import subprocess
from collections.abc import Callable, Sequence

from core.domain.clock import Clock
from core.domain.errors import IllegalChange, StaleClaim
from core.domain.home import Home
from core.domain.keeping import Guard, unguarded
from core.domain.runs import BESIDE, Run, too_long
from core.engine import logs, marks, processes, scratch
from core.engine.standby import Standbys

log = logging.getLogger("evermodel")


class Crew:
    """The workers of one process: `step()` again and again, `stop()` at the end.

    `standbys`: processes that wait for a run; without them a run starts its own.
    """

    def __init__(
        self,
        home: Home,
        clock: Clock,
        workers: int,
        threads: int,
        standbys: Standbys | None = None,
        guard: Guard = unguarded,
    ):
        self._home, self._clock, self._guard = home, clock, guard
        self._workers, self._threads, self._standbys = workers, threads, standbys
        self._started: dict[int, subprocess.Popen[bytes]] = {}
        self._at_once = 1  # workers that were busy together, at most so far

    def step(self, wanted: Callable[[Run], bool] = lambda _: True) -> list[int]:
        """Settle what ended, end what is to end, start what may start (and is `wanted`).

        Answers with the runs whose workers have ended. StaleTick where the guard says so.
        """
        ended = self.reap()
        runs = self._open()
        for run in runs:
            if run.state == "running" and (how := _to_end(run, self._clock)) is not None:
                self._end(run, *how)
        settle_lost(self._home, self._clock, runs, self._guard)
        self._start(wanted)
        return ended

    def reap(self) -> list[int]:
        """Settle what this crew's own workers left when they ended; their runs."""
        ended = [(id, child) for id, child in self._started.items() if child.poll() is not None]
        for id, child in ended:
            del self._started[id]
            logs.trim(processes.log_path(self._home.folder, id))
            self._settle(id, child)
            self._end_left_over(id)
        return [id for id, _ in ended]

    def stand_by(self) -> None:
        """While another process ticks: settle what this crew's own workers left, and hold nobody ready."""
        self.reap()
        if self._standbys is not None:
            self._standbys.stop()

    def busy(self) -> bool:
        return bool(self._started)

    def stop(self) -> None:
        """End every worker that this crew started; their runs are lost, and say why."""
        ours, self._started = self._started, {}
        try:
            for run in self._open():
                if run.state == "running" and run.id in ours and run.pid == ours[run.id].pid:
                    self._end(run, "lost", "the server was stopped while it ran", unguarded)
        except Exception:  # the processes end though the home cannot be written, or is gone
            log.exception("runs could not be ended when their server was stopped")
        for child in ours.values():
            if child.poll() is None:
                child.kill()
            child.wait()
        if self._standbys is not None:
            self._standbys.stop()
        for id in ours:
            self._end_left_over(id)

    def _start(self, wanted: Callable[[Run], bool]) -> None:
        with self._home.reading() as stores:
            self._guard(stores)
            runs = stores.runs.open()
        # Before the choice: a queued run that is not wanted must not take the place of one that is.
        counted = [run for run in runs if run.state == "running" or run.id in self._started or wanted(run)]
        for run in startable(counted, self._clock, self._workers, self._started.keys()):
            waiting = self._standbys.take(run.id) if self._standbys is not None else None
            self._started[run.id] = waiting or processes.start(self._home.folder, run.id, self._threads)
        self._at_once = max(self._at_once, len(self._started))
        if self._standbys is not None:
            self._standbys.tend(min(self._workers, self._at_once) - len(self._started))

    def _open(self) -> Sequence[Run]:
        with self._home.reading() as stores:
            return stores.runs.open()

    def _end(self, run: Run, state: str, reason: str, guard: Guard | None = None) -> None:
        # The row first: what is ended may notice, and would tell another story.
        with contextlib.suppress(StaleClaim), self._home.transaction() as t:
            (guard or self._guard)(t)
            t.runs.end(run.id, run.token, state, self._clock.now(), reason=reason)
        processes.end(run.pid, run.pid_started, _mark(self._home, run))

    def _end_left_over(self, id: int) -> None:
        """What a worker had started and left behind; nothing while another process may work for its run."""
        with self._home.reading() as stores:
            run = stores.runs.get(id)
        if run.over:
            processes.end_marked(_mark(self._home, run))
            scratch.clear(self._home.folder, id)

    def _settle(self, id: int, child: subprocess.Popen[bytes]) -> None:
        """A worker that ended without ending its run has lost it; one that never took it has failed.

        One that found its run taken by another process (a command worked it) has nothing to settle.
        """
        with contextlib.suppress(IllegalChange), self._home.transaction() as t:
            run = t.runs.get(id)
            if run.state == "queued" and child.returncode != 0:
                run = t.runs.claim(id, secrets.token_hex(8), 0, 0.0, self._clock.now())
                t.runs.end(
                    id,
                    run.token,
                    "failed",
                    self._clock.now(),
                    error="Its process could not start; see its log.",
                )
            elif run.state == "running" and run.pid == child.pid:
                reason = _how(child.returncode)
                t.runs.end(id, run.token, "lost", self._clock.now(), reason=reason)


def startable(runs: Sequence[Run], clock: Clock, workers: int, started: object) -> list[Run]:
    """The queued runs that may start now: one at a time for a model, `workers` in all, the oldest first.

    Kinds that change nothing (`BESIDE`) come last, and hold up only each other.
    """
    assert hasattr(started, "__contains__")
    now = clock.now()
    active = [run for run in runs if run.state == "running" or run.id in started]
    busy, free = {_place(run) for run in active}, workers - len(active)
    chosen: list[Run] = []
    for run in sorted(runs, key=lambda run: run.kind in BESIDE):
        waits = (
            run.state != "queued"
            or run.id in started
            or (run.not_before is not None and run.not_before > now)
        )
        if not waits and _place(run) not in busy and len(chosen) < free:
            chosen.append(run)
            busy.add(_place(run))
    return chosen


def _place(run: Run) -> tuple[int, bool]:
    """What one run alone may hold at a time."""
    return run.model_id, run.kind in BESIDE


def settle_lost(home: Home, clock: Clock, runs: Sequence[Run], guard: Guard = unguarded) -> None:
    """End as lost every running run whose process is gone, and what that had started."""
    for run in runs:
        if run.state == "running" and not processes.lives(run.pid, run.pid_started):
            with contextlib.suppress(StaleClaim), home.transaction() as t:
                guard(t)
                t.runs.end(run.id, run.token, "lost", clock.now(), reason="its process is gone")
            processes.end_marked(_mark(home, run))
            scratch.clear(home.folder, run.id)


def _mark(home: Home, run: Run) -> str:
    return marks.run_mark(home.folder, run.id, run.token or "")


def _to_end(run: Run, clock: Clock) -> tuple[str, str] | None:
    """The state and the reason with which a running run is to end now."""
    if run.cancel_requested:
        return "cancelled", "cancelled by a person"
    if run.deadline is not None and clock.now() >= run.deadline:
        return "timed_out", too_long(run)
    return None


def _how(status: int) -> str:
    return (
        f"its process ended with signal {-status}"
        if status < 0
        else f"its process ended with status {status}"
    )
