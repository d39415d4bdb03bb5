"""Two servers on one home: one ticks, one stands by; one that stood still is replaced, and harmless later."""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest

from core.domain.clock import WallClock
from core.domain.errors import StaleTick
from core.domain.runs import Asked
from core.domain.schedules import Lease, Rule
from core.domain.spans import Span
from core.engine import processes
from core.engine.queue import Crew
from core.engine.ticker import Ticker
from core.entrypoints.runtime import Runtime
from core.entrypoints.service import look
from core.entrypoints.settings import Settings
from storage.database import Home
from storage.letting_go import HomeFiles
from tests.home_kit import FakeClock, Place, days_of_rows, place_of
from tests.serving import Server, until


def lease_of(home: Home) -> Lease:
    with home.reading() as stores:
        lease = stores.leases.present()
    assert lease is not None
    return lease


def ticks(home: Home) -> bool:
    with home.reading() as stores:
        return stores.leases.present() is not None


def scheduler(server: Server) -> str:
    with suppress(OSError), urllib.request.urlopen(f"{server.url}/healthz", timeout=5) as answer:
        return str(json.load(answer)["scheduler"])
    return ""


def succeeded(home: Home, since: datetime) -> bool:
    with home.reading() as stores:
        runs = stores.runs.latest(None, 100)
    return any(run.state == "succeeded" and run.queued > since and run.due for run in runs)


def stand_still(server: Server, home: Home) -> None:
    """Stop it where it holds no lock: a transaction that is open for ever stops every writer there is."""
    assert server.process is not None
    number = server.process.pid
    with home.transaction():
        os.kill(number, signal.SIGSTOP)
        until(lambda: psutil.Process(number).status() == psutil.STATUS_STOPPED, 5, 0.01)


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Server]]:
    monkeypatch.setenv("EVERMODEL_SILENCE", "3")
    monkeypatch.setenv("EVERMODEL_STANDBY", "false")
    found = [Server(tmp_path / "home"), Server(tmp_path / "home")]
    yield found
    for server in found:
        if server.process is not None and server.process.poll() is None:
            os.kill(server.process.pid, signal.SIGCONT)
        server.stop()


@pytest.mark.faults
@pytest.mark.parametrize(
    ("every", "seconds", "silence"),
    [(2, 6.0, 3), pytest.param(10, 60.0, 15, marks=pytest.mark.trial)],
)
def test_every_due_time_has_one_entry_while_the_ticking_server_stands_still_and_wakes(
    tmp_path: Path,
    servers: list[Server],
    monkeypatch: pytest.MonkeyPatch,
    every: int,
    seconds: float,
    silence: int,
) -> None:
    monkeypatch.setenv("EVERMODEL_SILENCE", str(silence))
    place = place_of(tmp_path, days_of_rows(5), recipe="dummy")
    for server in servers:
        server.start()
    until(lambda: ticks(place.home) and sorted(map(scheduler, servers)) == ["standby", "ticking"], 60)
    first, second = sorted(servers, key=scheduler, reverse=True)
    old = lease_of(place.home)
    with place.home.transaction() as t:
        t.schedules.add(place.kept.id, Rule(every=Span(every, "seconds")), WallClock().now())
    time.sleep(seconds)
    until(lambda: succeeded(place.home, old.started), 60)
    assert lease_of(place.home).fence == old.fence
    stand_still(first, place.home)
    stood = WallClock().now()
    until(lambda: lease_of(place.home).fence > old.fence, silence + 15)
    new = lease_of(place.home)
    assert scheduler(second) == "ticking"
    time.sleep(seconds)
    os.kill(first.process.pid, signal.SIGCONT)  # type: ignore[union-attr]
    until(lambda: scheduler(first) == "standby", 30)
    time.sleep(seconds)
    until(lambda: succeeded(place.home, new.started), 60)
    assert lease_of(place.home).fence == new.fence
    for server in servers:
        server.stop()
    check(place, every, stood, new)
    place.home.close()


@pytest.mark.faults
def test_server_says_that_it_ticks_only_once_the_lease_is_its_own(
    tmp_path: Path, servers: list[Server]
) -> None:
    place = place_of(tmp_path, days_of_rows(2))
    server = servers[0].start(well=False)
    assert server.health()["scheduler"] == "ticking"
    assert server.process is not None
    assert str(server.process.pid) in lease_of(place.home).holder.split()
    place.home.close()


def check(place: Place, every: int, stood: datetime, new: Lease) -> None:
    with place.home.reading() as stores:
        (schedule,) = stores.schedules.of(place.kept.id)
        entries = stores.ledger.of(place.kept.id, None, None)
        runs = {run.id: run for run in stores.runs.latest(None, 1000)}
    dues = [entry.due for entry in entries]
    wanted = int((schedule.handled - schedule.anchor) / timedelta(seconds=every))
    assert dues == [schedule.anchor + timedelta(seconds=every * (k + 1)) for k in range(wanted)]
    missed = [entry for entry in entries if stood < entry.due < new.started]
    assert missed
    assert all(entry.at >= new.started and entry.outcome != "fired" for entry in missed)
    ran = [run for run in runs.values() if run.due is not None]
    assert len({(run.due, run.attempt) for run in ran}) == len(ran)
    assert {entry.run_id for entry in entries if entry.outcome == "fired"} <= set(runs)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = place_of(tmp_path, days_of_rows(5))
    yield place
    place.home.close()


@pytest.fixture
def woken(place: Place) -> Ticker:
    """A ticker that believes that it ticks, while another took over."""
    clock = FakeClock()
    ticker = Ticker(place.home, clock, processes.holder(), lambda: None)
    ticker.reconcile()
    with place.home.transaction() as t:
        t.leases.take("elsewhere 1 0.0", clock.now() + timedelta(minutes=1))
    assert ticker.state == "ticking"
    return ticker


def test_no_act_of_a_server_that_was_replaced_changes_anything(place: Place, woken: Ticker) -> None:
    runtime = Runtime(place.home, Settings(), FakeClock())
    with place.home.transaction() as t:
        t.schedules.add(place.kept.id, Rule(every=Span(1, "minutes")), runtime.now())
        lost, _ = t.runs.queue(Asked(place.kept.id, "retrain", "schedule"), runtime.now())
        t.runs.claim(lost.id, "token", 2**22 - 1, 0.0, runtime.now())  # its process is gone
    before = everything(place)
    crew = Crew(place.home, FakeClock(runtime.now() + timedelta(hours=1)), 2, 1, guard=woken.guard)
    with pytest.raises(StaleTick):
        crew.step()
    assert not crew.busy()
    with place.home.transaction() as t:
        t.runs.end(lost.id, "token", "failed", runtime.now())
        t.runs.queue(Asked(place.kept.id, "retrain", "schedule"), runtime.now())
    with pytest.raises(StaleTick):
        crew.step()
    assert not crew.busy()
    look(runtime, woken.guard)
    with pytest.raises(StaleTick):
        HomeFiles(place.home).unnamed(runtime.now(), timedelta(0), woken.guard)
    with place.home.reading() as stores:
        (schedule,) = stores.schedules.of(place.kept.id)
        assert [run.kind for run in stores.runs.open()] == ["retrain"]
    woken._clock.on(90)  # type: ignore[attr-defined]
    woken._fire(schedule.id)
    after = everything(place)
    assert after[0] == before[0] == []
    assert after[2] == before[2]


def test_same_acts_are_done_while_it_ticks(place: Place) -> None:
    clock = FakeClock()
    ticker = Ticker(place.home, clock, processes.holder(), lambda: None)
    ticker.reconcile()
    with place.home.transaction() as t:
        lost, _ = t.runs.queue(Asked(place.kept.id, "retrain", "schedule"), clock.now())
        t.runs.claim(lost.id, "token", 2**22 - 1, 0.0, clock.now())
    Crew(place.home, clock, 2, 1, guard=ticker.guard).step()
    look(Runtime(place.home, Settings(), clock), ticker.guard)
    with place.home.reading() as stores:
        assert stores.runs.get(lost.id).state == "lost"
        assert [run.kind for run in stores.runs.open()] == ["monitor"]


def everything(place: Place) -> tuple[object, ...]:
    with place.home.reading() as stores:
        return (
            stores.ledger.of(place.kept.id, None, None),
            [(run.id, run.state) for run in stores.runs.latest(None, 100)],
            [schedule.handled for schedule in stores.schedules.all()],
        )
