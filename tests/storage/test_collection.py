"""Collection: whatever runs, changes and removals are mixed, no chunk that a version needs ever goes."""

import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain.keeping import unguarded
from core.domain.learning import Snapshot
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.runs import Asked, Run
from storage.database import Home
from storage.letting_go import HomeFiles, let_go
from storage.snapshots import ChunkFiles
from tests.home_kit import add_model, version_of
from tests.learning_kit import HOUR, rows_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LATER = datetime(2099, 1, 1, tzinfo=UTC)
MODELS = ("one", "other")  # of the same rows: they share chunks


class Collection(RuleBasedStateMachine):
    """Two models whose runs freeze and keep versions while files are let go."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.home = Home(self.folder)
        with self.home.transaction() as t:
            self.kept: dict[str, Kept] = {name: add_model(t, name) for name in MODELS}
        self.running: dict[str, tuple[Run, Snapshot | None]] = {}
        self.hours, self.shift = 4, 0.0
        self.files = ChunkFiles(self.home.path("snapshots"), self.cuts, self.last)

    def cuts(self, kept: Kept) -> list[int]:
        with self.home.reading() as stores:
            return list(stores.snapshots.cuts(kept.id))

    def last(self, kept: Kept) -> Snapshot | None:
        with self.home.reading() as stores:
            return stores.snapshots.last(kept.id)

    def rows(self) -> Rows:
        x = np.arange(self.hours, dtype=np.float64)
        x[0] += self.shift
        return rows_of({"x": pa.array(x), "y": pa.array(x * 2)})

    @rule()
    def time_passes(self) -> None:
        self.hours += 3

    @rule()
    def an_old_row_changes(self) -> None:
        self.shift += 1.0

    @rule(name=st.sampled_from(MODELS), start=st.sampled_from([None, 2 * HOUR]))
    def work(self, name: str, start: int | None) -> None:
        """A run begins, if none works, and freezes what it would keep."""
        if name not in self.kept:
            return
        if name not in self.running:
            with self.home.transaction() as t:
                run, _ = t.runs.queue(Asked(self.kept[name].id, "retrain", "manual"), NOW)
                self.running[name] = t.runs.claim(run.id, "token", 1, 0.0, NOW), None
        stamp = {"rows": [self.hours]} if self.shift == 0 else None
        snapshot = self.files.freeze(self.kept[name], self.rows(), self.hours * HOUR, start, stamp)
        self.running[name] = self.running[name][0], snapshot

    @precondition(lambda self: self.running)
    @rule()
    def keep_all(self) -> None:
        for run, snapshot in self.running.values():
            assert snapshot is not None
            with self.home.transaction() as t:
                t.snapshots.add(run.model_id, snapshot)
                t.versions.add(version_of(run.model_id, run.id, NOW, snapshot=snapshot.id))
                t.runs.end(run.id, "token", "succeeded", NOW)
        self.running = {}

    @precondition(lambda self: self.running)
    @rule()
    def all_die(self) -> None:
        self.die()

    def die(self) -> None:
        for run, _ in self.running.values():
            with self.home.transaction() as t:
                t.runs.end(run.id, "token", "lost", NOW)
        self.running = {}

    @rule(name=st.sampled_from(MODELS), keep=st.integers(1, 2))
    def collect(self, name: str, keep: int) -> None:
        if name in self.kept:
            model = replace(self.kept[name].model, keep=keep)
            HomeFiles(self.home).older(replace(self.kept[name], model=model), NOW, unguarded)
        HomeFiles(self.home).unnamed(LATER, timedelta(0), unguarded)

    @precondition(lambda self: len(self.kept) == 2 and "other" not in self.running)
    @rule()
    def remove(self) -> None:
        kept = self.kept.pop("other")
        with self.home.transaction() as t:
            t.models.remove(kept, NOW)
        let_go(self.home, kept, NOW)

    @invariant()
    def every_version_has_its_rows(self) -> None:
        if not hasattr(self, "home"):
            return
        for snapshot in self.named():
            self.files.verify(snapshot)

    def named(self) -> list[Snapshot]:
        with self.home.reading() as stores:
            return [
                stores.snapshots.get(kept.id, version.snapshot)
                for kept in self.kept.values()
                for version in stores.versions.all(kept.id)
                if version.let_go is None
            ]

    def teardown(self) -> None:
        if not hasattr(self, "home"):
            return
        self.die()
        HomeFiles(self.home).unnamed(LATER, timedelta(0), unguarded)
        there = {path.stem for path in self.home.path("snapshots").glob("*/*.parquet")}
        assert there == {chunk.hash for snapshot in self.named() for chunk in snapshot.chunks}
        self.home.close()
        shutil.rmtree(self.folder)


TestCollection = Collection.TestCase
TestCollection.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


@pytest.mark.trial
class TestCollectionLong(Collection.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(max_examples=400, stateful_step_count=60, deadline=None)
