"""The ticker: what is due fires once, in whichever process ticks."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psutil
import pytest

from core.domain.clock import WallClock
from core.domain.schedules import Entry, Rule, Schedule
from core.domain.spans import Span
from core.engine import processes
from core.engine.ticker import SILENT, Ticker
from core.scheduling import flow as scheduling
from storage.leases import LEASE_LASTS
from tests.home_kit import NOW, FakeClock, Place
from tests.serving import until

MINUTE = 60.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def schedule(place: Place) -> Schedule:
    """Every minute from `NOW` on."""
    with place.home.transaction() as t:
        return t.schedules.add(place.kept.id, Rule(every=Span(1, "minutes")), NOW)


def ticker_of(place: Place, clock: FakeClock, holder: str | None = None) -> Ticker:
    """One that is asked to reconcile by hand; its timers do not run."""
    return Ticker(place.home, clock, holder or processes.holder(), lambda: None)


@contextmanager
def another() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The holder's name of another process of this machine, and the process."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        yield f"{socket.gethostname()} {child.pid} {psutil.Process(child.pid).create_time()}", child
    finally:
        child.kill()
        child.wait()


def tick(ticker: Ticker, clock: FakeClock, seconds: float, every: float = 1.0) -> None:
    for _ in range(int(seconds / every)):
        clock.on(every)
        ticker.reconcile()


def entries(place: Place) -> list[Entry]:
    with place.home.reading() as stores:
        return stores.ledger.of(place.kept.id, None, None)


def told(place: Place) -> list[tuple[float, str]]:
    """(Minutes after `NOW`, outcome) of each entry."""
    return [((entry.due - NOW).total_seconds() / 60, entry.outcome) for entry in entries(place)]


def end_runs(place: Place) -> None:
    with place.home.transaction() as t:
        for run in t.runs.open():
            t.runs.ask_cancel(run.id, NOW)


@pytest.mark.usefixtures("schedule")
def test_due_time_fires_once_and_not_before(place: Place, clock: FakeClock) -> None:
    ticker = ticker_of(place, clock)
    ticker.reconcile()
    tick(ticker, clock, 59)
    assert told(place) == []
    tick(ticker, clock, 1)
    assert told(place) == [(1, "fired")]
    end_runs(place)
    tick(ticker, clock, 61)
    assert told(place) == [(1, "fired"), (2, "fired")]
    with place.home.reading() as stores:
        runs = stores.runs.latest(place.kept.id)
    assert [(run.id, run.due, run.trigger) for run in reversed(runs)] == [
        (entry.run_id, entry.due, "schedule") for entry in entries(place)
    ]


@pytest.mark.usefixtures("schedule")
def test_due_time_is_skipped_while_the_run_before_it_is_open(place: Place, clock: FakeClock) -> None:
    ticker = ticker_of(place, clock)
    ticker.reconcile()
    tick(ticker, clock, 121)
    assert told(place) == [(1, "fired"), (2, "skipped")]
    assert entries(place)[1].reason == f"run {entries(place)[0].run_id} was still queued"


def test_paused_schedule_fires_nothing_and_resumed_nothing_of_the_pause(
    place: Place, clock: FakeClock, schedule: Schedule
) -> None:
    ticker = ticker_of(place, clock)
    ticker.reconcile()
    with place.home.transaction() as t:
        paused = scheduling.pause(t, schedule, clock.now(), "holidays")
    tick(ticker, clock, 125)
    assert told(place) == [(1, "skipped"), (2, "skipped")]
    assert {entry.reason for entry in entries(place)} == {"paused: holidays"}
    with place.home.reading() as stores:
        assert stores.runs.open() == []
        paused = stores.schedules.get(paused.id)
    with place.home.transaction() as t:
        scheduling.resume(t, paused, clock.now())
    tick(ticker, clock, 60)
    assert told(place) == [(1, "skipped"), (2, "skipped"), (3, "fired")]


@pytest.mark.usefixtures("schedule")
def test_second_ticker_stands_by_and_takes_over_when_the_first_is_silent(
    place: Place, clock: FakeClock
) -> None:
    with another() as (name, _):
        first, second = ticker_of(place, clock), ticker_of(place, clock, name)
        first.reconcile()
        for _ in range(61):
            clock.on(1)
            second.reconcile()
            assert told(place) == []
            first.reconcile()
            if told(place):
                break
        assert (first.state, second.state) == ("ticking", "standby")
        assert told(place) == [(1, "fired")]
        end_runs(place)
        tick(second, clock, LEASE_LASTS.total_seconds() - 2)
        assert second.state == "standby"
        tick(second, clock, 50)
        assert second.state == "ticking"
        first.reconcile()
        assert first.state == "standby"
        assert told(place) == [(1, "fired"), (2, "fired")]


@pytest.mark.usefixtures("schedule")
def test_ticker_whose_process_is_gone_is_replaced_at_once(place: Place, clock: FakeClock) -> None:
    with another() as (name, child):
        ticker_of(place, clock, name).reconcile()
        second = ticker_of(place, clock)
        tick(second, clock, 1)
        assert second.state == "standby"
        child.kill()
        child.wait()
        tick(second, clock, 1)
        assert second.state == "ticking"


@pytest.mark.usefixtures("schedule")
def test_after_a_silence_one_run_answers_late_for_all_that_was_missed(place: Place, clock: FakeClock) -> None:
    ticker = ticker_of(place, clock)
    ticker.reconcile()
    clock.on(SILENT.total_seconds() + 3 * MINUTE)  # as a machine that slept
    assert ticker.state == "late"
    ticker.reconcile()
    assert ticker.state == "ticking"
    assert told(place) == [(1, "merged"), (2, "merged"), (3, "late")]
    late = entries(place)[-1]
    assert [entry.run_id for entry in entries(place)] == [late.run_id] * 3
    with place.home.reading() as stores:
        assert [run.id for run in stores.runs.open()] == [late.run_id]
    end_runs(place)
    tick(ticker, clock, 30)
    assert told(place)[3:] == [(4, "fired")]


def test_timer_that_fires_first_after_a_silence_takes_nothing_for_on_time(
    place: Place, clock: FakeClock, schedule: Schedule
) -> None:
    ticker = ticker_of(place, clock)
    ticker.reconcile()
    clock.on(SILENT.total_seconds() + 2 * MINUTE)
    ticker._fire_and_arm(schedule.id)
    ticker.reconcile()
    assert told(place) == [(1, "merged"), (2, "late")]


@pytest.mark.usefixtures("schedule")
def test_short_silence_is_on_time(place: Place, clock: FakeClock) -> None:
    ticker = ticker_of(place, clock)
    ticker.reconcile()
    tick(ticker, clock, 50)
    clock.on(SILENT.total_seconds())
    ticker.reconcile()
    assert told(place) == [(1, "fired")]


@pytest.mark.usefixtures("schedule")
def test_new_process_catches_up_what_fell_due_while_there_was_none(place: Place, clock: FakeClock) -> None:
    clock.on(2.5 * MINUTE)
    ticker_of(place, clock).reconcile()
    assert told(place) == [(1, "merged"), (2, "late")]


def test_ticker_that_lost_its_lease_cannot_fire(place: Place, clock: FakeClock, schedule: Schedule) -> None:
    with another() as (name, _):
        first, second = ticker_of(place, clock), ticker_of(place, clock, name)
        first.reconcile()
        tick(first, clock, 40)
        clock.on(LEASE_LASTS.total_seconds())  # the first one stands still, and another takes over
        second.reconcile()
        assert second.state == "ticking"
        clock.on(10)
        first._fire_and_arm(schedule.id)  # it wakes in a timer of its own, a minute after `NOW`
        assert told(place) == []
        with place.home.reading() as stores:
            assert stores.runs.open() == []
            assert stores.schedules.get(schedule.id).handled == NOW
        second.reconcile()
        assert told(place) == [(1, "fired")]


def test_timer_is_armed_for_the_next_due_time_and_follows_an_edit(
    place: Place, clock: FakeClock, schedule: Schedule
) -> None:
    ticker = ticker_of(place, clock)
    ticker._timers.start(paused=True)

    def armed() -> list[float]:
        return [(job.trigger.run_date - NOW).total_seconds() for job in ticker._timers.get_jobs()]

    ticker.reconcile()
    assert armed() == [60]
    tick(ticker, clock, 60)
    assert armed() == [120]
    with place.home.transaction() as t:
        changed = scheduling.set_schedule(
            t, place.kept, Rule(every=Span(5, "minutes")), clock.now(), schedule=t.schedules.get(schedule.id)
        )
    ticker.reconcile()
    assert armed() == [360]
    with place.home.transaction() as t:
        changed = scheduling.pause(t, changed, clock.now(), "")
    ticker.reconcile()
    assert armed() == []
    with place.home.transaction() as t:
        resumed = scheduling.resume(t, changed, clock.now())
    ticker.reconcile()
    assert armed() == [360]
    with place.home.transaction() as t:
        scheduling.remove(t, resumed, clock.now())
    ticker.reconcile()
    assert armed() == []
    ticker.stop()


@pytest.mark.usefixtures("schedule")
def test_timers_fire_between_two_reconcilings(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engine.ticker.RECONCILE", 3600)  # only the first one, at the start
    with place.home.transaction() as t:
        for one in t.schedules.of(place.kept.id):
            t.schedules.remove(one, NOW)
        saved = WallClock().now()
        t.schedules.add(place.kept.id, Rule(every=Span(1, "seconds")), saved)
    ticker = Ticker(place.home, WallClock(), processes.holder(), lambda: None)
    ticker.start()
    try:
        until(lambda: len(entries(place)) >= 2, 20)
    finally:
        ticker.stop()
    found = entries(place)
    assert [entry.due - saved for entry in found] == [timedelta(seconds=k + 1) for k in range(len(found))]
    with place.home.reading() as stores:
        lease = stores.leases.present()
    assert lease is not None
    assert lease.holder == ""  # released, so that another may tick at once
