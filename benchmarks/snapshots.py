"""Snapshots: bytes that 52 weekly retrainings over a growing year keep, beside the year's Parquet.

A model is lived through week by week, each version on all history, by a recipe that learns next to nothing:
only the rows that are kept count. Then hourly rows like those of bike sharing, with windows of 14 days: is
any row stored twice?
"""

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.tables import table

WEEKS, A_WEEK = 52, 5_000
NUMBERS, CATEGORIES = 14, 5  # with the time and the label: 21 columns
LIMIT = 1.15
FIRST = np.datetime64("2023-01-02T00:00:00", "us")
FILE = """
name = "{name}"
task = "regression"
target = "y"
time = "t"
window = "{window}"
initial = 1
gate = "always"
recipe = "dummy"
as_of = "data"
[source]
path = "{name}.parquet"
"""


def year(rows: int) -> pa.Table:
    """Numbers of several kinds, some missing, and categories of 5 to 500 levels."""
    chance = np.random.default_rng(0)
    kinds = (
        lambda j: chance.normal(j, 1 + j / 10, rows),
        lambda j: chance.lognormal(0, 0.5 + j / 80, rows).round(2),
        lambda j: chance.poisson(3 + j, rows).astype(np.float64),
        lambda j: chance.uniform(0, 100 + j, rows).round(1),
    )
    columns: dict[str, object] = {
        f"x{j:02}": pa.array(kinds[j % len(kinds)](j), mask=chance.random(rows) < 0.01)
        for j in range(NUMBERS)
    }
    for j, levels in zip(range(CATEGORIES), (5, 12, 35, 100, 500), strict=True):
        shares = 1 / np.arange(1, levels + 1) ** 0.8
        found = chance.choice(levels, rows, p=shares / shares.sum())
        columns[f"c{j}"] = [f"c{j}_{level:03}" for level in found.tolist()]
    a_week = 7 * 86_400_000_000
    moments = [np.sort(chance.integers(0, a_week, A_WEEK)) + week * a_week for week in range(rows // A_WEEK)]
    moments[-1][-1] = rows // A_WEEK * a_week - 1  # the last week is closed once its last row is there
    times = FIRST + np.concatenate(moments).astype("timedelta64[us]")
    return pa.table({"t": times, **columns, "y": chance.normal(size=rows)})


def hourly(days: int) -> pa.Table:
    """Two years of hours as a bicycle hire would count them."""
    chance = np.random.default_rng(1)
    hours = np.arange(days * 24)
    busy = 60 + 50 * np.sin(hours / 24 * 2 * np.pi) + hours / 100
    columns = {
        "hr": hours % 24,
        "weekday": hours // 24 % 7,
        "temp": chance.normal(15, 8, len(hours)).round(1),
    }
    columns |= {"hum": chance.integers(20, 100, len(hours)), "y": chance.poisson(busy)}
    return pa.table({"t": FIRST + hours.astype("timedelta64[h]"), **columns})


def live(folder: Path, name: str, rows: pa.Table, window: str) -> Mapping[str, float]:
    """Every version of a backfill and of one retraining at its end: what they keep, and of how many rows."""
    from core.entrypoints.runtime import Runtime
    from core.entrypoints.settings import Settings
    from storage.database import Home

    source = folder / f"{name}.parquet"
    pq.write_table(rows, source, compression="zstd", compression_level=3)
    (folder / f"{name}.toml").write_text(FILE.format(name=name, window=window), encoding="utf-8")
    home = Home(folder / name)
    try:
        runtime = Runtime(home, Settings())
        runtime.apply([folder / f"{name}.toml"])
        begun = time.perf_counter()
        for run in (runtime.backfill(name, 1)[0], runtime.retrain(name)[0]):
            ended = runtime.wait(run.id, lambda _: None, time.sleep)
            if ended.state != "succeeded":
                raise RuntimeError(f"The run {ended.state}: {ended.error or ended.reason}")
        seconds = time.perf_counter() - begun
        with home.reading() as stores:
            versions = stores.versions.all(stores.models.get(name).id)
        chunks = list(home.path("snapshots").rglob("*.parquet"))
    finally:
        home.close()
    return {
        "versions": len(versions),
        "learnt": sum(version.rows for version in versions),
        "source": source.stat().st_size,
        "kept": sum(chunk.stat().st_size for chunk in chunks),
        "stored": sum(pq.ParquetFile(chunk).metadata.num_rows for chunk in chunks),
        "chunks": len(chunks),
        "rows": rows.num_rows,
        "seconds": seconds,
    }


def measure() -> str:
    """The table."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        found = live(folder, "year", year(WEEKS * A_WEEK), "7 days")
        bikes = live(folder, "bikes", hourly(728), "14 days")
    if found["versions"] != WEEKS:
        raise RuntimeError(f"{found['versions']} versions were made, not {WEEKS}.")
    return table(
        ("", f"a year of {WEEKS} weeks", "hours of two years", "limit"),
        [
            ("versions", f"{found['versions']}", f"{bikes['versions']}", ""),
            ("rows of the source", f"{found['rows']:,}", f"{bikes['rows']:,}", ""),
            ("rows that the versions learnt", f"{found['learnt']:,}", f"{bikes['learnt']:,}", ""),
            ("rows stored", f"{found['stored']:,}", f"{bikes['stored']:,}", "each once"),
            ("its Parquet (zstd 3)", _megabytes(found["source"]), _megabytes(bikes["source"]), ""),
            ("kept under snapshots/", _megabytes(found["kept"]), _megabytes(bikes["kept"]), ""),
            ("ratio", f"{found['kept'] / found['source']:.2f}", "", LIMIT),
        ],
    )


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.2f} MB"


if __name__ == "__main__":
    print(measure())
