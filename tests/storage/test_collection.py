"""Collection: whatever runs, changes and removals are mixed, no file that a kept version needs ever goes: no
chunk of its rows, and no artifact from which it went on.
"""

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
from core.domain.proof import needs
from core.domain.rows import Rows
from core.domain.runs import Asked, Run
from core.domain.versions import Version
from storage.database import Home
from storage.letting_go import HomeFiles, let_go
from storage.snapshots import ChunkFiles
from tests.home_kit import add_model, version_of
from tests.learning_kit import HOUR, rows_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LATER = datetime(2099, 1, 1, tzinfo=UTC)
MODELS = ("one", "other")  # of the same rows: they share chunks
WAYS = ("from scratch", "goes on", "script")


class Collection(RuleBasedStateMachine):
    """Two models whose runs freeze and keep versions while files are let go."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.home = Home(self.folder)
        with self.home.transaction() as t:
            self.kept: dict[str, Kept] = {name: add_model(t, name) for name in MODELS}
        self.running: dict[str, tuple[Run, Snapshot | None]] = {}
        self.hours, self.shift, self.promoted = 4, 0.0, 0
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
    @rule(way=st.sampled_from(WAYS), serves=st.booleans())
    def keep_all(self, way: str, serves: bool) -> None:
        for run, snapshot in self.running.values():
            assert snapshot is not None
            file = f"{run.model_id}-{run.id}-1.skops"
            self.home.path("artifacts", file).write_bytes(b"")
            with self.home.transaction() as t:
                t.snapshots.add(run.model_id, snapshot)
                champion = t.versions.champion(run.model_id)
                before = champion.number if champion else None
                lineage = {"continues": before if way == "goes on" else None}
                code = {"script": "train.py"} if way == "script" else {}
                said = {"artifact": file, "lineage": lineage, "code": code, "parent": before}
                made = t.versions.add(version_of(run.model_id, run.id, NOW, snapshot=snapshot.id, **said))
                t.runs.end(run.id, "token", "succeeded", NOW)
            if serves:
                self.promote(run.model_id, made.number)
        self.running = {}

    @precondition(lambda self: not self.running)
    @rule(name=st.sampled_from(MODELS), ways=st.lists(st.sampled_from(WAYS), min_size=3, max_size=4))
    def a_line_of_champions(self, name: str, ways: list[str]) -> None:
        for way in ways:
            self.time_passes()
            self.work(name, None)
            self.keep_all(way, serves=True)

    @rule(name=st.sampled_from(MODELS), back=st.integers(0, 4))
    def a_person_promotes(self, name: str, back: int) -> None:
        """One of those that are kept."""
        if name in self.kept and (kept := self.versions(name)):
            self.promote(self.kept[name].id, kept[-1 - back % len(kept)].number)

    def promote(self, model_id: int, number: int) -> None:
        self.promoted += 1
        since = NOW + timedelta(seconds=self.promoted)
        with self.home.transaction() as t:
            champion = t.versions.champion(model_id)
            if champion is None or champion.number != number:
                t.versions.promote(model_id, number, since, NOW, by="a person", why="it was good")

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

    @invariant()
    def every_version_has_what_it_is_rebuilt_from(self) -> None:
        if hasattr(self, "home"):
            there = {path.name for path in self.home.path("artifacts").glob("*.skops")}
            assert self.needed() <= there

    def needed(self) -> set[str]:
        """The artifacts of all that is kept, and of those from which it went on."""
        found = set[str]()
        for name in self.kept:
            with self.home.reading() as stores:
                every = {version.number: version for version in stores.versions.all(self.kept[name].id)}
            kept = [version for version in every.values() if version.let_go is None]
            found |= {version.artifact for version in kept}
            found |= {every[number].artifact for version in kept for number in needs(version)}
        return found

    def versions(self, name: str) -> list[Version]:
        """Those that are kept."""
        with self.home.reading() as stores:
            every = stores.versions.all(self.kept[name].id)
        return [version for version in every if version.let_go is None]

    def named(self) -> list[Snapshot]:
        found = [version for name in self.kept for version in self.versions(name)]
        with self.home.reading() as stores:
            return [stores.snapshots.get(version.model_id, version.snapshot) for version in found]

    def teardown(self) -> None:
        if not hasattr(self, "home"):
            return
        self.die()
        HomeFiles(self.home).unnamed(LATER, timedelta(0), unguarded)
        there = {path.stem for path in self.home.path("snapshots").glob("*/*.parquet")}
        assert there == {chunk.hash for snapshot in self.named() for chunk in snapshot.chunks}
        assert {path.name for path in self.home.path("artifacts").glob("*.skops")} == self.needed()
        self.home.close()
        shutil.rmtree(self.folder)


TestCollection = Collection.TestCase
TestCollection.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)


@pytest.mark.trial
class TestCollectionLong(Collection.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(max_examples=400, stateful_step_count=60, deadline=None)
