"""The demonstration begins only in an empty home, adds a day every eight seconds, and says when data end."""

import shutil
import sqlite3
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import NotAllowed
from core.domain.learning import Snapshot
from core.entrypoints import demo, demo_data
from core.entrypoints.demo import Feeder, begin, go_on_or_begin
from core.entrypoints.demo_models import FROZEN, LATE, WEEKLY
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.database import Home
from storage.stores import Stores
from tests.home_kit import version_of

NEVER_FEATURES = {
    "air_time",
    "landed",
    "scheduled",
    "dep_time",
    "arr_time",
    "arr_delay",
    "dep_delay",
    "month",
    "late",
    "arrived",
    "id",
}


@dataclass
class Timer:
    """Seconds that go by when a test says so."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the demonstration has just begun."""
    folder = tmp_path_factory.mktemp("begun") / "home"
    begin(opened(folder))
    return folder


@pytest.fixture
def runtime(begun: Path, tmp_path: Path) -> Runtime:
    """A copy of it: its database, and two days of each part."""
    home = tmp_path / "home"
    with sqlite3.connect(begun / "evermodel.db") as source:
        home.mkdir()
        with sqlite3.connect(home / "evermodel.db") as copy:
            source.backup(copy)
            copy.execute("update models set definition = replace(definition, ?, ?)", (str(begun), str(home)))
        copy.close()
    source.close()
    for part in ("flights", "later", "arrivals", "arriving"):
        (home / "demo" / part).mkdir(parents=True)
        for path in sorted((begun / "demo" / part).iterdir())[:2]:
            shutil.copy(path, home / "demo" / part)
    return opened(home)


def opened(folder: Path) -> Runtime:
    return Runtime(Home(folder), Settings())


def files(runtime: Runtime, part: str) -> list[str]:
    return sorted(path.name for path in (runtime.home.folder / "demo" / part).glob("*"))


@given(st.datetimes(datetime(2014, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_last_day_ends_within_the_last_seven_days(now: datetime) -> None:
    moved = demo_data.shift(now)
    assert moved.days % 7 == 0
    assert moved.seconds == moved.microseconds == 0
    end = datetime(2013, 10, 8, 5, tzinfo=UTC) + moved
    assert now - timedelta(days=7) < end <= now


def test_every_day_has_its_file_and_the_last_eleven_weeks_wait(begun: Path) -> None:
    past, later = (
        [date.fromisoformat(path.stem) for path in sorted((begun / "demo" / part).iterdir())]
        for part in ("flights", "later")
    )
    assert len(later) == 77
    days = past + later
    assert days == [days[0] + timedelta(days=i) for i in range(280)]


def test_files_of_all_days_have_the_same_columns_and_their_own_day_only(begun: Path) -> None:
    paths = [path for part in ("flights", "later") for path in sorted((begun / "demo" / part).iterdir())]
    first, schema = paths[0], pq.read_schema(paths[0])
    assert all(pq.read_schema(path) == schema for path in paths)
    hours = [
        when.astimezone(ZoneInfo(demo_data.ZONE)) for when in pq.read_table(first)["scheduled"].to_pylist()
    ]
    assert {when.date().isoformat() for when in hours} == {first.stem}
    assert hours == sorted(hours)


def test_label_of_a_flight_is_known_when_it_has_arrived_and_of_some_never(begun: Path) -> None:
    day = sorted((begun / "demo" / "later").iterdir())[3].name
    flights, labels = (pq.read_table(begun / "demo" / part / day) for part in ("later", "arriving"))
    scheduled = dict(zip(flights["id"].to_pylist(), flights["scheduled"].to_pylist(), strict=True))
    arrived = dict(zip(labels["id"].to_pylist(), labels["arrived"].to_pylist(), strict=True))
    took = [arrived[id] - scheduled[id] for id in arrived]
    assert 0 < len(flights) - len(labels) < len(flights) / 10
    assert min(took) > timedelta(minutes=20)
    assert set(labels["late"].to_pylist()) == {0, 1}


@pytest.mark.parametrize("name", [WEEKLY, FROZEN, LATE])
def test_features_are_known_at_scheduled_departure(begun: Path, name: str) -> None:
    said = tomllib.loads((begun / "demo" / f"{name}.toml").read_text("utf-8"))
    assert set(said["features"]) == set(demo_data.KNOWN)
    assert not NEVER_FEATURES & set(said["features"])


def test_models_wait_for_their_backfill_and_one_has_no_schedule(begun: Path) -> None:
    runtime = opened(begun)
    with runtime.home.reading() as stores:
        names = {kept.id: kept.model.name for kept in stores.models.all()}
        asked = {
            names[run.model_id]: run.options["every"] for run in stores.runs.open() if run.kind == "backfill"
        }
    assert asked == {WEEKLY: 1, FROZEN: 0, LATE: 4}
    assert [len(runtime.schedules(name)) for name in (WEEKLY, LATE)] == [1, 1]
    assert runtime.schedules(FROZEN) == []


def test_home_with_models_of_its_own_is_never_touched(runtime: Runtime, tmp_path: Path) -> None:
    own = opened(tmp_path / "own")
    flights = runtime.home.folder / "demo" / "flights"
    (tmp_path / "bikes.toml").write_text(
        'name = "bikes"\ntask = "regression"\ntarget = "air_time"\ntime = "scheduled"\nwindow = "7 days"\n'
        f'[source]\npath = "{flights}"\n'
    )
    own.apply([tmp_path / "bikes.toml"])
    with pytest.raises(NotAllowed, match="bikes"):
        begin(own)
    go_on_or_begin(own)
    with own.home.reading() as stores:
        assert [kept.model.name for kept in stores.models.all()] == ["bikes"]
        assert stores.runs.open() == []
    assert not (own.home.folder / "demo").exists()


def test_second_start_asks_for_nothing_again(runtime: Runtime) -> None:
    before = open_runs(runtime)
    go_on_or_begin(runtime)
    assert open_runs(runtime) == before


def test_start_goes_on_with_a_backfill_that_a_stop_cut_short(runtime: Runtime) -> None:
    end_backfills(runtime, "lost")
    go_on_or_begin(runtime)
    with runtime.home.reading() as stores:
        assert [run.kind for run in stores.runs.open()] == ["backfill"] * 3


def test_start_leaves_a_backfill_that_a_person_cancelled(runtime: Runtime) -> None:
    end_backfills(runtime, "cancelled")
    go_on_or_begin(runtime)
    assert open_runs(runtime) == []


def test_feeder_waits_until_history_is_lived_through(runtime: Runtime) -> None:
    timer = Timer()
    feeder, before = Feeder(runtime, timer), files(runtime, "flights")
    for timer.seconds in (0, 8, 16):
        feeder.step()
    assert files(runtime, "flights") == before


def test_feeder_adds_the_next_day_every_eight_seconds(runtime: Runtime) -> None:
    later, timer = files(runtime, "later"), Timer()
    live_through(runtime)
    feeder = Feeder(runtime, timer)
    seen = []
    for timer.seconds in (0, 1, 7.9, 8, 15.9):
        feeder.step()
        seen.append(len(files(runtime, "later")))
    assert seen == [1, 1, 1, 0, 0]
    assert files(runtime, "flights")[-2:] == later


def test_labels_come_two_days_after_their_flights_and_at_the_end_all(runtime: Runtime) -> None:
    demo_folder, timer = runtime.home.folder / "demo", Timer()
    for part in ("later", "arriving"):
        shutil.rmtree(demo_folder / part)
        (demo_folder / part).mkdir()
        for n in range(1, 5):
            (demo_folder / part / f"2030-01-0{n}.parquet").touch()
    before = len(files(runtime, "arrivals"))
    live_through(runtime)
    feeder, seen = Feeder(runtime, timer), []
    for timer.seconds in (0, 8, 16, 24, 32):
        feeder.step()
        seen.append(len(files(runtime, "arrivals")) - before)
    assert seen == [0, 0, 1, 2, 4]


def test_end_of_the_data_pauses_the_schedule_and_says_why(runtime: Runtime) -> None:
    live_through(runtime)
    run_out(Feeder(runtime, timer := Timer()), timer)
    (schedule,) = runtime.schedules(WEEKLY)
    last = date.fromisoformat(files(runtime, "flights")[-1].removesuffix(".parquet"))
    assert schedule.paused
    assert schedule.pause_reason == f"the demonstration's data end on {last.day} {last:%B %Y}"


def test_schedule_that_a_person_resumed_after_the_end_stays_resumed(runtime: Runtime) -> None:
    live_through(runtime)
    run_out(Feeder(runtime, timer := Timer()), timer)
    (schedule,) = runtime.schedules(WEEKLY)
    runtime.resume(schedule.id, schedule.revision)
    run_out(Feeder(runtime, timer := Timer()), timer)
    assert not runtime.schedules(WEEKLY)[0].paused


def test_feeder_does_nothing_in_a_home_without_the_demonstration(tmp_path: Path) -> None:
    own = opened(tmp_path / "own")
    Feeder(own).step()
    assert not (own.home.folder / "demo").exists()


def test_demonstration_that_is_being_loaded_is_not_loaded_twice(tmp_path: Path) -> None:
    with demo._beginning, pytest.raises(NotAllowed, match="being loaded"):
        begin(opened(tmp_path / "own"))


def open_runs(runtime: Runtime) -> list[int]:
    with runtime.home.reading() as stores:
        return [run.id for run in stores.runs.open()]


def end_backfills(runtime: Runtime, state: str) -> None:
    now = runtime.now()
    with runtime.home.transaction() as t:
        for run in t.runs.open():
            claimed = t.runs.claim(run.id, f"token {run.id}", 1, 0.0, now)
            t.runs.end(run.id, claimed.token, state, now)


def live_through(runtime: Runtime) -> None:
    """As a backfill leaves it: a champion for each model, and no open run."""
    with runtime.home.transaction() as t:
        for run in t.runs.open():
            crown(t, run.model_id, run.id, runtime.now())
    end_backfills(runtime, "succeeded")


def crown(t: Stores, model_id: int, run_id: int, now: datetime) -> None:
    when = now - timedelta(days=90)
    t.snapshots.add(model_id, Snapshot("a", 0, 10, ()))
    version = t.versions.add(version_of(model_id, run_id, when, trigger="backfill", snapshot="a"))
    t.versions.promote(model_id, version.number, when, when, by="backfill", why="first version")


def run_out(feeder: Feeder, timer: Timer) -> None:
    for _ in range(4):
        feeder.step()
        timer.seconds += 8
