"""A server or a worker that is killed leaves every run with one end, and no version half there."""

import contextlib
import os
import signal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.domain.learning import Artifact
from core.domain.runs import ENDS
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.artifacts import ArtifactFiles
from storage.database import Home
from tests.serving import Server, until

pytestmark = pytest.mark.faults

FILE = """
name = "kept"
task = "regression"
target = "y"
time = "t"
window = "1 days"
initial = 3
gate = "always"
recipe = "random_forest"
[recipe_parameters]
n_estimators = 60
min_samples_leaf = 50
[source]
path = "rows.parquet"
[[schedules]]
every = "2 seconds"
"""


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    random = np.random.default_rng(0)
    n = 24_000
    x = random.normal(size=(n, 4))
    hours = np.datetime64("2024-01-01T00:00:00") + (np.arange(n) * 40).astype("timedelta64[s]")
    table = {"t": hours, "y": x[:, 0] + random.normal(size=n), **{f"x{i}": x[:, i] for i in range(4)}}
    pq.write_table(pa.table(table), tmp_path / "rows.parquet")
    (tmp_path / "kept.toml").write_text(FILE)
    runtime = Runtime(Home(tmp_path / "home"), Settings())
    runtime.apply([tmp_path / "kept.toml"])
    return runtime


def fitting(runtime: Runtime) -> int | None:
    """The pid of a worker in the middle of a fit."""
    with runtime.home.reading() as stores:
        for run in stores.runs.open():
            steps = stores.runs.steps(run.id)
            if run.state == "running" and steps and steps[-1].name == "train":
                return run.pid
    return None


def check(runtime: Runtime) -> None:
    artifacts = ArtifactFiles(runtime.home.path("artifacts"))
    with runtime.home.reading() as stores:
        kept = stores.models.get("kept")
        runs, versions = stores.runs.latest(kept.id, 1000), stores.versions.all(kept.id)
        entries = stores.ledger.of(kept.id, None, None)
    assert all(run.state in ENDS and run.ended is not None for run in runs if run.state != "queued")
    dues = [run.due for run in runs if run.due is not None]
    assert len(dues) == len(set(dues))
    assert len({entry.due for entry in entries}) == len(entries)
    ended = {run.id: run for run in runs}
    for version in versions:
        artifacts.verify(Artifact(version.artifact, version.artifact_sha256))
        assert ended[version.run_id].state == "succeeded"
        assert ended[version.run_id].version == version.number
    assert sum(version.state == "champion" for version in versions) == (1 if versions else 0)
    assert {run.version for run in runs if run.state == "succeeded"} == {
        version.number for version in versions
    }


@pytest.mark.parametrize("times", [3, pytest.param(10, marks=pytest.mark.trial)])
def test_killed_server_or_worker_leaves_each_run_one_end(runtime: Runtime, times: int) -> None:
    server = Server(runtime.home.folder)
    try:
        for time in range(times):
            server.start()
            until(lambda: fitting(runtime))
            worker = fitting(runtime)
            if time % 3 != 1:
                server.kill()
            if time % 3 != 0 and worker is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
            if time % 3 == 1:
                until(lambda worker=worker: all(run.pid != worker or run.over for run in latest(runtime)), 30)
                server.stop()
        server.start()
        before = len(versions(runtime))
        until(lambda: len(versions(runtime)) > before)
    finally:
        server.stop()
    until(lambda: not any(run.state == "running" for run in latest(runtime)), 30)
    check(runtime)


def latest(runtime: Runtime) -> list:  # type: ignore[type-arg]
    runtime.settle_lost()
    with runtime.home.reading() as stores:
        return stores.runs.latest(None, 1000)


def versions(runtime: Runtime) -> list:  # type: ignore[type-arg]
    with runtime.home.reading() as stores:
        return stores.versions.all(stores.models.get("kept").id)
