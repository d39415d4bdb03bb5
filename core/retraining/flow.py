"""Flow: a retraining, from known rows to a judged version, and how it is kept in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

import numpy as np

from core.domain.clock import micros, moment
from core.domain.findings import Findings
from core.domain.home import Stores
from core.domain.learning import Snapshot
from core.domain.making import Making, used_seed
from core.domain.reports import Report
from core.domain.scripts import NOT_VOUCHED, noted, vouched
from core.domain.sources import Source
from core.domain.versions import Scores, Version
from core.retraining import adopting
from core.retraining.bench import Bench, Timed, told
from core.retraining.comparing import compare
from core.retraining.findings import findings_or_none
from core.retraining.gate import Verdict, decide, unjudged
from core.retraining.job import Job, Tools
from core.retraining.judging import Judged


@dataclass(frozen=True)
class Result:
    """A version that is not kept yet (`version` None: none was made, for `reason`)."""

    reason: str
    version: Version | None = None
    snapshot: Snapshot | None = None
    promotes: bool = False
    making: Making | None = None
    findings: Findings | None = None  # of the judged rows, if any judged it


@dataclass(frozen=True)
class _Judgement:
    """What the gate made of a challenger, and on which rows; `judged`: as `Version.judged` keeps it.

    All empty but the verdict where nothing was judged.
    """

    verdict: Verdict
    scores: Scores = field(default_factory=dict)
    champion: Scores = field(default_factory=dict)
    judged: Mapping[str, object] = field(default_factory=dict)


def retrain(job: Job, source: Source, tools: Tools, report: Report, now: datetime) -> Result:
    """Read, judge a challenger beside the champion on rows that neither has seen, refit if it passes, save
    its files.
    """
    model = job.kept.model
    if job.missing > 0 and job.adopted is None:
        return Result(
            f"The first version needs {model.initial} closed windows; {job.missing} "
            f"{'is' if job.missing == 1 else 'are'} still missing."
        )
    report.step("read")
    bench = Bench.of(job, source, tools)
    report.fact(f"{len(bench.rows):,} rows, {len(bench.learnable):,} with labels")
    if job.adopted is not None:
        return _adopted(bench, report, now)
    if not len(bench.learnable):
        return Result(f"No row with a label is known yet{', outside of leave_out' * bool(model.leave_out)}.")
    plan = bench.plan()
    if plan.reason and job.champion is not None:
        return Result(f"{_sentence(plan.reason)}.")
    if job.champion is not None and bench.stands_still():
        return Result(f"No labelled row has come since v{job.champion.number} learnt, to continue it by.")
    return (
        _judged(bench, plan, report, now) if len(plan.judged) else _unjudged(bench, plan.reason, report, now)
    )


def _adopted(bench: Bench, report: Report, now: datetime) -> Result:
    job, model = bench.job, bench.job.kept.model
    plan = adopting.plan(bench.learnable, job.champion, model.gate, model.judge_at_least)
    if plan.reason:
        return Result(f"{_sentence(plan.reason)}.")
    if len(plan.judged):
        return _judged(bench, plan, report, now)
    verdict = Verdict(True, "candidate", "", unjudged(model.metric, adopting.UNKNOWN))
    return _saved(bench, bench.fit_all(report), _Judgement(verdict), report, now)


def _unjudged(bench: Bench, why: str, report: Report, now: datetime) -> Result:
    report.step("train")
    last = bench.fit_all(report)
    model, why = bench.job.kept.model, why or "gate always: not judged"
    verdict = Verdict(model.gate != "hold", "candidate", why, unjudged(model.metric, why))
    return _saved(bench, last, _Judgement(verdict), report, now)


def _judged(bench: Bench, plan: Judged, report: Report, now: datetime) -> Result:
    model, champion = bench.job.kept.model, bench.job.champion
    judged = bench.learnable.take(plan.judged)
    report.step("train")
    rows, since = bench.learnable.take(plan.fit), int(judged.time[0])
    first = last = bench.fit(rows, plan.start, since, report)
    report.step("compare")
    beside = bench.beside_scratch(first.made, rows, since, judged, report)
    pair = bench.pair(first.made.fitted, judged)
    found = compare(model, pair, bench.job.as_of)
    verdict = decide(model.gate, model.metric, model.gate_rules, found)
    whose = "neither has" if champion else "it has not"
    report.fact(f"{len(judged):,} rows that {whose} seen: {verdict.reason}")
    about: dict[str, object] = {
        "rows": len(judged),
        "from": told(int(judged.time[0])),
        "to": told(int(judged.time[-1])),
        "known_to": told(micros(champion.train_to)) if champion else None,
    }
    if model.refit and bench.job.adopted is None and (verdict.passes or model.gate == "hold"):
        report.step("refit")
        last = bench.fit_all(report, (first.made, judged))
    else:
        before = 0 if plan.start is None else int(np.searchsorted(bench.learnable.time, plan.start, "left"))
        about["left_out"] = _ranges(plan.judged - before)  # positions in the snapshot that were not learnt
    last = replace(last, made=replace(last.made, lineage={**last.made.lineage, **beside}))
    result = _saved(bench, last, _Judgement(verdict, found.scores, found.champion or {}, about), report, now)
    return replace(result, findings=findings_or_none(bench.job.kept, pair, report))


def _saved(bench: Bench, last: Timed, judgement: _Judgement, report: Report, now: datetime) -> Result:
    job, kept, model = bench.job, bench.job.kept, bench.job.kept.model
    verdict, judged = judgement.verdict, judgement.judged
    snapshot, made = bench.freeze(last, report), bench.made()
    report.step("save")
    whole = made.code.get("sha256")
    probed = bench.probe(last)  # first: what cannot predict leaves no file
    artifact = bench.tools.artifacts.save(
        last.made.fitted, _file(job), whole if isinstance(whole, str) else None
    )
    making = bench.making(probed, artifact)
    version = Version(
        model_id=kept.id,
        number=0,
        state="candidate" if verdict.passes else verdict.state_if_not,
        created=now,
        run_id=job.run_id,
        trigger=job.trigger,
        train_from=moment(int(last.made.learnt.time[0])) if len(last.made.learnt) else None,
        train_to=moment(job.as_of),
        rows=len(last.made.learnt),
        scores=dict(judgement.scores),
        champion_scores=dict(judgement.champion),
        judged=judged,
        reason=because(job, vouched(verdict.reason, made.code, bool(judged))),
        parent=job.champion.number if job.champion else None,
        snapshot=snapshot.id,
        recipe=model.learner,
        parameters=dict(model.recipe_parameters),
        code=made.code,
        environment=made.environment,
        seed=used_seed(model),
        seconds=last.seconds,
        artifact=artifact.file,
        artifact_sha256=artifact.sha256,
        features=tuple(kept.features),
        experiment=model.experiment,
        strategy=model.strategy,
        lineage=last.made.lineage,
        verdict=noted(verdict.about, NOT_VOUCHED if judged and made.code.get("vouched") is False else ""),
    )
    if job.adopted is not None:
        version = adopting.as_adopted(version, job.adopted, bool(judged))
    return Result(version.reason, version, snapshot, verdict.passes, making)


def because(job: Job, reason: str) -> str:
    """A reason, after what started the retraining. A tie stays that one word, by which it is known."""
    return f"{job.why}; {reason}" if job.why and reason != "tie" else reason


def _file(job: Job) -> str:
    """By rows, windows of rows of one time may end at one moment."""
    name = f"{job.kept.id}-{job.run_id}-{job.as_of}"
    return name if job.stop is None else f"{name}-{job.stop}"


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
        return _added(t, result, replace(result.version, state="candidate", reason=because(job, why)))
    version = _added(t, result, result.version)
    if result.promotes:
        t.versions.promote(job.kept.id, version.number, moment(live_from), now, by=by, why=result.reason)
    return t.versions.get(job.kept.id, version.number)


def _added(t: Stores, result: Result, version: Version) -> Version:
    added = t.versions.add(_among_members(t, version))
    if result.making is not None:
        t.makings.add(added.model_id, added.number, result.making)
    if result.findings is not None:
        t.judgements.save(added.model_id, added.number, result.findings)
    return added


def _among_members(t: Stores, version: Version) -> Version:
    """An ensemble with the number that its own fit is about to get among its members."""
    if version.strategy != "ensemble":
        return version
    number = 1 + max((one.number for one in t.versions.all(version.model_id)), default=0)
    members = [number if one is None else one for one in cast(list[int | None], version.lineage["members"])]
    return replace(version, lineage={**version.lineage, "members": members})


def _named(number: int | None) -> str:
    return "none" if number is None else f"v{number}"
