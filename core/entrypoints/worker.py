"""Worker: the process of one run. Claims it, works, and ends it; what it prints is the run's log."""

import os
import secrets
import sys
import threading
import time
import traceback
from pathlib import Path

from core.domain.clock import WallClock
from core.domain.errors import EvermodelError, StaleClaim
from core.domain.runs import Run
from core.engine import processes
from core.entrypoints.settings import home_folder
from storage.database import Home

BEAT = 2.0
"""Seconds between two signs of life."""


class RunReport:
    """Implements core.domain.reports.Report: steps and progress into the run's rows, words into its log."""

    def __init__(self, home: Home, run: Run):
        self._home, self._run, self._clock, self._told = home, run, WallClock(), 0.0
        self._name = "start"

    def step(self, name: str) -> None:
        self._name = name
        with self._home.transaction() as t:
            t.runs.step(self._run.id, self._run.token or "", name, self._clock.now())

    def fact(self, words: str) -> None:
        self.say(words)
        with self._home.transaction() as t:
            t.runs.fact(self._run.id, self._run.token or "", words)

    def progress(self, share: float, words: str) -> None:
        if time.monotonic() - self._told < 0.5 and share < 1:
            return
        self._told = time.monotonic()
        self.say(words)
        with self._home.transaction() as t:
            t.runs.beat(self._run.id, self._run.token or "", self._clock.now(), share, words)

    def say(self, words: str) -> None:
        print(f"{self._clock.now():%H:%M:%S} {self._name:<12} {words}", flush=True)


def main(run_id: int, home: Home) -> int:
    """Work a run from its claim to its end; the exit status is 0 if it was this process's to end."""
    try:
        with home.transaction() as t:
            run = t.runs.claim(
                run_id, secrets.token_hex(8), os.getpid(), processes.own_start(), WallClock().now()
            )
    except StaleClaim as error:
        print(error, flush=True)
        return 0
    report = RunReport(home, run)
    report.say(f"run {run.id}, attempt {run.attempt}, process {os.getpid()}")
    threading.Thread(target=_live, args=(home, run), daemon=True).start()
    return _work(home, run, report)


def _work(home: Home, run: Run, report: RunReport) -> int:
    try:
        report.step("import")
        from core.engine.work import work
        from core.entrypoints.workshop import open_workshop

        if run.kind != "monitor":
            _import_learning()
        work(run, open_workshop(home), report)
    except StaleClaim as error:
        report.say(str(error))
        return 1
    except Exception as error:
        report.say(traceback.format_exc() if not isinstance(error, EvermodelError) else str(error))
        _fail(home, run, error)
    return 0


def _import_learning() -> None:
    """Here, so that the step `import` is all of it; a monitoring that has nothing to score needs none."""
    from core.retraining.importing import import_learning
    from storage.artifacts import import_skops

    import_learning()
    import_skops()


def _fail(home: Home, run: Run, error: Exception) -> None:
    words = str(error) if isinstance(error, EvermodelError) else f"{type(error).__name__}: {error}"
    try:
        with home.transaction() as t:
            t.runs.end(run.id, run.token, "failed", WallClock().now(), error=words[:2000])
    except StaleClaim as stale:
        print(stale, flush=True)


def _live(home: Home, run: Run) -> None:
    """Give signs of life; end everything at once when the run is to be cancelled or is no longer ours."""
    while True:
        try:
            with home.transaction() as t:
                cancel = t.runs.beat(run.id, run.token or "", WallClock().now())
                if cancel:
                    t.runs.end(
                        run.id, run.token, "cancelled", WallClock().now(), reason="cancelled by a person"
                    )
        except StaleClaim:
            cancel = True
        except Exception:
            traceback.print_exc()
            cancel = False
        if cancel:
            os._exit(0)
        time.sleep(BEAT)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Home(Path(home_folder()))))
