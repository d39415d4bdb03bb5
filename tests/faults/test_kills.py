"""A server or a worker that is killed leaves every run with one end, tried again, and nothing else behind."""

import contextlib
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.domain.keeping import unguarded
from core.domain.learning import Artifact
from core.domain.runs import BAD_ENDS, ENDS, Run
from core.domain.versions import Version
from core.engine import marks
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.artifacts import ArtifactFiles
from storage.database import Home
from storage.letting_go import HomeFiles
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
retries = 50
retry_delay = "1 seconds"
backoff = 1
"""
STEPS = ("train", "import", "windows", "read", "freeze", "save")


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


def inside(runtime: Runtime, step: str) -> int | None:
    """The pid of a worker in a step."""
    with runtime.home.reading() as stores:
        for run in stores.runs.open():
            steps = stores.runs.steps(run.id)
            if run.state == "running" and steps and steps[-1].name == step:
                return run.pid
    return None


def caught(runtime: Runtime, step: str) -> int:
    """The pid of a worker that was seen in a step just now."""
    found: list[int] = []
    until(lambda: (pid := inside(runtime, step)) is not None and not found.append(pid), 120, 0.004)  # type: ignore[func-returns-value]
    return found[0]


def check(runtime: Runtime) -> None:
    artifacts = ArtifactFiles(runtime.home.path("artifacts"))
    with runtime.home.reading() as stores:
        kept = stores.models.get("kept")
        runs, versions = stores.runs.latest(kept.id, 1000), stores.versions.all(kept.id)
        entries = stores.ledger.of(kept.id, None, None)
    assert all(run.state in ENDS and run.ended is not None for run in runs if run.state != "queued")
    attempts = [(run.due, run.attempt) for run in runs if run.due is not None]
    assert len(attempts) == len(set(attempts))
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


def check_tried_again(runs: list[Run]) -> None:
    """Each that ended badly has its next attempt, and a later attempt of it succeeded or still waits."""
    by_cause = {run.retry_of: run for run in runs if run.retry_of is not None}
    bad = [run for run in runs if run.state in BAD_ENDS]
    assert bad
    for run in bad:
        last = run
        while last.id in by_cause:
            last = by_cause[last.id]
        assert last.state in ("succeeded", "queued"), (run, last)
    assert any(run.state == "succeeded" and run.retry_of is not None for run in runs)


def check_nothing_left(runtime: Runtime) -> None:
    """No process, no lock, and once the housekeeping went by no file that no version names."""
    home = runtime.home
    until(lambda: not [one for one in marks.marked(marks.home_mark(home.folder)) if one.is_running()], 10)
    begin = time.monotonic()
    with home.transaction() as t:
        t.runs.open()
    assert time.monotonic() - begin < 1
    with home.reading() as stores:
        lease = stores.leases.present()
    assert lease is not None
    assert lease.holder == ""
    files, now = HomeFiles(home), datetime.now(UTC) + timedelta(hours=2)
    files.half_written(now, timedelta(hours=1), unguarded)
    files.unnamed(now, timedelta(hours=1), unguarded)
    found = versions(runtime)
    made = {Path(one.artifact) for one in found}
    expected = {str(path) for path in made} | {str(path.with_suffix(".probe")) for path in made}
    assert {path.name for path in home.path("artifacts").iterdir()} == expected
    with home.reading() as stores:
        named = {
            f"{chunk.hash}.parquet"
            for one in found
            for chunk in stores.snapshots.get(one.model_id, one.snapshot).chunks
        }
    assert {path.name for path in home.path("snapshots").glob("*/*")} == named
    assert not list(home.path("predictions").rglob(".*"))


@pytest.mark.parametrize("times", [3, pytest.param(30, marks=pytest.mark.trial)])
def test_killed_server_or_worker_leaves_each_run_one_end_and_it_is_tried_again(
    runtime: Runtime, times: int
) -> None:
    server = Server(runtime.home.folder)
    try:
        for time in range(times):
            if server.process is None or server.process.poll() is not None:
                server.start()
            worker = caught(runtime, STEPS[time // 3 % len(STEPS)])
            if time % 3 != 1:
                server.kill()
            if time % 3 != 0:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
            if time % 3 == 1:
                until(lambda worker=worker: all(run.pid != worker or run.over for run in latest(runtime)), 30)
        server.start()
        before = len(versions(runtime))
        until(lambda: len(versions(runtime)) > before)
    finally:
        server.stop()
    until(lambda: not any(run.state == "running" for run in latest(runtime)), 60)
    check(runtime)
    check_tried_again(latest(runtime))
    check_nothing_left(runtime)


def latest(runtime: Runtime) -> list[Run]:
    runtime.settle_lost()
    with runtime.home.reading() as stores:
        return stores.runs.latest(None, 1000)


def versions(runtime: Runtime) -> list[Version]:
    with runtime.home.reading() as stores:
        return stores.versions.all(stores.models.get("kept").id)
