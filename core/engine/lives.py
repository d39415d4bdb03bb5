"""The life that a backfill lives through: each step is kept in one transaction, guarded by its run."""

from collections.abc import Mapping

from core.domain.clock import moment
from core.domain.models import Kept
from core.domain.reports import Report
from core.domain.runs import Run
from core.domain.sources import Source
from core.domain.versions import Version
from core.domain.windows import Window
from core.engine import asides, drift, watching
from core.engine.workshop import Workshop
from core.monitoring import flow as monitoring
from core.monitoring.drifting import settled as settled_of
from core.monitoring.grid import Slice
from core.monitoring.known import Known
from core.monitoring.scoring import Scorer
from core.monitoring.then import windows_then
from core.monitoring.triggering import Decision, decide
from core.retraining import flow as retraining
from core.retraining.fitting import keys
from core.retraining.job import Job


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
        self._tools = shop.tools(run)
        with shop.home.reading() as stores:
            self._told = stores.alerts.told(kept.id)
        self._by_drift = any(trigger.when == "drift" for trigger in kept.model.triggers)
        self._settled: dict[int, int | None] = {}  # by window: the labels that its drift was last measured by
        report.step("live through")

    def live_at(self, when: int) -> Version | None:
        return self._shop.live_at(self._kept)(when)

    def score(self, window: Slice) -> bool:
        stored, index = self._shop.stored(self._kept), window.index
        found = list(
            monitoring.put_right(
                self._kept, self._source, self._known, self.live_at, self._scorer, stored, {index}, self._past
            )
        )
        changed = monitoring.changed(found, stored)
        beside, _ = asides.scored(self._kept, self._source, self._known, self._shop, {index})
        then = self._known.then(window)
        tells = index > self._told
        if tells or self._by_drift:
            self._drift_then(then, {*(i for i, one in stored.items() if one.scored), index})
        lived = self._windows_then(then, {**stored, **{one.index: one for one in found}}) if tells else []
        with self._shop.home.transaction() as t:
            now = self._shop.clock.now()
            t.runs.beat(self._run.id, self._run.token or "", now)
            t.windows.save(self._kept.id, changed)
            t.asides.save(self._kept.id, beside)
            if tells:
                t.alerts.tell(self._kept.id, index)
                points = watching.points_of(t, self._kept, then, lived)
                watching.settle(t, self._kept, points, moment(then.as_of), now)
        return bool(changed or beside)

    def _drift_then(self, then: Known, lived: set[int]) -> None:
        """The drift of the windows lived through as `then` knew them: later labels must not tell yet, even
        where a look at the present has measured it by them.
        """
        settled = {one.index: settled_of(then, one) for one in then.windows if one.index in lived}
        due = {i for i, labels in settled.items() if i not in self._settled or self._settled[i] != labels}
        drift.put_right(self._run, self._kept, self._source, then, self._shop, due)
        self._settled |= settled

    def triggered(self, after: Slice) -> Decision | None:
        if not self._kept.model.triggers:
            return None
        then = self._known.then(after)
        windows = self._windows_then(then, self._shop.stored(self._kept))
        with self._shop.home.reading() as stores:
            points = watching.points_of(stores, self._kept, then, windows)
        decisions = decide(self._kept.model.triggers, points, moment(then.as_of))
        return next((one for one in decisions if one.held is None), None)

    def _windows_then(self, then: Known, stored: Mapping[int, Window]) -> list[Window]:
        return windows_then(self._kept, self._source, then, stored, self.live_at, self._scorer, self._past)

    def retrain(self, job: Job) -> retraining.Result:
        return retraining.retrain(job, self._source, self._tools, _Quiet(), self._shop.clock.now())

    def keep(
        self,
        job: Job,
        result: retraining.Result,
        live_from: int,
        after: int,
        by: Decision | None,
    ) -> None:
        with self._shop.home.transaction() as t:
            now = self._shop.clock.now()
            t.runs.beat(self._run.id, self._run.token or "", now)
            version = retraining.keep(t, job, result, live_from, now, by="backfill")
            if (
                version is not None
                and version.state == "candidate"
                and t.versions.live_at(self._kept.id, moment(live_from)) is None
            ):
                # Under `hold` the first version of a backfill goes live: nobody was there to approve it.
                t.versions.promote(
                    self._kept.id,
                    version.number,
                    moment(live_from),
                    now,
                    by="backfill",
                    why="the first version of a backfill",
                )
            t.windows.backfill_step(self._kept.id, after, version.number if version else None)
            if by is not None:
                watching.started(t, self._run, self._kept, by, moment(job.as_of), version)

    def done(self) -> Mapping[int, int | None]:
        with self._shop.home.reading() as stores:
            return stores.windows.backfilled(self._kept.id)
