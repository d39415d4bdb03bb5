"""Nothing later than the as of is ever read: not for windows, not for versions."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.domain.windows import Window
from core.entrypoints.looking import windows
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.database import Home

START = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 30
CUT = START + timedelta(days=17, hours=7)

FILE = """
name = "stream"
task = "{task}"
target = "y"
time = "t"
window = "2 days"
initial = 4
gate = "not_worse"
recipe = "hist_gradient_boosting"
label_time = "known"
[recipe_parameters]
max_iter = 8
[source]
path = "rows"
"""


def rows(task: str, seed: int = 0) -> dict[str, np.ndarray]:
    """Five rows an hour; a label is known one to three days after its row."""
    random = np.random.default_rng(seed)
    n = DAYS * 24 * 5
    at = np.datetime64(START.replace(tzinfo=None), "us") + np.arange(n) * np.timedelta64(12 * 60, "s")
    x = random.normal(size=(n, 3))
    signal = x[:, 0] * np.linspace(1, 3, n) + random.normal(size=n)
    late = (random.uniform(24, 72, n) * 3600).astype("timedelta64[s]")
    return {
        "t": at,
        "known": at + late,
        "y": signal if task == "regression" else (signal > 0).astype(np.int64),
        "a": x[:, 0],
        "b": x[:, 1],
        "c": x[:, 2],
    }


def write(folder: Path, name: str, table: Mapping[str, np.ndarray]) -> None:
    (folder / "rows").mkdir(exist_ok=True)
    pq.write_table(pa.table(dict(table)), folder / "rows" / f"{name}.parquet")


def lived(folder: Path, task: str, home: str = "home") -> Runtime:
    (folder / "stream.toml").write_text(FILE.format(task=task))
    runtime = Runtime(Home(folder / home), Settings(workers=1))
    runtime.apply([folder / "stream.toml"])
    backfill(runtime)
    return runtime


def backfill(runtime: Runtime) -> None:
    run = runtime.wait(runtime.backfill("stream", 1)[0].id, lambda _: None, time.sleep)
    assert run.state == "succeeded", runtime.log(run.id)


def windows_at(runtime: Runtime, when: datetime) -> list[Window]:
    return windows(runtime.home, runtime.kept("stream"), when, runtime.now())[0]


def part(table: Mapping[str, np.ndarray], mask: np.ndarray) -> dict[str, np.ndarray]:
    return {name: column[mask] for name, column in table.items()}


@pytest.mark.parametrize("task", ["regression", "binary"])
def test_rows_appended_later_change_nothing_that_was_known_then(tmp_path: Path, task: str) -> None:
    table = rows(task)
    early = table["t"] < np.datetime64(CUT.replace(tzinfo=None))
    write(tmp_path, "1", part(table, early))
    runtime = lived(tmp_path, task)
    before = windows_at(runtime, CUT)
    write(tmp_path, "2", part(table, ~early))
    assert windows_at(runtime, CUT) == before
    backfill(runtime)
    assert windows_at(runtime, CUT) == before
    assert sum(bool(window.metrics) for window in before) >= 3


def test_labels_scrambled_after_a_time_change_nothing_made_before_it(tmp_path: Path) -> None:
    table = rows("regression")
    write(tmp_path, "1", table)
    honest = lived(tmp_path, "regression")
    later = table["known"] >= np.datetime64(CUT.replace(tzinfo=None))
    scrambled = {**table, "y": table["y"].copy()}
    scrambled["y"][later] = np.random.default_rng(9).permutation(scrambled["y"][later]) * 10
    write(tmp_path, "1", scrambled)
    other = lived(tmp_path, "regression", "other")
    assert windows_at(honest, CUT) == windows_at(other, CUT)
    with honest.home.reading() as a, other.home.reading() as b:
        ours, theirs = a.versions.all(1), b.versions.all(1)
    made = [place for place, version in enumerate(ours) if version.train_to < CUT]
    assert len(made) >= 3
    for place in made:
        assert ours[place].scores == theirs[place].scores
        assert ours[place].train_to == theirs[place].train_to
    assert any(a.scores != b.scores for a, b in zip(ours, theirs, strict=True))


def test_random_labels_score_no_better_than_chance(tmp_path: Path) -> None:
    table = rows("binary")
    table["y"] = np.random.default_rng(3).integers(0, 2, len(table["y"]))
    write(tmp_path, "1", table)
    runtime = lived(tmp_path, "binary")
    with runtime.home.reading() as stores:
        scored = [
            window
            for window in stores.windows.all(1)
            if window.scored and window.metrics.get("roc_auc") is not None
        ]
    n = sum(window.labelled for window in scored)
    accuracy = sum(window.metrics["accuracy"] * window.labelled for window in scored) / n  # type: ignore[operator]
    assert n > 2000
    assert abs(accuracy - 0.5) < 4 * 0.5 / n**0.5  # four standard errors of a fair coin


def test_a_resumed_backfill_gives_what_one_over_the_whole_gives(tmp_path: Path) -> None:
    table = rows("regression")
    early = table["t"] < np.datetime64(CUT.replace(tzinfo=None))
    write(tmp_path, "1", part(table, early))
    resumed = lived(tmp_path, "regression")
    write(tmp_path, "2", part(table, ~early))
    backfill(resumed)
    whole = lived(tmp_path, "regression", "whole")
    with resumed.home.reading() as a, whole.home.reading() as b:
        assert a.windows.all(1) == b.windows.all(1)
        strip = {"created": START, "run_id": 0, "seconds": 0.0, "artifact": "", "artifact_sha256": ""}
        assert [replace(v, **strip) for v in a.versions.all(1)] == [
            replace(v, **strip) for v in b.versions.all(1)
        ]
