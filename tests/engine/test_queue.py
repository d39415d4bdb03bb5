"""The queue: which runs start, and each ends once, whatever becomes of its process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from core.domain.clock import WallClock
from core.domain.runs import Asked, Run
from core.engine import processes
from core.engine.queue import Crew, settle_lost, startable
from tests.home_kit import NOW, FakeClock, Place, add_model
from tests.serving import until


def run(id: int, model: int = 1, state: str = "queued", wait: float | None = None) -> Run:
    not_before = None if wait is None else NOW + timedelta(seconds=wait)
    return Run(id, model, "retrain", "manual", state, NOW, not_before=not_before)


def starts(runs: list[Run], workers: int = 2, started: tuple[int, ...] = ()) -> list[int]:
    return [one.id for one in startable(runs, FakeClock(), workers, started)]


def test_model_has_one_run_at_a_time_the_oldest() -> None:
    assert starts([run(1), run(2), run(3, model=2)]) == [1, 3]
    assert starts([run(1, state="running"), run(2), run(3, model=2)]) == [3]


def test_rebuilding_neither_waits_for_a_retraining_nor_holds_one_up() -> None:
    def rebuilding(id: int, state: str = "queued") -> Run:
        return replace(run(id, state=state), kind="reproduce", options={"version": id})

    assert starts([rebuilding(1), run(2)], workers=1) == [2]
    assert starts([rebuilding(1), run(2)]) == [2, 1]
    assert starts([rebuilding(1, "running"), run(2)]) == [2]
    assert starts([run(1, state="running"), rebuilding(2)]) == [2]
    assert starts([rebuilding(1, "running"), rebuilding(2)]) == []


def test_no_more_run_than_there_are_workers() -> None:
    queued = [run(id, model=id) for id in (1, 2, 3, 4)]
    assert starts(queued, workers=3) == [1, 2, 3]
    assert starts([run(9, model=9, state="running"), *queued], workers=3) == [1, 2]
    assert starts([run(8, 8, "running"), run(9, 9, "running"), *queued], workers=1) == []


def test_run_that_was_started_and_is_not_claimed_yet_counts() -> None:
    assert starts([run(1), run(2, model=2)], workers=1, started=(1,)) == []
    assert starts([run(1), run(2), run(3, model=3)], started=(1,)) == [3]


def test_run_waits_for_its_moment_and_lets_others_by() -> None:
    assert starts([run(1, wait=1), run(2)]) == [2]
    assert starts([run(1, wait=0), run(2)]) == [1]


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)


def claimed(place: Place, pid: int, started: float) -> Run:
    with place.home.transaction() as t:
        asked, _ = t.runs.queue(Asked(place.kept.id, "retrain", "manual"), NOW)
        return t.runs.claim(asked.id, "token", pid, started, NOW)


def now_is(place: Place, id: int) -> Run:
    with place.home.reading() as stores:
        return stores.runs.get(id)


def test_run_whose_process_is_gone_is_lost_and_one_that_lives_is_not(place: Place) -> None:
    child = sleeper()
    one = claimed(place, child.pid, psutil.Process(child.pid).create_time())
    settle_lost(place.home, FakeClock(), [one])
    assert now_is(place, one.id).state == "running"
    child.kill()
    child.wait()
    settle_lost(place.home, FakeClock(), [one])
    lost = now_is(place, one.id)
    assert (lost.state, lost.reason, lost.ended) == ("lost", "its process is gone", NOW)
    settle_lost(place.home, FakeClock(NOW + timedelta(hours=1)), [one])  # as it was read before
    assert now_is(place, one.id) == lost


def test_pid_that_was_given_again_is_another_process(place: Place) -> None:
    one = claimed(place, os.getpid(), processes.own_start() - 1000)
    settle_lost(place.home, FakeClock(), [one])
    assert now_is(place, one.id).state == "lost"


@pytest.mark.parametrize("deaf", [False, True])
@pytest.mark.faults
def test_end_of_a_process_takes_what_it_started_in_another_session_too(deaf: bool) -> None:
    ignore = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " if deaf else ""
    inner = f"{ignore}import time; time.sleep(60)"
    outer = (
        f"{ignore}import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {inner!r}], start_new_session=True)\n"
        "print(child.pid, flush=True)\ntime.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout is not None
    grandchild = psutil.Process(int(child.stdout.readline()))
    processes.end(child.pid, psutil.Process(child.pid).create_time())
    child.wait(5)
    child.stdout.close()
    until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE, 5)


@pytest.fixture
def crew(place: Place) -> Iterator[Crew]:
    crew = Crew(place.home, WallClock(), workers=2, threads=1)
    yield crew
    crew.stop()


def queued(place: Place) -> int:
    with place.home.transaction() as t:
        return t.runs.queue(Asked(place.kept.id, "retrain", "manual"), WallClock().now())[0].id


def work_until(crew: Crew, place: Place, id: int, *states: str) -> Run:
    def there() -> bool:
        crew.step()
        return now_is(place, id).state in states

    until(there, 60, 0.1)
    return now_is(place, id)


@pytest.mark.faults
def test_worker_makes_a_version_and_the_next_run_waits_its_turn(place: Place, crew: Crew) -> None:
    first = queued(place)
    taken = work_until(crew, place, first, "running")
    assert taken.pid is not None
    assert taken.pid != os.getpid()
    assert crew.busy()
    done = work_until(crew, place, first, "succeeded", "failed", "lost")
    assert (done.state, done.version, done.error) == ("succeeded", 1, None)
    with place.home.reading() as stores:
        steps = stores.runs.steps(first)
        champion = stores.versions.champion(place.kept.id)
    assert [step.name for step in steps[:2]] == ["import", "windows"]
    assert all(step.ended is not None for step in steps)
    assert champion is not None
    assert place.home.path("artifacts", champion.artifact).is_file()
    assert f"run {first}, attempt 1" in processes.log_path(place.home.folder, first).read_text()
    until(lambda: crew.step() or not crew.busy(), 20, 0.05)


@pytest.mark.faults
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here is always full")
def test_run_whose_log_has_no_room_is_carried_out(place: Place, crew: Crew) -> None:
    run = queued(place)
    log = processes.log_path(place.home.folder, run)
    log.parent.mkdir(exist_ok=True)
    log.symlink_to("/dev/full")
    done = work_until(crew, place, run, "succeeded", "failed", "lost")
    assert (done.state, done.version) == ("succeeded", 1)


@pytest.mark.faults
def test_killed_worker_has_lost_its_run_and_the_model_is_free_again(place: Place, crew: Crew) -> None:
    first = queued(place)
    taken = work_until(crew, place, first, "running")
    assert taken.pid is not None
    os.kill(taken.pid, signal.SIGKILL)
    lost = work_until(crew, place, first, "lost", "succeeded", "failed")
    assert lost.state == "lost"
    assert lost.reason in ("its process ended with signal 9", "its process is gone")
    assert place.versions() == []
    second = queued(place)
    assert second != first
    assert work_until(crew, place, second, "running").token != taken.token
    crew.stop()
    stopped = now_is(place, second)
    assert (stopped.state, stopped.reason) == ("lost", "the server was stopped while it ran")
    assert not processes.lives(stopped.pid, stopped.pid_started)


@pytest.mark.faults
def test_cancel_ends_the_run_and_its_process(place: Place, crew: Crew) -> None:
    first = queued(place)
    taken = work_until(crew, place, first, "running")
    with place.home.transaction() as t:
        t.runs.ask_cancel(first, WallClock().now())
    done = work_until(crew, place, first, "cancelled", "succeeded", "failed", "lost")
    assert (done.state, done.reason) == ("cancelled", "cancelled by a person")
    assert not processes.lives(taken.pid, taken.pid_started)
    assert place.versions() == []


@pytest.mark.faults
def test_worker_that_cannot_start_fails_its_run_once(
    place: Place, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes.sys, "executable", "/bin/false")
    first = queued(place)
    done = work_until(crew, place, first, "failed", "running")
    assert (done.state, done.error) == ("failed", "Its process could not start; see its log.")


@pytest.mark.parametrize("stopped", [False, True], ids=["reaped", "stopped"])
def test_run_that_another_process_took_first_is_left_to_it(
    place: Place, crew: Crew, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    other = sleeper()
    monkeypatch.setattr(processes.sys, "executable", "/bin/true")
    queued(place)
    crew.step()
    taken = claimed(place, other.pid, psutil.Process(other.pid).create_time())
    if stopped:
        crew.stop()
    else:
        until(lambda: crew.step() or not crew.busy(), 20, 0.05)
    assert now_is(place, taken.id) == taken
    assert other.poll() is None
    other.kill()
    other.wait()


def test_queued_runs_that_are_not_wanted_leave_their_places_to_one_that_is(
    place: Place, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes.sys, "executable", "/bin/false")
    with place.home.transaction() as t:
        others = [add_model(t, name).id for name in ("b", "c")]
        older = [t.runs.queue(Asked(id, "retrain", "manual"), NOW)[0].id for id in others]
    mine = queued(place)
    crew.step(lambda run: run.id == mine)
    assert crew.busy()
    crew.stop()
    assert [now_is(place, id).state for id in older] == ["queued", "queued"]


def test_workers_end_with_their_crew_though_their_runs_cannot_be_ended(place: Place, crew: Crew) -> None:
    child = sleeper()
    one = claimed(place, child.pid, psutil.Process(child.pid).create_time())
    crew._started[one.id] = child
    with place.home.transaction() as t:
        t.database.execute(
            "create trigger refuse before update on runs begin select raise(abort, 'refused'); end"
        )
    crew.stop()
    assert child.returncode is not None
    assert not crew.busy()
    assert now_is(place, one.id).state == "running"
