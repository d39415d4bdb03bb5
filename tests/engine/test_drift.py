"""Drift of a home's windows: measured once, again where rows or reference changed, shown as known then."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.domain.clock import micros
from core.domain.profiles import REFERENCE
from core.engine import drift
from core.monitoring.known import know
from core.monitoring.profile import spread
from core.retraining.adopting import NO_ROWS
from tests.home_kit import NOW, Place, place_of

DAYS = 14
LIVE = datetime(2026, 1, 9, tzinfo=UTC)  # eight days are learnt
A_DAY = 60


def rows(days: int = DAYS, moved: int = 11) -> dict[str, object]:
    """`x` moves from a day on; `hour` tells the time, `n` counts."""
    random = np.random.default_rng(0)
    n = days * A_DAY
    time = np.datetime64("2026-01-01T00:00:00", "us") + np.arange(n) * np.timedelta64(24, "m")
    x = random.normal(size=n) + 3 * (np.arange(n) // A_DAY >= moved)
    return {
        "t": time,
        "x": x,
        "kind": random.choice(np.array(["a", "b", "c"]), n),
        "hour": (np.arange(n) * 24 // 60) % 24,
        "n": np.arange(n),
        "y": random.normal(size=n),
    }


def lived(folder: Path, columns: dict[str, object], **said: object) -> Place:
    """A home whose first version learnt eight days, its windows put right."""
    place = place_of(folder, columns, initial=8, recipe="dummy", **said)  # type: ignore[arg-type]
    assert place.work("retrain", as_of=LIVE).version == 1
    place.work("monitor")
    return place


def stored(place: Place):  # type: ignore[no-untyped-def]
    with place.home.reading() as stores:
        return {one.index: one for one in stores.drifts.all(place.kept.id)}


def looked(place: Place, as_of: datetime = NOW):  # type: ignore[no-untyped-def]
    source = place.shop.open_source(place.kept)
    return drift.look(place.kept, source, know(place.kept, source, micros(as_of)), place.shop)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return lived(tmp_path_factory.mktemp("drift"), rows())


def test_what_moves_is_found_from_the_window_on_in_which_it_does(place: Place) -> None:
    found = stored(place)
    assert [found[index].verdict for index in range(DAYS)] == ["ok"] * 11 + ["drift"] * 3
    assert all(one.drifted == ["x"] for one in list(found.values())[11:])
    assert {one.reference for one in found.values()} == {1}


def test_columns_of_the_calendar_and_counters_are_left_out_by_name(place: Place) -> None:
    columns = stored(place)[13].columns
    assert {name: column.why for name, column in columns.items() if column.why} == {
        "hour": "calendar",
        "n": "counter",
    }
    assert columns["n"].distance == pytest.approx(1.0)


def test_profiles_are_kept_with_their_reference_and_give_the_spread(place: Place) -> None:
    with place.home.reading() as stores:
        reference = stores.profiles.reference(place.kept.id, 1)
        window = stores.profiles.window(place.kept.id, 1, 13)
    assert reference is not None
    assert window is not None
    assert (reference.blocks, reference.profile["x"].rows, window["x"].rows) == (8, 8 * A_DAY, A_DAY)
    shown = spread(reference, window, "x")
    assert shown is not None
    assert sum(shown.window[: len(shown.window) // 3]) < 0.2


def test_a_look_equals_what_is_stored_and_keeps_nothing(place: Place) -> None:
    assert looked(place) == stored(place)


def test_as_known_before_the_first_version_there_is_no_drift(place: Place) -> None:
    assert looked(place, datetime(2026, 1, 8, tzinfo=UTC)) == {}
    then = looked(place, datetime(2026, 1, 12, 12, tzinfo=UTC))
    assert sorted(then) == list(range(12))
    assert then[11].columns["x"].verdict == "drift"


def test_only_what_changed_is_measured_again(tmp_path: Path) -> None:
    more = rows(DAYS + 1)
    place = lived(tmp_path, {name: values[: DAYS * A_DAY] for name, values in more.items()})  # type: ignore[index]
    with place.home.transaction() as t:
        marked = [replace(one, verdict="unknown") for one in t.drifts.all(place.kept.id)]
        t.drifts.save(place.kept.id, marked)
    late = {name: np.append(values, values[5]) for name, values in more.items()}  # type: ignore[index]
    pq.write_table(pa.table(late), tmp_path / "rows.parquet")
    place.work("monitor")
    again = [index for index, one in stored(place).items() if one.verdict != "unknown"]
    assert again == [0, DAYS]


def test_a_new_version_measures_the_windows_of_its_days_anew(tmp_path: Path) -> None:
    place = lived(tmp_path, rows())
    place.work("retrain", as_of=datetime(2026, 1, 13, tzinfo=UTC))
    place.work("monitor")
    found = stored(place)
    assert [found[index].reference for index in (11, 12, 13)] == [1, 2, 2]
    with place.home.reading() as stores:
        kept = stores.database.query('select reference, "index" from profiles order by 1, 2')
        assert [tuple(row.values()) for row in kept] == [
            (1, REFERENCE), *((1, i) for i in range(12)), (2, REFERENCE), (2, 12), (2, 13)
        ]  # fmt: skip


def test_a_backfill_measures_every_window(tmp_path: Path) -> None:
    place = place_of(tmp_path, rows(), initial=8, recipe="dummy")  # type: ignore[arg-type]
    assert place.work("backfill", options={"every": 2}).state == "succeeded"
    found = stored(place)
    assert sorted(found) == list(range(DAYS))
    assert [found[index].reference for index in (7, 8, 9, 10, 13)] == [1, 1, 1, 2, 3]
    assert looked(place) == found


def test_labels_that_are_not_known_are_not_looked_at(tmp_path: Path) -> None:
    columns = rows(moved=99)
    columns["y"] = np.where(np.arange(DAYS * A_DAY) // A_DAY >= 11, 9.0, columns["y"])  # type: ignore[arg-type]
    place = lived(tmp_path, columns, label_delay="2 days")
    late = looked(place, datetime(2026, 1, 13, tzinfo=UTC))[11].columns["y"]
    assert (late.verdict, late.why, late.missing) == ("unknown", "labels still to come", 1.0)
    assert looked(place, datetime(2026, 1, 15, tzinfo=UTC))[11].columns["y"].verdict == "drift"


def test_windows_by_rows_part_rows_of_one_time_as_they_were_cut(tmp_path: Path) -> None:
    columns = rows(moved=99)
    columns["t"] = np.repeat(columns["t"][:: 2 * A_DAY], 2 * A_DAY)  # type: ignore[index]
    columns["x"] = np.arange(DAYS * A_DAY) // 50
    place = place_of(tmp_path, columns, initial=8, recipe="dummy", window="50 rows")  # type: ignore[arg-type]
    place.work("retrain")
    found = looked(place)
    with place.home.reading() as stores:
        assert stores.profiles.reference(place.kept.id, 1) is None  # a look keeps nothing
    place.work("monitor")
    for index in found:
        with place.home.reading() as stores:
            profile = stores.profiles.window(place.kept.id, 1, index)
        assert profile is not None
        assert (profile["x"].low, profile["x"].high) == (index, index)


def test_a_snapshot_that_is_gone_leaves_windows_without_drift_and_the_monitoring_whole(
    tmp_path: Path,
) -> None:
    place = place_of(tmp_path, rows(), initial=8, recipe="dummy")  # type: ignore[arg-type]
    place.work("retrain", as_of=LIVE)
    for file in place.home.path("snapshots").rglob("*.parquet"):
        file.unlink()
    assert place.work("monitor").state == "succeeded"
    assert stored(place) == {}


def test_drift_and_profiles_go_with_their_windows(tmp_path: Path) -> None:
    place = lived(tmp_path, rows())
    with place.home.transaction() as t:
        t.drifts.drop_from(place.kept.id, 5)
        t.profiles.drop_from(place.kept.id, 5)
    with place.home.reading() as stores:
        assert [one.index for one in stores.drifts.all(place.kept.id)] == list(range(5))
        assert stores.profiles.window(place.kept.id, 1, 5) is None
        assert stores.profiles.reference(place.kept.id, 1) is not None


def test_windows_of_an_adopted_version_are_held_against_the_version_before_it(tmp_path: Path) -> None:
    place = lived(tmp_path, rows())
    before = stored(place)
    with place.home.transaction() as t:
        made = t.versions.get(place.kept.id, 1)
        t.snapshots.add(place.kept.id, NO_ROWS)
        said = {"state": "candidate", "code": {"adopted": "own.skops"}, "snapshot": NO_ROWS.id}
        adopted = replace(made, number=0, **said)
        number = t.versions.add(adopted).number
        t.versions.promote(place.kept.id, number, datetime(2026, 1, 11, tzinfo=UTC), NOW, by="a test", why="")
    assert looked(place) == before
    place.work("monitor")
    assert {one.reference for one in stored(place).values()} == {1}
