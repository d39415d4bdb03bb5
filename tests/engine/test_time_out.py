"""Time-outs: a run that takes too long ends with all that it started, however deaf that is."""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from core.domain.clock import WallClock
from core.domain.limits import Limits, when_asked
from core.domain.runs import Asked, Run
from core.domain.spans import Span
from core.engine import marks, processes
from core.engine.queue import Crew
from tests.home_kit import Place, days_of_rows, place_of
from tests.serving import until

STUBBORN = """
import pathlib, signal, subprocess, sys, time
from sklearn.linear_model import LinearRegression

HERE = pathlib.Path(__file__).parent
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
ALONE = DEAF + "open('grandchild', 'w').write(str(__import__('os').getpid())); time.sleep(300)"
PARENT = "import sys, subprocess as s; s.Popen([sys.executable, '-c', %r], start_new_session=True)" % ALONE


class Stubborn(LinearRegression):
    def fit(self, X, y):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", DEAF + "time.sleep(300)"], cwd=HERE)
        subprocess.run([sys.executable, "-c", PARENT], cwd=HERE, check=True)
        (HERE / "child").write_text(str(child.pid))
        time.sleep(300)


def make():
    return Stubborn()
"""


class Later:
    """The wall's clock, moved on by hand."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture
def stubborn(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "stubborn.py").write_text(STUBBORN)
    place = place_of(tmp_path, days_of_rows(5), recipe="stubborn:make")
    yield place
    place.home.close()


def queued(place: Place, time_out: Span, trigger: str = "schedule", retries: int = 1) -> Run:
    with place.home.transaction() as t:
        asked = Asked(place.kept.id, "retrain", trigger, limits=Limits(time_out, retries))
        return t.runs.queue(asked, WallClock().now())[0]


def run_of(place: Place, id: int) -> Run:
    with place.home.reading() as stores:
        return stores.runs.get(id)


def family(place: Place, folder: Path, id: int) -> list[psutil.Process]:
    """The worker, its child, and a grandchild in a session of its own whose parent is gone."""
    until(lambda: (folder / "child").exists() and (folder / "grandchild").exists(), 60)
    until(lambda: (folder / "grandchild").read_text().isdecimal(), 5)
    pids = [run_of(place, id).pid, *(int((folder / name).read_text()) for name in ("child", "grandchild"))]
    found = [psutil.Process(pid) for pid in pids]
    assert (found[2].ppid() == found[0].pid) == sys.platform.startswith("linux")  # who started it is gone
    return found


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def check(place: Place, id: int, reason: str) -> None:
    run = run_of(place, id)
    assert run.state == "timed_out"
    with place.home.reading() as stores:
        (again,) = stores.runs.open()
    assert run.reason == f"{reason}; tried again by run {again.id}"
    assert (again.trigger, again.attempt, again.retry_of) == ("retry", 2, id)


@pytest.mark.faults
def test_deaf_worker_and_its_grandchildren_are_gone_ten_seconds_after_its_time(
    stubborn: Place, tmp_path: Path
) -> None:
    clock = Later()
    crew = Crew(stubborn.home, clock, 2, 1)
    run = queued(stubborn, Span(1, "hours"))
    try:
        crew.step()
        started = family(stubborn, tmp_path, run.id)
        crew.step()
        assert not any(map(gone, started))
        clock.by = timedelta(hours=1)
        begin = time.monotonic()
        crew.step(lambda _: False)
        assert all(map(gone, started))
        assert time.monotonic() - begin < 10
    finally:
        crew.stop()
    check(stubborn, run.id, "it ran longer than its time-out of 1 hour")
    assert marks.marked(marks.run_mark(stubborn.home.folder, run.id)) == []


@pytest.mark.faults
@pytest.mark.trial
def test_worker_that_nobody_watches_ends_itself_and_what_it_started(stubborn: Place, tmp_path: Path) -> None:
    run = queued(stubborn, Span(12, "seconds"))
    child = processes.start(stubborn.home.folder, run.id, 1)
    started = family(stubborn, tmp_path, run.id)
    begin = run_of(stubborn, run.id).started
    assert begin is not None
    until(lambda: all(map(gone, started)), 30)
    assert datetime.now(UTC) - begin < timedelta(seconds=22)
    child.wait(5)
    check(stubborn, run.id, "it ran longer than its time-out of 12 seconds")


def test_run_that_a_person_asks_for_may_take_as_long_as_the_longest_of_the_schedules() -> None:
    short, long = Limits(Span(90, "minutes"), retries=3), Limits(Span(2, "hours"))
    assert when_asked([short, long]) == Limits(Span(2, "hours"))
    assert when_asked([short, long, Limits()]) == Limits()
    assert when_asked([]) == Limits()
