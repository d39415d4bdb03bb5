"""Letting go: what no version needs leaves the home, what any needs stays."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.domain.errors import NotAllowed, StaleTick
from core.domain.home import Stores
from core.domain.keeping import unguarded
from core.domain.learning import Predictions
from core.domain.runs import Asked
from core.engine.housekeeping import Bounds, Housekeeping
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.integrity import check
from storage.letting_go import HomeFiles, let_go
from tests.home_kit import NOW, FakeClock, Place, days_of_rows, place_of
from tests.script_kit import workplace

HOUR = timedelta(hours=1)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Three versions, each of the last day: no two learnt the same rows."""
    place = place_of(tmp_path, days_of_rows(6), keep=1, history="1 days")
    for day in (4, 5, 6):
        assert place.work("retrain", as_of=datetime(2026, 1, day, tzinfo=UTC)).version == day - 3
    yield place
    place.home.close()


def artifacts(place: Place) -> set[str]:
    return {path.name for path in place.home.path("artifacts").glob("*.skops")}


def chunks(place: Place) -> set[str]:
    return {path.stem for path in place.home.path("snapshots").glob("*/*.parquet")}


def named(place: Place, *numbers: int) -> set[str]:
    with place.home.reading() as stores:
        return {
            chunk.hash
            for version in stores.versions.all(place.kept.id)
            if version.number in numbers
            for chunk in stores.snapshots.get(place.kept.id, version.snapshot).chunks
        }


def refusing(_: Stores) -> None:
    raise StaleTick("Another process ticks now.")


def test_files_of_older_versions_go_and_their_rows_stay(place: Place) -> None:
    """All but the champion's, and those of the one before, which scores on beside it for a while."""
    before, files = place.versions(), HomeFiles(place.home)
    assert chunks(place) >= named(place, 1, 2, 3)
    assert files.older(place.kept, NOW, unguarded) == [1]
    after = place.versions()
    assert [version.let_go for version in after] == [NOW, None, None]
    assert [version.scores for version in after] == [version.scores for version in before]
    assert artifacts(place) == {after[1].artifact, after[2].artifact}
    assert named(place, 2, 3) <= chunks(place)
    assert not chunks(place) & (named(place, 1) - named(place, 2, 3))
    assert files.older(place.kept, NOW, unguarded) == []
    files.champions()
    told = [one for one in check(place.home, 1, NOW) if one.what.startswith(("artifact", "snapshot"))]
    assert {(one.what, one.ok) for one in told} == {
        (f"{what} of m v{number}", True) for what in ("artifact", "snapshot") for number in (2, 3)
    }
    with pytest.raises(NotAllowed, match="v1 is not kept any more"):
        Runtime(place.home, Settings(), FakeClock()).promote("m", 1, "it was good")


def test_probe_goes_with_its_artifact_and_a_stray_one_with_the_hour(place: Place) -> None:
    def probes() -> set[str]:
        return {path.stem for path in place.home.path("artifacts").glob("*.probe")}

    stems = [Path(version.artifact).stem for version in place.versions()]
    assert probes() == set(stems)
    stray = place.home.path("artifacts", "1-99-5-7.probe")
    stray.write_bytes(b"left by a worker that was killed")
    files, now = HomeFiles(place.home), datetime.now(UTC)
    assert files.unnamed(now, HOUR, unguarded) == 0
    assert files.unnamed(now + 2 * HOUR, HOUR, unguarded) == 1
    gone = files.older(place.kept, NOW, unguarded)
    assert probes() == {stem for number, stem in enumerate(stems, 1) if number not in gone}
    champion = place.home.path("artifacts", f"{stems[-1]}.probe")
    champion.write_bytes(b"another")
    told = {one.what: one.problem for one in check(place.home, 1, NOW)}
    assert told["probe of m v3"] == f"Probe {champion.name} was altered since it was saved. " + AGAIN


AGAIN = "Restore it from a backup; the version itself is not touched."


def test_champion_stays_however_old(place: Place) -> None:
    with place.home.transaction() as t:
        t.versions.promote(place.kept.id, 1, NOW, NOW, by="a person", why="it was good")
    assert HomeFiles(place.home).older(place.kept, NOW, unguarded) == [2]
    assert named(place, 1) <= chunks(place)
    assert place.versions()[0].artifact in artifacts(place)


def test_nothing_goes_while_a_run_of_the_model_works_or_another_process_ticks(place: Place) -> None:
    files, kept = HomeFiles(place.home), (artifacts(place), chunks(place))
    with pytest.raises(StaleTick):
        files.older(place.kept, NOW, refusing)
    with pytest.raises(StaleTick):
        files.unnamed(NOW, HOUR, refusing)
    run = place.queue("retrain")
    assert files.older(place.kept, NOW, unguarded) == []
    assert files.unnamed(datetime.now(UTC), -HOUR, unguarded) == 0
    assert (artifacts(place), chunks(place)) == kept
    with place.home.transaction() as t:
        t.runs.end(run.id, "token", "failed", NOW)
    assert files.older(place.kept, NOW, unguarded) == [1]


def test_version_that_a_queued_run_names_stays(place: Place) -> None:
    with place.home.transaction() as t:
        t.runs.queue(Asked(place.kept.id, "reproduce", "manual", options={"version": 1}), NOW)
    assert HomeFiles(place.home).older(place.kept, NOW, unguarded) == []


def test_file_that_no_row_names_goes_once_it_is_old(place: Place) -> None:
    kept = (artifacts(place), chunks(place))
    stray = [place.home.path("artifacts", "1-99-5.skops"), place.home.path("snapshots", "ab", "abc.parquet")]
    for path in stray:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"left by a worker that was killed")
    own = place.home.path("artifacts", "mine.skops")
    own.write_bytes(b"not made by a run")
    files, now = HomeFiles(place.home), datetime.now(UTC)
    assert files.unnamed(now, HOUR, unguarded) == 0
    assert files.unnamed(now + 2 * HOUR, HOUR, unguarded) == 2
    assert not any(path.exists() for path in stray)
    assert (artifacts(place) - {own.name}, chunks(place)) == kept


def test_half_written_files_go_once_no_run_works(place: Place) -> None:
    parts = [
        place.home.path("artifacts", ".1-9-5.skops.77.part"),
        place.home.path("predictions", str(place.kept.id), ".3.parquet.77.part"),
    ]
    for path in parts:
        path.write_bytes(b"ha")
    files, later = HomeFiles(place.home), datetime.now(UTC) + HOUR
    run = place.queue("monitor")
    assert files.half_written(later, timedelta(minutes=1), unguarded) == 0
    with place.home.transaction() as t:
        t.runs.end(run.id, "token", "failed", NOW)
    assert files.half_written(datetime.now(UTC), timedelta(minutes=1), unguarded) == 0
    assert files.half_written(later, timedelta(minutes=1), unguarded) == 2
    assert not any(path.exists() for path in parts)


def test_window_keeps_its_metrics_when_the_version_that_it_judges_is_let_go(place: Place) -> None:
    place.work("monitor")
    HomeFiles(place.home).older(place.kept, NOW, unguarded)
    with place.home.reading() as stores:
        before = {window.index: window for window in stores.windows.all(place.kept.id)}
    judged = [window.index for window in before.values() if window.version in (1, 2) and window.scored]
    assert judged
    with place.home.transaction() as t:
        t.database.execute("update windows set digest = 'as if a label had come'")
    assert HomeFiles(place.home).predictions(place.kept.id, 0) > 0
    assert place.work("monitor").state == "succeeded"
    with place.home.reading() as stores:
        after = {window.index: window for window in stores.windows.all(place.kept.id)}
    assert [after[index].metrics for index in judged] == [before[index].metrics for index in judged]
    assert [after[index].scored for index in judged] == [True] * len(judged)


def test_removed_model_leaves_no_file(place: Place) -> None:
    with place.home.transaction() as t:
        t.models.remove(place.kept, NOW)
    let_go(place.home, place.kept, NOW)
    assert (artifacts(place), chunks(place)) == (set(), set())


def test_logs_and_predictions_are_bounded_each_hour(place: Place) -> None:
    logs = place.home.path("logs")
    for id in range(1, 30):
        (logs / f"run-{id}.log").write_text("said\n")
    run = place.queue("monitor")
    (logs / f"run-{run.id}.log").write_text("saying\n")
    (logs / "server.log").write_text("said\n")
    keeping = Housekeeping(place.home, FakeClock(), HomeFiles(place.home), Bounds(logs=3, windows=2))
    kept = sorted(int(path.stem) for path in place.home.path("predictions", "1").glob("*.parquet"))
    keeping.each_hour()
    assert {path.name for path in logs.iterdir()} == {
        f"run-{run.id}.log",
        *(f"run-{id}.log" for id in (27, 28, 29)),
        "server.log",
    }
    left = sorted(int(path.stem) for path in place.home.path("predictions", "1").glob("*.parquet"))
    assert left == kept[-2:]
    assert os.listdir(place.home.path("artifacts"))


def test_what_was_said_aside_of_a_window_goes_with_what_was_said_of_it(place: Place) -> None:
    """However few windows each of many champions before scored aside."""
    mine, said = place.home.path("predictions", "1"), place.shop.predictions
    shutil.rmtree(mine, ignore_errors=True)
    one = Predictions(np.zeros(1, np.uint64), np.zeros(1), version=1)
    for index in range(5):
        said.save(1, index, one)
        said.aside(index).save(1, index, one)
    assert HomeFiles(place.home).predictions(1, 2) == 6
    left = sorted(path.relative_to(mine).as_posix() for path in mine.rglob("*.parquet"))
    assert left == ["3.parquet", "4.parquet", "aside-3/3.parquet", "aside-4/4.parquet"]


def test_code_stays_while_a_version_that_is_kept_was_made_of_it(tmp_path: Path) -> None:
    """Or was made from one that was made of it."""
    work = workplace(tmp_path)
    runs = [work.retrain(), *(work.tried(f"write(model=Mean({value}))") for value in (2.0, 3.0))]
    assert [run.state for run in runs] == ["succeeded"] * 3
    home, files = work.place.home, HomeFiles(work.place.home)
    one, two, three = (str(version.code["sha256"]) for version in work.place.versions())
    later = datetime.now(UTC) + 2 * HOUR
    assert files.unnamed(later, HOUR, unguarded) == 0
    with home.transaction() as t:
        t.versions.let_go(work.place.kept.id, [1, 2], NOW)
    files.unnamed(later, HOUR, unguarded)
    assert {path.name for path in home.path("code").iterdir()} == {two, three} - {one}
    home.close()


def test_code_that_only_a_removed_model_was_made_of_goes_with_it(tmp_path: Path) -> None:
    work = workplace(tmp_path)
    assert work.retrain().state == "succeeded"
    home = work.place.home
    assert os.listdir(home.path("code"))
    let_go(home, work.place.kept, NOW)
    assert os.listdir(home.path("code")) == []
    home.close()
