"""Flow: a retraining, from known rows to a judged version, and how it is kept in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from core.domain.clock import iso, micros, moment
from core.domain.errors import RunFailed
from core.domain.home import Stores
from core.domain.labels import labels, positive_class
from core.domain.learning import Artifact, Artifacts, Fitted, Snapshot, Snapshots
from core.domain.metrics import score
from core.domain.models import Kept
from core.domain.reports import Report
from core.domain.rows import Rows
from core.domain.sources import Source
from core.domain.versions import Scores, Version
from core.retraining.environment import code_of, environment
from core.retraining.fitting import fit, predict
from core.retraining.gate import Verdict, decide
from core.retraining.judging import Judged, history_start, split
from core.retraining.oddities import oddities


@dataclass(frozen=True)
class Job:
    """What is to be retrained.

    `as_of`: microseconds. `stop`: rows known (by row windows), None: all before as of.

    `champion`: the version to judge against, None before the first. `missing`: windows still to be lived
    through.
    `median`: rows of the median closed window. `why`: what started it, in words, "" where `trigger` says it
    all. `rows`: positions, in time order, of the rows known, where by row windows some came late.
    """

    kept: Kept
    as_of: int
    champion: Version | None
    trigger: str
    run_id: int
    missing: int
    median: int
    stop: int | None = None
    why: str = ""
    rows: np.ndarray | None = None


@dataclass(frozen=True)
class Tools:
    """What a retraining works with. `timer`: seconds of a steady clock."""

    artifacts: Artifacts
    snapshots: Snapshots
    timer: Callable[[], float]


@dataclass(frozen=True)
class Result:
    """A version that is not kept yet (`version` None: none was made, for `reason`)."""

    reason: str
    version: Version | None = None
    snapshot: Snapshot | None = None
    promotes: bool = False


def retrain(job: Job, source: Source, tools: Tools, report: Report, now: datetime) -> Result:
    """Read, judge a challenger beside the champion on rows that neither has seen, refit if it passes, save
    its files.
    """
    model = job.kept.model
    if job.missing > 0:
        return Result(
            f"The first version needs {model.initial} closed windows; {job.missing} "
            f"{'is' if job.missing == 1 else 'are'} still missing."
        )
    report.step("read")
    bench = _Bench.of(job, source, tools)
    report.fact(f"{len(bench.rows):,} rows, {len(bench.learnable):,} with labels")
    if not len(bench.learnable):
        return Result("No row with a label is known yet.")
    plan = bench.plan()
    if plan.reason and job.champion is not None:
        return Result(f"{_sentence(plan.reason)}.")
    return (
        _judged(bench, plan, report, now) if len(plan.judged) else _unjudged(bench, plan.reason, report, now)
    )


@dataclass(frozen=True)
class _Bench:
    """The rows of a retraining: all known ones, and the learnable ones in the order in which a snapshot has
    them.
    """

    job: Job
    tools: Tools
    rows: Rows
    learnable: Rows

    @classmethod
    def of(cls, job: Job, source: Source, tools: Tools) -> "_Bench":
        rows = source.as_known(job.as_of).read(None, job.as_of)
        if job.stop is not None:
            rows = rows.slice(0, job.stop) if job.rows is None else rows.take(job.rows)
        learnable = rows.where(rows.learnable(job.as_of))
        return cls(job, tools, rows, tools.snapshots.arrange(job.kept, learnable, job.as_of, None))

    def plan(self) -> Judged:
        """Which learnable rows judge and which are learnt first; nothing is judged under `always`."""
        job, model = self.job, self.job.kept.model
        if model.gate == "always":
            return Judged(np.empty(0, np.int64), np.empty(0, np.int64), None)
        known_to = micros(job.champion.train_to) if job.champion else None
        every = np.ones(len(self.learnable), dtype=bool)
        return split(self.learnable, every, known_to, job.median, model.judge_at_least, job.as_of, self.back)

    def back(self, from_us: int) -> int | None:
        return history_start(self.job.kept.model, from_us, self.rows)

    def fit(self, rows: Rows, report: Report) -> tuple[Fitted, float]:
        """The recipe fitted on rows, and the seconds that it took."""
        if not len(rows):
            raise RunFailed(
                f"No labelled row lies within the history ({self.job.kept.model.history}) before "
                f"{_iso(self.job.as_of)}; the newest is of {_iso(int(self.learnable.time[-1]))}.",
                'Learn from a longer history, or write as_of = "data" if the source lags behind.',
            )
        kept, start = self.job.kept, self.tools.timer()
        fitted = fit(kept, rows, kept.model.seed)
        odd = oddities(rows, kept.features)
        size = f"{len(rows):,} rows × {len(kept.features)} columns, {kept.model.recipe}"
        report.fact(f"{size}; {odd}" if odd else size)
        return fitted, self.tools.timer() - start

    def fit_all(self, report: Report) -> "_Fit":
        """Fit on everything learnable up to as of, as far back as the history goes."""
        start = self.back(self.job.as_of)
        learnt = self.learnable.between(start, None)
        return _Fit(*self.fit(learnt, report), learnt, start)

    def score(self, fitted: Fitted, judged: Rows, version: int | None) -> Scores:
        kept = self.job.kept
        said = predict(fitted, kept, judged, version)
        return score(kept.model.task, labels(judged, kept.model), said, _positive(kept))

    def champion_scores(self, judged: Rows) -> Scores | None:
        champion = self.job.champion
        if champion is None:
            return None
        fitted = self.tools.artifacts.load(Artifact(champion.artifact, champion.artifact_sha256))
        return self.score(fitted, judged, champion.number)


@dataclass(frozen=True)
class _Fit:
    fitted: Fitted
    seconds: float
    learnt: Rows
    start: int | None


def _unjudged(bench: _Bench, why: str, report: Report, now: datetime) -> Result:
    report.step("train")
    last = bench.fit_all(report)
    verdict = Verdict(bench.job.kept.model.gate != "hold", "candidate", why or "gate always: not judged")
    return _saved(bench, last, {}, {}, {}, verdict, report, now)


def _judged(bench: _Bench, plan: Judged, report: Report, now: datetime) -> Result:
    model, judged = bench.job.kept.model, bench.learnable.take(plan.judged)
    report.step("train")
    first = bench.learnable.take(plan.fit)
    last = _Fit(*bench.fit(first, report), first, plan.start)
    report.step("compare")
    scores, champion = bench.score(last.fitted, judged, None), bench.champion_scores(judged)
    verdict = decide(model.gate, model.metric, model.lower_is_better, scores, champion)
    report.fact(f"{len(judged):,} rows that neither has seen: {verdict.reason}")
    about: dict[str, object] = {
        "rows": len(judged),
        "from": _iso(int(judged.time[0])),
        "to": _iso(int(judged.time[-1])),
    }
    if model.refit and (verdict.passes or model.gate == "hold"):
        report.step("refit")
        last = bench.fit_all(report)
    else:
        before = 0 if plan.start is None else int(np.searchsorted(bench.learnable.time, plan.start, "left"))
        about["left_out"] = _ranges(plan.judged - before)  # positions in the snapshot that were not learnt
    return _saved(bench, last, scores, champion or {}, about, verdict, report, now)


def _saved(
    bench: _Bench,
    last: _Fit,
    scores: Scores,
    champion: Scores,
    judged: Mapping[str, object],
    verdict: Verdict,
    report: Report,
    now: datetime,
) -> Result:
    job, kept, model = bench.job, bench.job.kept, bench.job.kept.model
    report.step("freeze")
    snapshot = bench.tools.snapshots.freeze(kept, bench.learnable, job.as_of, last.start)
    report.fact(f"{snapshot.rows:,} rows in {len(snapshot.chunks)} pieces")
    report.step("save")
    artifact = bench.tools.artifacts.save(last.fitted, _file(job))
    seed = model.recipe_parameters.get("random_state", model.seed)
    version = Version(
        model_id=kept.id,
        number=0,
        state="candidate" if verdict.passes else verdict.state_if_not,
        created=now,
        run_id=job.run_id,
        trigger=job.trigger,
        train_from=moment(int(last.learnt.time[0])),
        train_to=moment(job.as_of),
        rows=len(last.learnt),
        scores=dict(scores),
        champion_scores=dict(champion),
        judged=judged,
        reason=because(job, verdict.reason),
        parent=job.champion.number if job.champion else None,
        snapshot=snapshot.id,
        recipe=model.recipe,
        parameters=dict(model.recipe_parameters),
        code=code_of(model),
        environment=environment(),
        seed=seed if isinstance(seed, int) else model.seed,
        seconds=last.seconds,
        artifact=artifact.file,
        artifact_sha256=artifact.sha256,
        features=tuple(kept.features),
    )
    return Result(version.reason, version, snapshot, verdict.passes)


def because(job: Job, reason: str) -> str:
    """A reason, after what started the retraining. A tie stays that one word, by which it is known."""
    return f"{job.why}; {reason}" if job.why and reason != "tie" else reason


def _file(job: Job) -> str:
    """By rows, windows of rows of one time may end at one moment."""
    name = f"{job.kept.id}-{job.run_id}-{job.as_of}"
    return name if job.stop is None else f"{name}-{job.stop}"


def _positive(kept: Kept) -> object:
    return positive_class(kept.model, kept.survey.distinct_labels) if kept.model.task == "binary" else None


def _iso(us: int) -> str | None:
    return iso(moment(us))


def _ranges(positions: np.ndarray) -> list[list[int]]:
    """Ascending positions as half-open ranges."""
    breaks = np.flatnonzero(np.diff(positions) != 1) + 1
    return [[int(part[0]), int(part[-1]) + 1] for part in np.split(positions, breaks) if len(part)]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def keep(t: Stores, job: Job, result: Result, live_from: int, now: datetime, by: str) -> Version | None:
    """Keep what a retraining made, and promote it if it passed; inside the caller's transaction.

    Where the champion changed while it was judged, it stays a candidate and says why.
    """
    if result.version is None or result.snapshot is None:
        return None
    t.snapshots.add(job.kept.id, result.snapshot)
    present = t.versions.live_at(job.kept.id, moment(live_from))
    judged_against, serves = (
        job.champion.number if job.champion else None,
        present.number if present else None,
    )
    if result.promotes and judged_against != serves:
        why = (
            f"the champion changed from {_named(judged_against)} to {_named(serves)} "
            "while this one was judged"
        )
        return t.versions.add(replace(result.version, state="candidate", reason=because(job, why)))
    version = t.versions.add(result.version)
    if result.promotes:
        t.versions.promote(job.kept.id, version.number, moment(live_from), now, by=by, why=result.reason)
    return t.versions.get(job.kept.id, version.number)


def _named(number: int | None) -> str:
    return "none" if number is None else f"v{number}"
