"""Standbys: a run is taken by a process that has everything imported, and none outlives its server."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.domain.clock import WallClock
from core.domain.runs import Asked
from core.engine import processes
from core.engine.queue import Crew
from core.engine.standby import AFTER_FAULT, MOST, REST, Standbys
from tests.home_kit import Place
from tests.serving import ROOT, until


class Seconds:
    """A steady clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def standbys(place: Place) -> Iterator[tuple[Standbys, Seconds]]:
    timer = Seconds()
    found = Standbys(place.home.folder, 1, True, timer)
    yield found, timer
    found.stop()


def waiting() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "--standby" in child.cmdline()]


def rests(process: psutil.Process) -> bool:
    """Whether everything is imported."""
    with_learning = any("/sklearn/" in each.path for each in process.memory_maps())
    before = process.cpu_times()[:2]
    time.sleep(0.3)
    return with_learning and process.cpu_times()[:2] == before


@pytest.mark.faults
def test_run_is_taken_by_the_standby_which_then_imports_nothing(
    place: Place, standbys: tuple[Standbys, Seconds]
) -> None:
    pool, timer = standbys
    crew = Crew(place.home, WallClock(), 2, 1, pool)
    pool.tend(2)
    assert waiting() == []  # a server that has just begun has better things to do
    timer.now += REST
    pool.tend(1)
    pool.tend(1)
    (standby,) = waiting()
    until(lambda: rests(standby), 60)
    held = [Path(file.path) for file in standby.open_files() if place.home.folder in Path(file.path).parents]
    assert [file for file in held if file.name != "standby.log"] == []
    with place.home.transaction() as t:
        asked, _ = t.runs.queue(Asked(place.kept.id, "retrain", "manual"), WallClock().now())
    try:
        until(lambda: crew.step() or _run(place, asked.id).over, 60, 0.05)
    finally:
        crew.stop()
    run = _run(place, asked.id)
    assert (run.state, run.version, run.error) == ("succeeded", 1, None)
    assert run.pid == standby.pid
    with place.home.reading() as stores:
        first = stores.runs.steps(run.id)[0]
    assert first.name == "import"
    assert first.ended is not None
    assert (first.ended - first.started).total_seconds() < 1
    assert "retrain" not in (place.home.folder / "logs" / "standby.log").read_text()
    assert f"run {run.id}, attempt 1" in processes.log_path(place.home.folder, run.id).read_text()


def _run(place: Place, id: int):  # type: ignore[no-untyped-def]
    with place.home.reading() as stores:
        return stores.runs.get(id)


@pytest.mark.faults
def test_standby_ends_with_its_server_however_that_ends(place: Place) -> None:
    program = (
        "import sys, time, pathlib\n"
        "from core.engine.standby import Standbys, REST\n"
        "now = 0.0\n"
        "pool = Standbys(pathlib.Path(sys.argv[1]), 1, True, lambda: now)\n"
        "now = REST\npool.tend(1)\nprint(pool._waiting[0].pid, flush=True)\ntime.sleep(60)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", program, str(place.home.folder)], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert server.stdout is not None
    standby = psutil.Process(int(server.stdout.readline()))
    assert standby.is_running()
    server.send_signal(signal.SIGKILL)
    server.wait()
    server.stdout.close()
    until(lambda: not standby.is_running() or standby.status() == psutil.STATUS_ZOMBIE, 20)


@pytest.mark.faults
def test_no_more_standbys_wait_than_are_useful_and_one_that_dies_is_not_tried_again_at_once(
    standbys: tuple[Standbys, Seconds], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes.sys, "executable", "/bin/cat")  # waits for its input as well
    pool, timer = standbys
    for _ in range(10):
        timer.now += REST
        pool.tend(0)
    assert pool._waiting == []
    for _ in range(10):
        timer.now += REST
        pool.tend(9)
    until(lambda: len(pool._waiting) <= MOST, 1)
    monkeypatch.setattr(processes.sys, "executable", "/bin/false")
    pool.stop()
    timer.now += AFTER_FAULT
    pool.tend(1)
    (dying,) = pool._waiting
    dying.wait(5)
    timer.now += REST
    pool.tend(1)
    assert pool._waiting == []
    assert pool.take(1) is None
    timer.now += AFTER_FAULT
    pool.tend(1)
    assert len(pool._waiting) == 1


def test_no_standby_where_none_is_wanted(place: Place) -> None:
    timer = Seconds()
    pool = Standbys(place.home.folder, 1, False, timer)
    timer.now += 10 * REST
    pool.tend(2)
    assert pool.take(1) is None
