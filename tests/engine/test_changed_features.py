"""A model's file names other features: the versions that take the former ones are still asked."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from tests.home_kit import FakeClock, Place, days_of_rows, place_of

ROWS = days_of_rows(12)
ROWS["z"] = ROWS["x"] + np.random.default_rng(1).normal(size=len(ROWS["x"]))


def upto(day: int) -> pa.Table:
    return pa.table({name: values[: 24 * day + 1] for name, values in ROWS.items()})


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """v1 took x and z and is champion; since then the model's file names x alone, and three days passed."""
    made = place_of(tmp_path, ROWS, gate="not_worse", judge_at_least=20)
    pq.write_table(upto(6), tmp_path / "rows.parquet")
    made.backfill(0)
    file = tmp_path / "m.toml"
    file.write_text(file.read_text().replace("[source]", 'features = ["x"]\n\n[source]'))
    runtime = Runtime(made.home, Settings(), FakeClock())
    runtime.apply([file])
    pq.write_table(upto(9), tmp_path / "rows.parquet")
    yield Place(made.home, runtime.kept("m"), made.shop)
    made.home.close()


def test_champion_of_the_former_features_scores_windows_and_is_judged_beside(
    place: Place, tmp_path: Path
) -> None:
    assert place.work("monitor").state == "succeeded"
    assert place.work("retrain").version == 2
    first, second = place.versions()
    assert (list(first.features), list(second.features), second.state) == (["x", "z"], ["x"], "champion")
    assert second.champion_scores["rmse"] is not None
    with place.home.reading() as stores:
        snapshot = stores.snapshots.get(place.kept.id, second.snapshot)
    assert set(place.shop.snapshots.rows(snapshot).table.column_names) == {"t", "x", "y"}
    pq.write_table(upto(12), tmp_path / "rows.parquet")
    assert place.work("monitor").state == "succeeded"
    with place.home.reading() as stores:
        scored = [one.index for one in stores.windows.all(place.kept.id) if one.scored and one.version == 1]
        beside = {(one.number, one.served) for one in stores.asides.all(place.kept.id)}
    assert scored == list(range(3, 10))
    assert beside == {(1, 2)}
    assert place.work("reproduce", options={"version": 2}).reason == "rebuilt v2: the same"
