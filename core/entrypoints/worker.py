"""Worker: the process of one run. Claims it, works, and ends it; what it prints is the run's log.

With `--standby` it imports everything and waits for a run's number on its input; it ends when that closes.
"""

import os
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.domain.clock import WallClock
from core.domain.errors import EvermodelError, RunFailed, StaleClaim
from core.domain.runs import Run, too_long
from core.engine import logs, marks, processes, reaping
from core.entrypoints.settings import home_folder, load
from storage.database import Home

BEAT = 2.0
"""Seconds between two signs of life."""
EXITS = "Let it return, or raise an error that says why it cannot."


class RunReport:
    """Implements core.domain.reports.Report: steps and progress into the run's rows, words into its log."""

    def __init__(self, home: Home, run: Run):
        self._home, self._run, self._clock, self._told = home, run, WallClock(), 0.0
        self._name = "start"

    def step(self, name: str) -> None:
        self._name = name
        with self._home.transaction(synced=False) as t:
            t.runs.step(self._run.id, self._run.token or "", name, self._clock.now())

    def fact(self, words: str) -> None:
        self.say(words)
        with self._home.transaction(synced=False) as t:
            t.runs.fact(self._run.id, self._run.token or "", words)

    def progress(self, share: float, words: str) -> None:
        if time.monotonic() - self._told < 0.5 and share < 1:
            return
        self._told = time.monotonic()
        self.say(words)
        with self._home.transaction(synced=False) as t:
            t.runs.beat(self._run.id, self._run.token or "", self._clock.now(), share, words)

    def say(self, words: str) -> None:
        with suppress(OSError):  # a disk with no room for the log may have some for why the run failed
            print(f"{self._clock.now():%H:%M:%S} {self._name:<12} {words}", flush=True)


def main(run_id: int, home: Home, imports: Callable[[Run], None] | None = None) -> int:
    """Work a run from its claim to its end; the exit status is 0 if it was this process's to end."""
    try:
        with home.transaction() as t:
            run = t.runs.claim(
                run_id, secrets.token_hex(8), os.getpid(), processes.own_start(), WallClock().now()
            )
    except StaleClaim as error:
        print(error, flush=True)
        return 0
    mark = marks.run_mark(home.folder, run.id, run.token or "")
    marks.wear(mark)
    reaping.take_orphans()
    logs.bound_own(processes.log_path(home.folder, run.id))
    report = RunReport(home, run)
    report.say(f"run {run.id}, attempt {run.attempt}, process {os.getpid()}")
    threading.Thread(target=_live, args=(home, run), daemon=True).start()
    try:
        return _work(home, run, report, imports or _imports_of)
    finally:
        reaping.end_strays(mark)  # by its mark the crew finds the rest


def stand_by(folder: Path) -> int:
    """Import everything, wait for a run's number, and work that run; 0 if none comes before the input ends.

    The home is opened only then: one that is open would hold locks of its file.
    """
    importing = threading.Thread(target=_get_ready, daemon=True)
    importing.start()
    line = sys.stdin.buffer.readline()
    if not line.strip():
        os._exit(0)  # the importing thread would hold an ordinary end up
    run_id = int(line)
    _take_streams(processes.log_path(folder, run_id))
    return main(run_id, Home(folder), lambda _: importing.join())


def _take_streams(log: Path) -> None:
    """From here on, what this process prints goes to the run's log; nothing is read any more."""
    with open(log, "ab", opener=processes.private) as file, open(os.devnull, "rb") as nothing:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        os.dup2(nothing.fileno(), 0)


def _work(home: Home, run: Run, report: RunReport, imports: Callable[[Run], None]) -> int:
    try:
        report.step("import")
        imports(run)
        from core.engine.work import work
        from core.entrypoints.workshop import open_workshop

        work(run, open_workshop(home, load()), report)
    except StaleClaim as error:
        report.say(str(error))
        return 1
    except Exception as error:
        report.say(traceback.format_exc() if not isinstance(error, EvermodelError) else str(error))
        _fail(home, run, error)
    except SystemExit as error:  # a person's own code, in this very process
        report.say(traceback.format_exc())
        _fail(home, run, RunFailed(f"Code of your own ended its process: sys.exit({error.code!r}).", EXITS))
    return 0


def _imports_of(run: Run) -> None:
    """Here, so that the step `import` is all of it; a monitoring that has nothing to score needs none."""
    if run.kind != "monitor":
        _import_all()


def _import_all() -> None:
    import core.engine.work
    import core.entrypoints.workshop  # noqa: F401
    from core.retraining.importing import import_learning
    from storage.estimator_files import import_formats

    import_learning()
    import_formats()


def _get_ready() -> None:
    """As `_import_all`, and done once in small: there is time, while no run has come."""
    _import_all()
    from core.retraining.importing import rehearse
    from storage.estimator_files import pack, unpack

    rehearse(lambda estimator: unpack(pack(estimator)))


def _fail(home: Home, run: Run, error: Exception) -> None:
    error = home.room.told(error) or error  # a full disk gives up its reserve, so that this can be kept
    words = str(error) if isinstance(error, EvermodelError) else f"{type(error).__name__}: {error}"
    try:
        with home.transaction() as t:
            t.runs.end(run.id, run.token, "failed", WallClock().now(), error=words[:2000])
    except StaleClaim as stale:
        print(stale, flush=True)


def _live(home: Home, run: Run) -> None:
    """Give signs of life; end everything at once when the run is to end or is no longer ours."""
    while True:
        try:
            over = _beat(home, run)
        except StaleClaim:
            over = True
        except Exception:
            traceback.print_exc()
            over = False
        if over:
            processes.end_children(marks.run_mark(home.folder, run.id, run.token or ""))
            os._exit(0)
        time.sleep(BEAT)


def _beat(home: Home, run: Run) -> bool:
    """Whether the run has ended here: a person asked for it, or its time is over."""
    now = WallClock().now()
    with home.transaction() as t:
        if t.runs.beat(run.id, run.token or "", now):
            t.runs.end(run.id, run.token, "cancelled", now, reason="cancelled by a person")
            return True
        if run.deadline is not None and now >= run.deadline:
            t.runs.end(run.id, run.token, "timed_out", now, reason=too_long(run))
            return True
    return False


if __name__ == "__main__":
    folder = Path(home_folder()).resolve()
    sys.exit(stand_by(folder) if sys.argv[1:] == ["--standby"] else main(int(sys.argv[1]), Home(folder)))
