"""Homes with small models for the tests of what remembers and of the flows over it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import tomli_w

from core.domain.clock import micros
from core.domain.learning import Snapshot
from core.domain.models import Kept, Model
from core.domain.runs import Asked, Run
from core.domain.sources import Schema, SourceSpec, Survey
from core.domain.spans import Span
from core.domain.versions import Version
from core.engine.workshop import Workshop
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from core.entrypoints.workshop import open_workshop
from storage.database import Home
from storage.stores import Stores

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class FakeClock:
    """Stands still until it is moved."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def on(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class Quiet:
    """A report that nobody reads."""

    def step(self, name: str) -> None: ...

    def fact(self, words: str) -> None: ...

    def progress(self, share: float, words: str) -> None: ...


def add_model(t: Stores, name: str = "m") -> Kept:
    """A model whose source is never read."""
    model = Model(name, "regression", "y", "t", Span(1, "days"), SourceSpec("rows.parquet"), ".")
    survey = Survey(Schema({"t": "timestamp[us]", "y": "double", "x": "double"}), 0, None, None, 0)
    return t.models.add(model, survey, 0, NOW, None)


def add_version(t: Stores, kept: Kept) -> Version:
    """A version, not promoted, with the run and the snapshot that it needs."""
    run, _ = t.runs.queue(Asked(kept.id, "retrain", "manual"), NOW)
    t.runs.claim(run.id, "t", 1, 0.0, NOW)
    t.runs.end(run.id, "t", "succeeded", NOW)
    t.snapshots.add(kept.id, Snapshot("s", 0, 1, ()))
    scores = {"rmse": 1.5}
    return t.versions.add(version_of(kept.id, run.id, NOW, snapshot="s", scores=scores, features=("x",)))


def version_of(model_id: int, run_id: int, when: datetime, **said: Any) -> Version:
    """A candidate that no fit made; `said` over the rest."""
    made: dict[str, Any] = {
        "number": 0,
        "state": "candidate",
        "created": when,
        "trigger": "manual",
        "train_from": None,
        "train_to": when,
        "rows": 1,
        "scores": {},
        "champion_scores": {},
        "judged": {},
        "reason": "made by a test",
        "parent": None,
        "snapshot": "s",
        "recipe": "dummy",
        "parameters": {},
        "code": {},
        "environment": {},
        "seed": 0,
        "seconds": 0.1,
        "artifact": "a.skops",
        "artifact_sha256": "0" * 64,
    }
    return Version(model_id=model_id, run_id=run_id, **(made | said))


def days_of_rows(days: int, skipped: tuple[int, ...] = ()) -> dict[str, np.ndarray]:
    """24 rows a day from 1 January 2026 on and one row of the day after; y is about 3 x."""
    random = np.random.default_rng(0)
    hours = np.array([hour for hour in range(24 * days + 1) if hour // 24 not in skipped])
    x = random.normal(size=len(hours))
    return {
        "t": np.datetime64("2026-01-01T00:00:00", "us") + hours * np.timedelta64(1, "h"),
        "x": x,
        "y": 3 * x + random.normal(size=len(hours)) / 10,
    }


def shifting_rows(days: int, at: tuple[int, ...]) -> dict[str, np.ndarray]:
    """y is 3 x, and 20 more from each day of `at` on: what was learnt before is wrong by 20 then."""
    columns = days_of_rows(days)
    age = np.arange(len(columns["t"])) // 24
    columns["y"] = columns["y"] + sum(20.0 * (age >= day) for day in at)
    return columns


def day(k: int) -> datetime:
    """When the k-th day of these rows begins."""
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=k)


@dataclass(frozen=True)
class Place:
    """A home with one applied model over a Parquet file, worked in this process."""

    home: Home
    kept: Kept
    shop: Workshop

    def queue(self, kind: str, **asked: object) -> Run:
        with self.home.transaction() as t:
            run, merged = t.runs.queue(Asked(self.kept.id, kind, "manual", **asked), NOW)  # type: ignore[arg-type]
            assert not merged
            return t.runs.claim(run.id, "token", 1, 0.0, NOW)

    def work(self, kind: str, **asked: object) -> Run:
        """A run from its claim to its end."""
        from core.engine.work import work

        run = self.queue(kind, **asked)
        work(run, self.shop, Quiet())
        with self.home.reading() as stores:
            return stores.runs.get(run.id)

    def backfill(self, every: int, **span: int) -> Run:
        """`span`: days between which it lives."""
        return self.work("backfill", options={"every": every} | {k: micros(day(v)) for k, v in span.items()})

    def versions(self) -> list[Version]:
        with self.home.reading() as stores:
            return stores.versions.all(self.kept.id)


def place_of(folder: Path, columns: Mapping[str, np.ndarray], **said: object) -> Place:
    """`said`: keys of the model's file; None: without that key."""
    pq.write_table(pa.table(dict(columns)), folder / "rows.parquet")
    file = folder / "m.toml"
    keys: dict[str, object] = {
        "name": "m",
        "task": "regression",
        "target": "y",
        "time": "t",
        "window": "1 days",
        "initial": 3,
        "recipe": "linear",
        "gate": "always",
        "as_of": "data",
        "source": {"path": "rows.parquet"},
    }
    file.write_text(
        tomli_w.dumps({key: value for key, value in {**keys, **said}.items() if value is not None})
    )
    runtime = Runtime(Home(folder / "home"), Settings(), FakeClock())
    runtime.apply([file])
    shop = replace(open_workshop(runtime.home), clock=FakeClock())
    return Place(runtime.home, runtime.kept("m"), shop)


class Places:
    """Places that one test compares, each in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder, self.made = folder, list[Place]()

    def of(self, columns: Mapping[str, np.ndarray], **said: object) -> Place:
        folder = self.folder / str(len(self.made))
        folder.mkdir()
        self.made.append(place_of(folder, columns, **said))
        return self.made[-1]

    def close(self) -> None:
        for place in self.made:
            place.home.close()
