"""What changed in the rows from one version to another, and in the source since."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.domain.errors import NotAllowed
from core.engine.work import work
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from tests.home_kit import NOW, FakeClock, Place, Quiet, days_of_rows, place_of

ROWS = days_of_rows(6)


def as_of(day: int) -> datetime:
    return datetime(2026, 1, day, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Two versions, of the first three and four days."""
    place = place_of(tmp_path, ROWS)
    for day in (4, 5):
        place.work("retrain", as_of=as_of(day))
    yield place
    place.home.close()


@pytest.fixture
def runtime(place: Place) -> Runtime:
    return Runtime(place.home, Settings(), FakeClock())


def mend(folder: Path, row: int) -> None:
    """One value of the source is another from now on."""
    x = ROWS["x"].copy()
    x[row] = np.pi
    pq.write_table(pa.table({**ROWS, "x": x}), folder / "rows.parquet")


class Noted(Quiet):
    """A report that keeps what it is told."""

    def __init__(self) -> None:
        self.facts: list[str] = []

    def fact(self, words: str) -> None:
        self.facts.append(words)


def test_a_day_later_a_version_has_a_day_of_new_rows(runtime: Runtime) -> None:
    found = runtime.changes("m", 1, 2)
    assert (found.rows, found.new, found.gone, found.altered) == ((72, 96), 24, 0, 0)


def test_a_source_that_changed_under_versions_is_told_of_each_and_by_the_run_that_met_it(
    place: Place, runtime: Runtime, tmp_path: Path
) -> None:
    assert runtime.changed_source("m") == {}
    mend(tmp_path, 80)  # in the fourth day, which the second version alone learnt
    noted = Noted()
    work(place.queue("retrain", as_of=as_of(6)), place.shop, noted)
    assert list(runtime.changed_source("m")) == [2]
    assert "rows after 2026-01-04" in runtime.changed_source("m")[2]
    assert any("the source changed under v2" in words for words in noted.facts)
    assert runtime.changes("m", 2, 3).altered == 1


def test_rows_of_a_version_that_was_let_go_are_refused(place: Place, runtime: Runtime) -> None:
    with place.home.transaction() as t:
        t.versions.let_go(place.kept.id, [1], NOW)
    with pytest.raises(NotAllowed, match="v1 are not kept"):
        runtime.changes("m", 1, 2)


def test_other_features_and_cuts_of_a_backfill_are_no_change_of_the_source(tmp_path: Path) -> None:
    place = place_of(tmp_path, {**ROWS, "z": ROWS["x"]})
    try:
        place.work("retrain")
        place.backfill(1, to=5)
        runtime = Runtime(place.home, Settings(), FakeClock())
        noted = Noted()
        work(place.queue("retrain"), place.shop, noted)
        assert runtime.changed_source("m") == {}
        text = (tmp_path / "m.toml").read_text()
        (tmp_path / "m.toml").write_text(text.replace("[source]", 'exclude = ["z"]\n\n[source]'))
        runtime.apply([tmp_path / "m.toml"])
        assert len(place.versions()) > 2
        work(place.queue("retrain"), place.shop, noted)
        assert place.versions()[-1].features == ["x"]
        assert runtime.changed_source("m") == {}
        assert not [words for words in noted.facts if "changed under" in words]
    finally:
        place.home.close()
