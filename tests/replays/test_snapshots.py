"""52 weekly retrainings over bike sharing's hours: every row is kept once, each version has all of its."""

from pathlib import Path

import pyarrow.parquet as pq

from core.domain.keeping import unguarded
from storage.database import Home
from storage.letting_go import HomeFiles
from storage.snapshots import ChunkFiles
from tests.home_kit import NOW
from tests.replays.living import live_here

FILE = """
name = "bikes"
task = "regression"
target = "cnt"
time = "timestamp"
features = ["hr", "weekday", "temp", "weather"]
window = "7 days"
initial = 30
gate = "always"
recipe = "dummy"
[source]
path = "{data}/bike_sharing_hourly.parquet"
"""
WEEKS = 82  # 30 to begin with, and one after each of 52 retrainings


def test_weekly_retrainings_over_a_year_store_no_row_twice(tmp_path: Path, data: Path) -> None:
    lived = live_here(tmp_path, FILE.format(data=data), 1, WEEKS)
    assert len(lived.rows) == 52
    home = Home(tmp_path / "home")
    HomeFiles(home).unnamed(NOW, NOW - NOW, unguarded)
    chunks = [*home.path("snapshots").glob("*/*.parquet")]
    stored = [pq.ParquetFile(path).metadata.num_rows for path in chunks]
    assert len(chunks) == 52
    assert sum(stored) == max(lived.rows)
    files = ChunkFiles(home.path("snapshots"), lambda _: ())
    with home.reading() as stores:
        kept = stores.models.get("bikes")
        versions = stores.versions.all(kept.id)
        for version in versions[::17]:
            assert len(files.rows(stores.snapshots.get(kept.id, version.snapshot))) == version.rows
    home.close()
