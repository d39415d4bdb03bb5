"""After a promotion the champion before scores on; a bad one is told within three windows."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.domain.asides import Aside, Bought
from core.domain.errors import IllegalChange, NotAllowed
from core.domain.keeping import unguarded
from core.domain.views.versions import VersionsPage
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from core.entrypoints.workshop import open_workshop
from core.monitoring.aftermath import A_WHILE
from storage.database import Home
from storage.letting_go import HomeFiles
from tests.home_kit import NOW, FakeClock, Place, days_of_rows, place_of

Columns = Mapping[str, np.ndarray]
LIVED = 9
"""Days of rows that are there when the second version is made."""


@pytest.fixture(scope="module")
def columns() -> Columns:
    return days_of_rows(24)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, columns: Columns) -> Place:
    """v1 is champion since day 3; v2 learnt from shuffled labels and waits for approval."""
    place = place_of(tmp_path_factory.mktemp("m"), upto(columns, LIVED), gate="hold", judge_at_least=20)
    place.backfill(0)
    shuffled = {**columns, "y": np.random.default_rng(0).permutation(columns["y"])}
    write(place, upto(shuffled, LIVED))
    assert place.work("retrain").version == 2
    place.home.close()
    return place


@pytest.fixture
def place(planted: Place, tmp_path: Path, columns: Columns) -> Iterator[Place]:
    """A copy of it."""
    shutil.copytree(planted.home.folder, tmp_path / "home")
    home = Home(tmp_path / "home")
    place = Place(home, planted.kept, replace(open_workshop(home), clock=FakeClock()))
    write(place, upto(columns, LIVED))
    yield place
    home.close()


def upto(columns: Columns, day: int) -> Columns:
    """The rows of the first days and one more, which closes the last of them."""
    return {name: values[: 24 * day + 1] for name, values in columns.items()}


def write(place: Place, columns: Columns) -> None:
    pq.write_table(pa.table(dict(columns)), Path(place.kept.model.folder) / "rows.parquet")


def days_pass(place: Place, columns: Columns, upto_day: int) -> None:
    write(place, upto(columns, upto_day))
    assert place.work("monitor").state == "succeeded"


def runtime(place: Place) -> Runtime:
    return Runtime(place.home, Settings(), FakeClock())


def page(place: Place) -> VersionsPage:
    return runtime(place).views.versions("m", NOW)


def bought(place: Place, number: int = 2) -> Bought:
    return page(place).bought[number]


def asides(place: Place) -> list[Aside]:
    with place.home.reading() as stores:
        return stores.asides.all(place.kept.id)


def told(place: Place) -> list[tuple[str, str]]:
    return [(alert.state, alert.why) for alert, _ in runtime(place).alerts("m") if alert.kind == "promotion"]


def test_bad_promotion_is_said_within_three_windows_and_a_rollback_proposed(
    place: Place, columns: Columns
) -> None:
    runtime(place).promote("m", 2, "planted")
    days_pass(place, columns, LIVED + 1)
    assert (bought(place).answer, bought(place).windows) == ("none", 0)  # the window that was under way
    days_pass(place, columns, LIVED + 4)
    found = bought(place)
    assert (found.version, found.previous, found.windows, found.rows) == (2, 1, 3, 72)
    assert (found.answer, found.proposes_rollback) == ("worse", True)
    with place.home.reading() as stores:
        windows = [one for one in stores.windows.all(place.kept.id) if one.version == 2]
    mine = [window.metrics["rmse"] for window in windows if window.closed]
    alone = [aside.metrics["rmse"] for aside in asides(place)]
    assert found.difference == pytest.approx(np.mean(alone) - np.mean(mine))  # type: ignore[arg-type]
    standing = page(place).standing
    assert standing.health.word == "watch"
    why = "v2 does worse than v1 would have: RMSE +3.0 ± 0.7 over 3 days. Roll back to v1?"
    assert why in standing.health.why
    assert told(place) == [("open", why)]


def test_rollback_ends_it_and_nothing_is_rolled_back_by_itself(place: Place, columns: Columns) -> None:
    runtime(place).promote("m", 2, "planted")
    days_pass(place, columns, LIVED + 5)
    assert page(place).standing.champion.number == 2  # type: ignore[union-attr]
    runtime(place).rollback("m", "it is worse")
    assert [state for state, _ in told(place)] == ["resolved"]
    assert "Roll back" not in page(place).standing.health.why
    cost = bought(place)
    assert (cost.answer, cost.windows, cost.proposes_rollback) == ("worse", 4, False)
    days_pass(place, columns, LIVED + 9)
    assert (bought(place, 1).previous, bought(place, 1).answer) == (2, "better")
    assert bought(place).windows == 5  # with the one that was under way then
    assert [state for state, _ in told(place)] == ["resolved"]


def test_champion_before_scores_on_for_a_while_and_its_files_stay_until_then(
    place: Place, columns: Columns
) -> None:
    runtime(place).promote("m", 2, "planted")
    kept = place.kept
    kept = replace(kept, model=replace(kept.model, keep=1))
    days_pass(place, columns, LIVED + A_WHILE)
    assert [aside.index for aside in asides(place)] == list(range(LIVED + 1, LIVED + A_WHILE))
    assert HomeFiles(place.home).older(kept, NOW, unguarded) == []
    days_pass(place, columns, LIVED + A_WHILE + 3)
    assert {(aside.number, aside.served) for aside in asides(place)} == {(1, 2)}
    assert [aside.index for aside in asides(place)] == list(range(LIVED + 1, LIVED + A_WHILE + 1))
    assert HomeFiles(place.home).older(kept, NOW, unguarded) == [1]
    assert bought(place).proposes_rollback is False  # it could not be done any more
    before = asides(place)
    days_pass(place, columns, LIVED + A_WHILE + 4)
    assert asides(place) == before


def test_late_labels_put_asides_right(place: Place, columns: Columns) -> None:
    runtime(place).promote("m", 2, "planted")
    late = {name: values.copy() for name, values in upto(columns, LIVED + 4).items()}
    late["y"][24 * (LIVED + 2) :: 2] = np.nan
    write(place, late)
    place.work("monitor")
    assert [aside.labelled for aside in asides(place)] == [24, 12, 12]
    with place.home.transaction() as t:  # what it said is kept; it need not be asked again
        t.versions.let_go(place.kept.id, [1], NOW)
    days_pass(place, columns, LIVED + 4)
    assert [aside.labelled for aside in asides(place)] == [24, 24, 24]
    fresh = asides(place)
    with place.home.transaction() as t:
        t.database.execute("update versions set let_go = null")
        t.database.execute("delete from asides")
    place.work("monitor")
    assert asides(place) == fresh


def test_version_that_is_not_kept_scores_no_new_window(place: Place, columns: Columns) -> None:
    runtime(place).promote("m", 2, "planted")
    days_pass(place, columns, LIVED + 3)
    with place.home.transaction() as t:
        t.versions.let_go(place.kept.id, [1], NOW)
    days_pass(place, columns, LIVED + 6)
    assert [aside.index for aside in asides(place)] == [LIVED + 1, LIVED + 2]


def test_altered_artifact_ends_the_asides_and_not_the_look_at_the_rows(
    place: Place, columns: Columns
) -> None:
    runtime(place).promote("m", 2, "planted")
    days_pass(place, columns, LIVED + 1)
    place.home.path("artifacts", place.versions()[0].artifact).write_bytes(b"altered")
    place = replace(place, shop=replace(open_workshop(place.home), clock=FakeClock()))  # nothing loaded yet
    days_pass(place, columns, LIVED + 3)
    assert asides(place) == []


def test_retraining_scores_nothing_aside(place: Place, columns: Columns) -> None:
    runtime(place).promote("m", 2, "planted")
    write(place, upto(columns, LIVED + 4))
    place.work("retrain")
    assert asides(place) == []


def test_challenger_scores_live_windows_without_serving(place: Place, columns: Columns) -> None:
    run = runtime(place)
    run.shadow("m", 2, "how does it do?", by="ann")
    assert [version.state for version in place.versions()] == ["champion", "challenger"]
    assert page(place).standing.awaiting == 2
    days_pass(place, columns, LIVED + 5)
    found = page(place).beside[2]
    assert (found.answer, found.windows) == ("worse", 4)
    assert {(aside.number, aside.served) for aside in asides(place)} == {(2, 1)}
    with pytest.raises(IllegalChange, match="v2 is champion or challenger already"):
        run.shadow("m", 2, "again")
    run.unshadow("m", 2)
    assert [version.state for version in place.versions()] == ["champion", "candidate"]
    days_pass(place, columns, LIVED + 7)
    assert page(place).beside[2].windows == 5  # the one that was under way then, too
    with pytest.raises(IllegalChange, match="v2 is no challenger"):
        run.unshadow("m", 2)


def test_promoting_or_rejecting_a_challenger_ends_its_shadow(place: Place) -> None:
    run = runtime(place)
    run.shadow("m", 2, "how does it do?")
    run.reject("m", 2, "not well")
    assert [(v.state, v.shadowed) for v in place.versions()] == [("champion", None), ("rejected", None)]
    run.shadow("m", 2, "once more")
    run.promote("m", 2, "planted")
    assert [(v.state, v.shadowed) for v in place.versions()] == [("retired", None), ("champion", None)]
    with place.home.reading() as stores:
        shadows = stores.shadows.all(place.kept.id)
    assert [one.before for one in shadows] == ["candidate", "rejected"]
    assert all(one.until is not None for one in shadows)


def test_files_of_a_challenger_stay_and_one_without_files_becomes_none(place: Place) -> None:
    run, kept = runtime(place), replace(place.kept, model=replace(place.kept.model, keep=1))
    run.promote("m", 2, "planted")
    run.shadow("m", 1, "as before")
    with place.home.transaction() as t:
        for _ in range(2):
            t.versions.add(replace(t.versions.get(kept.id, 2), state="rejected"))
    assert HomeFiles(place.home).older(kept, NOW, unguarded) == [3]
    with pytest.raises(NotAllowed, match="v3 is not kept any more"):
        run.shadow("m", 3, "too late")
