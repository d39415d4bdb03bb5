"""Overhead: a retraining as a run of a server, beside the same reads, fits and scorings in one process.

Each pair: a week of rows is added; a process with scikit-learn imported, and as many threads, does what the
run will do (without tables, snapshot and artifact, the champion in memory) and keeps nothing; then a server
with its standby does it, from `queued` to `ended`. The fits together take about a second.
"""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.serving import PATIENCE, ROOT, Server, evermodel, free_port, serving
from benchmarks.tables import table

if TYPE_CHECKING:
    from core.entrypoints.runtime import Runtime

PAIRS = 5
NAME = "overhead"
WEEKS, A_WEEK, COLUMNS = 20, 4_000, 10
ROUNDS = 115
LIMIT = 1.2
FIRST = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Pair:
    """Seconds. `fits`: of the plain process. `waited`: the run, queued. `steps`: the run's, by name."""

    plain: float
    fits: float
    run: float
    waited: float
    steps: dict[str, float]


def add_week(folder: Path, week: int) -> None:
    """A Parquet file of one week: ten numbers, a category, and a label whose rule moves on."""
    chance = np.random.default_rng(week)
    times = [FIRST + timedelta(weeks=week, seconds=int(i * 604_800 / A_WEEK)) for i in range(A_WEEK)]
    columns = {f"x{i}": chance.normal(size=A_WEEK) for i in range(COLUMNS)}
    kind = chance.integers(0, 12, A_WEEK)
    label = columns["x0"] * columns["x1"] + columns["x2"] * week + kind / 4 + chance.normal(size=A_WEEK)
    whole = {"t": times, **columns, "kind": [f"k{each}" for each in kind], "y": label}
    pq.write_table(pa.table(whole), folder / "rows" / f"{week:03}.parquet")


def prepare(folder: Path) -> Path:
    """A home with a model that has its champion."""
    (folder / "rows").mkdir()
    for week in range(WEEKS):
        add_week(folder, week)
    file = folder / "model.toml"
    file.write_text(
        f'name = "{NAME}"\ntask = "regression"\ntarget = "y"\ntime = "t"\nwindow = "7 days"\nas_of = "data"\n'
        f'[recipe_parameters]\nmax_iter = {ROUNDS}\nearly_stopping = false\n[source]\npath = "rows"\n',
        encoding="utf-8",
    )
    from core.entrypoints.runtime import Runtime
    from core.entrypoints.settings import Settings
    from storage.database import Home

    home = Home(folder / "home")
    try:
        Runtime(home, Settings()).apply([file])
    finally:
        home.close()
    return folder / "home"


def standby_rests(server: Server) -> None:
    """Wait until the server's standby has imported everything and only waits."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        before = _used(server)
        time.sleep(0.5)
        if before and before == _used(server) and min(before.values()) > 0.5:
            return
    raise RuntimeError("No standby waits.")


def _used(server: Server) -> dict[int, float]:
    """The seconds of CPU that each waiting process of a server has used."""
    found = {}
    for child in psutil.Process(server.process.pid).children():
        with suppress(psutil.Error):
            if "--standby" in child.cmdline():
                found[child.pid] = sum(child.cpu_times()[:2])
    return found


def calm(home: Path) -> None:
    """Let the server do at once what it would do by itself after a retraining."""
    with _runtime(home) as runtime:
        runtime.wait(runtime.monitor(NAME)[0].id, lambda _: None, time.sleep)


def disturbed(home: Path, since: datetime) -> bool:
    """Whether the server put windows right by itself since then."""
    with _runtime(home) as runtime:
        return any(run.kind == "monitor" and run.queued > since for run, _, _ in runtime.runs(NAME, 5))


@contextmanager
def _runtime(home: Path) -> "Iterator[Runtime]":
    from core.entrypoints.runtime import Runtime
    from core.entrypoints.settings import Settings
    from storage.database import Home

    opened = Home(home)
    try:
        yield Runtime(opened, Settings())
    finally:
        opened.close()


def run_once(home: Path) -> tuple[float, float, dict[str, float]]:
    """A retraining by the server: seconds from queued to ended, those until it started, and those of each
    step.
    """
    with _runtime(home) as runtime:
        run = runtime.wait(runtime.retrain(NAME)[0].id, lambda _: None, time.sleep)
        page = runtime.views.run(run.id)
    if run.state != "succeeded" or run.version is None or run.started is None or run.ended is None:
        raise RuntimeError(f"The run {run.state}: {run.error or run.reason}")
    steps = {
        step.name: (step.ended - step.started).total_seconds()
        for step in page.steps
        if step.ended and step.started
    }
    return (run.ended - run.queued).total_seconds(), (run.started - run.queued).total_seconds(), steps


def plain_once(home: Path) -> tuple[float, float]:
    """`plain` in a process of its own, with the threads that a run has: (seconds, those of the fits)."""
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "EVERMODEL_HOME": str(home),
    }
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.overhead", "--plain"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, fits = json.loads(found.stdout)
    return float(seconds), float(fits)


def plain(home: Path) -> tuple[float, float]:
    """The same reads, fits and scorings, nothing kept: (seconds, those of the fits)."""
    from core.domain.clock import WallClock, micros
    from core.domain.labels import labels
    from core.domain.learning import Artifact
    from core.domain.metrics import score
    from core.entrypoints.workshop import open_workshop
    from core.monitoring.asof import present
    from core.monitoring.grid import median_rows
    from core.monitoring.known import know
    from core.retraining.fitting import fit, predict
    from core.retraining.importing import import_learning
    from core.retraining.judging import split
    from storage.database import Home

    import_learning()
    opened = Home(home)
    shop = open_workshop(opened)
    with opened.reading() as stores:
        kept = stores.models.get(NAME)
        champion = stores.versions.champion(kept.id)
    assert champion is not None
    source = shop.open_source(kept)
    served = shop.artifacts.load(Artifact(champion.artifact, champion.artifact_sha256))
    start = time.perf_counter()
    as_of = present(kept.model, source, micros(WallClock().now()))
    known = know(kept, source, as_of)
    window = known.windows[-1]
    newest = source.read(window.start, window.end)
    said = predict(served, kept, newest, champion.number)
    score("regression", labels(newest, kept.model), said)
    rows = source.read(None, as_of)
    learnable = rows.where(rows.learnable(as_of))
    cut = split(learnable, micros(champion.train_to), median_rows(known.windows), 30, as_of, lambda _: None)
    begun = time.perf_counter()
    challenger = fit(kept, learnable.take(cut.fit), 0)
    fits = time.perf_counter() - begun
    judged = learnable.take(cut.judged)
    ours, theirs = (
        score("regression", labels(judged, kept.model), predict(estimator, kept, judged, None))
        for estimator in (challenger, served)
    )
    if (ours["rmse"] or 0) <= (theirs["rmse"] or 0):  # both are there; a gate's bootstrap is overhead
        begun = time.perf_counter()
        fit(kept, learnable, 0)
        fits += time.perf_counter() - begun
    seconds = time.perf_counter() - start
    opened.close()
    return seconds, fits


def measure(pairs: int = PAIRS) -> str:
    """The table."""
    with tempfile.TemporaryDirectory() as made:
        home, port = prepare(Path(made)), free_port()
        with serving(*evermodel(port, home), port, Path(made)) as server:
            found = list(_pairs(Path(made), home, server, pairs))
    return _table(found)


def _pairs(folder: Path, home: Path, server: Server, pairs: int) -> Iterator[Pair]:
    standby_rests(server)
    run_once(home)
    for week in itertools.count(WEEKS):
        calm(home)
        standby_rests(server)
        since = datetime.now(UTC)
        add_week(folder, week)
        seconds, fits = plain_once(home)
        standby_rests(server)
        pair = Pair(seconds, fits, *run_once(home))
        if not disturbed(home, since):  # else part of the work was done before
            yield pair
            pairs -= 1
        if pairs == 0:
            return


def _table(found: list[Pair]) -> str:
    ratios = [each.run / each.plain for each in found]
    rows: list[tuple[object, ...]] = [
        ("the same in one process", f"{median(each.plain for each in found):.2f} s", "", ""),
        ("its fits", f"{median(each.fits for each in found):.2f} s", "", "about 1 s"),
        ("the run, queued to ended", f"{median(each.run for each in found):.2f} s", "", ""),
        ("ratio", f"{median(ratios):.2f}", f"{min(ratios):.2f} to {max(ratios):.2f}", LIMIT),
    ]
    rows.append(("until it started", f"{median(each.waited for each in found):.2f} s", "", ""))
    rows += [
        (f"step {name}", f"{median(each.steps.get(name, 0.0) for each in found):.2f} s", "", "")
        for name in max((each.steps for each in found), key=len)
    ]
    return table((f"{len(found)} pairs", "median", "spread", "limit"), rows)


if __name__ == "__main__":
    if "--plain" in sys.argv:
        from core.entrypoints.settings import home_folder

        print(json.dumps(plain(home_folder())))
    else:
        print(measure())
