"""The life that a backfill lives through: each step is kept in one transaction, guarded by its run."""

from collections.abc import Mapping

from core.domain.models import Kept
from core.domain.reports import Report
from core.domain.runs import Run
from core.domain.sources import Source
from core.domain.versions import Version
from core.engine.workshop import Workshop
from core.monitoring import flow as monitoring
from core.monitoring.known import Known
from core.monitoring.scoring import Scorer
from core.retraining import flow as retraining
from core.retraining.fitting import keys


class _Quiet:
    """A backfill's own progress is told; the steps of each of its retrainings are not."""

    def step(self, name: str) -> None: ...

    def fact(self, words: str) -> None: ...

    def progress(self, share: float, words: str) -> None: ...


class BackfilledLife:
    """Implements core.backfilling.flow.Life over a home."""

    def __init__(self, run: Run, kept: Kept, source: Source, known: Known, shop: Workshop, report: Report):
        self._run, self._kept, self._source, self._known, self._shop = run, kept, source, known, shop
        self._past = monitoring.past_of(kept, known)
        self._scorer = Scorer(shop.predictions, keys, shop.predict)
        self._tools = retraining.Tools(shop.artifacts, shop.snapshots, shop.timer)
        report.step("live through")

    def live_at(self, when: int) -> Version | None:
        return self._shop.live_at(self._kept)(when)

    def score(self, index: int) -> None:
        stored = self._shop.stored(self._kept)
        found = list(
            monitoring.put_right(
                self._kept, self._source, self._known, self.live_at, self._scorer, stored, {index}, self._past
            )
        )
        with self._shop.home.transaction() as t:
            t.runs.beat(self._run.id, self._run.token or "", self._shop.clock.now())
            t.windows.save(self._kept.id, monitoring.changed(found, stored))

    def retrain(self, job: retraining.Job) -> retraining.Result:
        return retraining.retrain(job, self._source, self._tools, _Quiet(), self._shop.clock.now())

    def keep(self, job: retraining.Job, result: retraining.Result, live_from: int, after: int) -> None:
        with self._shop.home.transaction() as t:
            now = self._shop.clock.now()
            t.runs.beat(self._run.id, self._run.token or "", now)
            version = retraining.keep(t, job, result, live_from, now, by="backfill")
            if (
                version is not None
                and version.state == "candidate"
                and t.versions.live_at(self._kept.id, version.train_to) is None
            ):
                # Under `hold` the first version of a backfill goes live: nobody was there to approve it.
                t.versions.promote(
                    self._kept.id,
                    version.number,
                    version.train_to,
                    now,
                    by="backfill",
                    why="the first version of a backfill",
                )
            t.windows.backfill_step(self._kept.id, after, version.number if version else None)

    def done(self) -> Mapping[int, int | None]:
        with self._shop.home.reading() as stores:
            return stores.windows.backfilled(self._kept.id)
