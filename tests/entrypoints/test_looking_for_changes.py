"""The server's look each minute: what it queues, and what it leaves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.runs import Run
from core.entrypoints.runtime import Runtime
from core.entrypoints.service import look
from core.entrypoints.settings import Settings
from core.entrypoints.workshop import source_of
from tests.home_kit import NOW, FakeClock, Place, add_version, days_of_rows, place_of


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = place_of(tmp_path, days_of_rows(3))
    yield place
    place.home.close()


def queued(place: Place, clock: FakeClock) -> Run | None:
    """What a look a minute later queues."""
    clock.on(60)
    look(Runtime(place.home, Settings(), clock))
    with place.home.reading() as stores:
        return next(iter(stores.runs.open()), None)


def end(place: Place, clock: FakeClock, run: Run, state: str) -> None:
    with place.home.transaction() as t:
        t.runs.claim(run.id, "token", 1, 0.0, clock.now())
        t.runs.end(run.id, "token", state, clock.now(), error="A cell is no number.")


def fail(place: Place, clock: FakeClock, state: str = "failed") -> None:
    run = queued(place, clock)
    assert run is not None
    assert run.kind == "monitor"
    end(place, clock, run, state)


def test_source_that_fails_is_not_looked_at_again_each_minute(place: Place) -> None:
    clock = FakeClock()
    fail(place, clock)
    assert [queued(place, clock) for _ in range(14)] == [None] * 14
    fail(place, clock)  # after a quarter of an hour
    assert queued(place, clock) is None


def test_source_that_failed_and_changed_is_looked_at_at_once(place: Place) -> None:
    clock = FakeClock()
    fail(place, clock)
    assert queued(place, clock) is None
    rows = next(Path(place.kept.model.folder).glob("*.parquet"))
    rows.write_bytes(rows.read_bytes() + b" ")
    assert queued(place, clock) is not None


def test_version_that_comes_of_age_is_looked_at_once(tmp_path: Path) -> None:
    age = {"when": "age", "after": "100 days"}
    place = place_of(tmp_path, days_of_rows(3), window="1000 days", triggers=[age])
    with place.home.transaction() as t:
        kept = place.kept
        t.models.change(kept, replace(kept.model, as_of="clock"), kept.survey, kept.origin, NOW)
        version = add_version(t, kept)
        t.versions.promote(place.kept.id, version.number, NOW, NOW, by="gate", why="")
        t.drifts.save_importance(place.kept.id, version.number, {})
        t.models.saw(place.kept.id, source_of(place.kept).stamp(), NOW)
    clock = FakeClock()
    clock.on(timedelta(days=99).total_seconds())
    assert queued(place, clock) is None
    clock.on(timedelta(days=1).total_seconds())
    run = queued(place, clock)
    assert run is not None
    end(place, clock, run, "succeeded")
    with place.home.transaction() as t:
        t.models.saw(place.kept.id, source_of(place.kept).stamp(), clock.now())
    assert queued(place, clock) is None
    place.home.close()


def test_monitoring_that_was_lost_is_queued_again_at_once(place: Place) -> None:
    clock = FakeClock()
    fail(place, clock, "lost")
    assert queued(place, clock) is not None
