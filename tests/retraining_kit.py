"""Retrains a small model at moments of data time, over the real stores."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from core.domain.clock import micros
from core.domain.labels import labels
from core.domain.learning import Artifact
from core.domain.making import Making
from core.domain.metrics import score
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.versions import Scores, Version
from core.monitoring.grid import median_rows
from core.monitoring.known import know
from core.retraining.fitting import predict
from core.retraining.flow import Result, keep, retrain
from core.retraining.job import Job, Tools
from tests.home_kit import NOW, Place, Quiet, days_of_rows

BEGIN = datetime(2026, 1, 1)


def day(k: float) -> int:
    return micros(BEGIN.astimezone(NOW.tzinfo).replace(tzinfo=NOW.tzinfo) + timedelta(days=k))


@dataclass
class Bench:
    """Retrains a model as if its file said something else, at a moment of data time."""

    place: Place

    def kept(self, **said: object) -> Kept:
        kept = self.place.kept
        return replace(kept, model=replace(kept.model, **said))  # type: ignore[arg-type]

    def job(self, at: float, **said: object) -> Job:
        kept, as_of = self.kept(**said), day(at)
        known = know(kept, self.place.shop.open_source(kept), as_of)
        with self.place.home.reading() as stores:
            champion = stores.versions.champion(kept.id)
        closed = sum(window.closed for window in known.windows)
        missing = kept.model.initial - closed if champion is None else 0
        run = self.place.queue("retrain")
        with self.place.home.transaction() as t:
            t.runs.end(run.id, run.token, "succeeded", NOW)
        return Job(kept, as_of, champion, "manual", run.id, missing, median_rows(known.windows))

    def retrain(self, job: Job) -> Result:
        shop = self.place.shop

        def making(number: int) -> Making | None:
            with self.place.home.reading() as stores:
                return stores.makings.get(job.kept.id, number)

        tools = Tools(shop.artifacts, shop.snapshots, shop.probes, shop.timer, making)
        return retrain(job, shop.open_source(job.kept), tools, Quiet(), NOW)

    def keep(self, job: Job, result: Result) -> Version | None:
        with self.place.home.transaction() as t:
            return keep(t, job, result, job.as_of, NOW, by="gate")

    def made(self, at: float, **said: object) -> Version:
        job = self.job(at, **said)
        version = self.keep(job, self.retrain(job))
        assert version is not None
        return version

    def learnable(self, kept: Kept, as_of: int) -> Rows:
        rows = self.place.shop.open_source(kept).read(None, as_of)
        return rows.where(rows.learnable(as_of))

    def scored(self, version: Version, kept: Kept, rows: Rows) -> Scores:
        """What the version's artifact scores on rows."""
        fitted = self.place.shop.artifacts.load(Artifact(version.artifact, version.artifact_sha256))
        return scores_of(fitted, kept, rows)

    def rebuilt(self, version: Version) -> Rows:
        """The rows that the version's last fit learnt, from its snapshot."""
        with self.place.home.reading() as stores:
            snapshot = stores.snapshots.get(version.model_id, version.snapshot)
        rows = self.place.shop.snapshots.rows(snapshot)
        learnt = np.ones(len(rows), dtype=bool)
        for first, stop in version.judged.get("left_out", []):  # type: ignore[attr-defined]
            learnt[first:stop] = False
        return rows.where(learnt)


def scores_of(fitted: object, kept: Kept, rows: Rows) -> Scores:
    return score(kept.model.task, labels(rows, kept.model), predict(fitted, kept, rows, None), None)  # type: ignore[arg-type]


def late_labels(days: int) -> dict[str, np.ndarray]:
    """As `days_of_rows`; of seven labels five are known eight days later, two at once."""
    columns = days_of_rows(days)
    late = np.arange(len(columns["t"])) % 7 < 5
    return {**columns, "known": columns["t"] + np.where(late, 8 * 24, 0) * np.timedelta64(1, "h")}
