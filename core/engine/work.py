"""Work: what each kind of run does, from its claim to its end."""

from collections.abc import Callable, Mapping

from core.backfilling.flow import Span, backfill, lived, refuse_if_lived
from core.domain.changes import changed_words
from core.domain.clock import micros, moment
from core.domain.errors import BadInput
from core.domain.making import read_alike
from core.domain.models import Kept
from core.domain.reports import Report
from core.domain.runs import Run
from core.domain.sources import Source
from core.domain.versions import Version
from core.engine import adopting, asides, drift, explaining, watching
from core.engine.lives import BackfilledLife
from core.engine.reproducing import reproduce
from core.engine.workshop import Workshop
from core.monitoring import flow as monitoring
from core.monitoring.asof import present
from core.monitoring.grid import median_rows
from core.monitoring.known import Known, know
from core.monitoring.rhythm import after
from core.monitoring.scoring import Scorer
from core.retraining import flow as retraining
from core.retraining.adopting import Adopted
from core.retraining.fitting import keys
from core.retraining.job import Job


def work(run: Run, shop: Workshop, report: Report) -> None:
    """Do a claimed run's work and end it; StaleClaim if it was given up meanwhile, other errors if it
    fails.
    """
    KINDS[run.kind](run, shop, report)


def put_right(run: Run, kept: Kept, source: Source, shop: Workshop, report: Report) -> tuple[Known, str]:
    """Score the windows that closed, and put right those whose rows or labels came.

    What is known, and in words what a trigger made of it ("" for nothing).
    """
    report.step("windows")
    stamp, as_of = source.stamp(), _as_of(run, kept, source, shop)
    known = know(kept, source, as_of, shop.cuts(kept))
    if _is_past(run, kept, source, shop):
        # what was known then is no news, and must not stand for the present
        report.fact(f"{len(known.windows)} windows as known then; nothing is kept" + _left_out(known))
        return known, "as known then: the windows that pages show stay those of the present"
    stored = shop.stored(kept)
    scorer = Scorer(shop.predictions, keys, shop.predict)
    found = list(monitoring.put_right(kept, source, known, shop.live_at(kept), scorer, stored))
    changed = monitoring.changed(found, stored)
    facts = f"{len(found)} windows, {len(changed)} changed" + _left_out(known)
    if run.kind == "monitor":  # a retraining goes by no drift; a backfill measures it at its end
        facts += f"; drift of {drift.put_right(run, kept, source, known, shop)} windows"
    beside, told = asides.scored(kept, source, known, shop) if run.kind == "monitor" else ([], "")
    with shop.home.transaction() as t:
        t.runs.beat(run.id, run.token or "", shop.clock.now())
        t.windows.save(kept.id, changed)
        t.asides.save(kept.id, beside)
        if run.kind != "retrain":  # drift and triggers have not looked yet
            t.models.saw(kept.id, stamp, moment(as_of))
        t.windows.cut(kept.id, known.cut, known.full())
        t.models.keep_rhythm(kept.id, after(t.models.rhythm(kept.id), kept.model, known, shop.now()))
        said = watching.put_right(t, run, kept, known, found, shop.clock.now())
    report.fact("; ".join(words for words in (facts, told, said) if words))
    return known, said


def _as_of(run: Run, kept: Kept, source: Source, shop: Workshop) -> int:
    """What a monitoring was asked for, else the present."""
    if run.kind == "monitor" and run.as_of is not None:
        return micros(run.as_of)
    return present(kept.model, source, shop.now())


def _is_past(run: Run, kept: Kept, source: Source, shop: Workshop) -> bool:
    """Whether a monitoring was asked for a moment before the present one."""
    asked = run.kind == "monitor" and run.as_of is not None
    return asked and _as_of(run, kept, source, shop) < present(kept.model, source, shop.now())


def _monitor(run: Run, shop: Workshop, report: Report) -> None:
    kept = shop.kept(run)
    known, said = put_right(run, kept, shop.open_source(kept), shop, report)
    if run.trigger == explaining.TRIGGER:
        explaining.explain(run, kept, shop, report)
    with shop.home.transaction() as t:
        words = f"{len(known.windows)} windows are up to date" + (f"; {said}" if said else "")
        t.runs.end(run.id, run.token, "succeeded", shop.clock.now(), reason=words)


def _retrain(run: Run, shop: Workshop, report: Report) -> None:
    kept = shop.kept(run)
    source = shop.open_source(kept)
    known, _ = put_right(run, kept, source, shop, report)
    if run.as_of is not None:
        known = know(kept, source, micros(run.as_of), shop.cuts(kept))
    with shop.home.reading() as stores:
        champion = stores.versions.champion(kept.id)
    missing = kept.model.initial - sum(window.closed for window in known.windows) if champion is None else 0
    job = Job(
        kept,
        known.as_of,
        champion,
        run.trigger,
        run.id,
        missing,
        median_rows(known.windows),
        why=str(run.options.get("why", "")),
        adopted=_adopted(run, kept, source, known, shop, report),
    )
    result = retraining.retrain(job, source, shop.tools(run), report, shop.clock.now())
    if words := _changed_source(kept, champion, result, shop):
        report.fact(words)
    with shop.home.transaction() as t:
        now = shop.clock.now()
        t.runs.beat(run.id, run.token or "", now)
        version = retraining.keep(t, job, result, known.as_of, now, by="gate")
        t.runs.end(
            run.id,
            run.token,
            "succeeded",
            now,
            version=version.number if version else None,
            reason=version.reason if version else retraining.because(job, result.reason),
        )
        watching.retrained(t, run, version)


def _changed_source(kept: Kept, champion: Version | None, result: retraining.Result, shop: Workshop) -> str:
    """That rows which the champion learnt are not any more as it learnt them; "" if they are."""
    if champion is None or result.snapshot is None:
        return ""
    with shop.home.reading() as stores:
        if not read_alike(stores.makings.get(kept.id, champion.number), result.making):
            return ""
        learnt = stores.snapshots.get(kept.id, champion.snapshot)
    return changed_words(learnt, result.snapshot, champion.number)


def _adopted(
    run: Run, kept: Kept, source: Source, known: Known, shop: Workshop, report: Report
) -> Adopted | None:
    if not adopting.asked(run):
        return None
    report.step("load")
    return adopting.adopted(run, kept, source, known, shop)


def _backfill(run: Run, shop: Workshop, report: Report) -> None:
    kept = shop.kept(run)
    source = shop.open_source(kept)
    known, _ = put_right(run, kept, source, shop, report)
    span, every = _asked(run.options)
    with shop.home.reading() as stores:
        versions = {version.number: version for version in stores.versions.all(kept.id)}
        mine = watching.backfills(stores, versions.values())
        refuse_if_lived(lived(kept, known, span), stores.versions.promotions(kept.id), versions, mine)
    life = BackfilledLife(run, kept, source, known, shop, report)
    words = backfill(kept, known, run.id, every, span, life, report)
    report.step("drift")
    report.fact(f"drift of {drift.put_right(run, kept, source, known, shop)} windows")
    explaining.explain(run, kept, shop, report)
    with shop.home.transaction() as t:
        newest = t.versions.all(kept.id)
        watching.settle_stored(t, kept, known, shop.clock.now())
        t.runs.end(
            run.id,
            run.token,
            "succeeded",
            shop.clock.now(),
            version=newest[-1].number if newest else None,
            reason=words,
        )


def _asked(options: Mapping[str, object]) -> tuple[Span, int]:
    start, end, every = (options.get(name) for name in ("from", "to", "every"))
    return Span(
        start if isinstance(start, int) else None, end if isinstance(end, int) else None
    ), every if isinstance(every, int) else 1


def _not_yet(run: Run, shop: Workshop, report: Report) -> None:  # noqa: ARG001
    raise BadInput(f"{run.kind} is not built yet.", "Wait for a later Evermodel.")


def _left_out(known: Known) -> str:
    return f"; {known.left_out} rows left out, their time cannot be read" if known.left_out else ""


KINDS: Mapping[str, Callable[[Run, Workshop, Report], None]] = {
    "retrain": _retrain,
    "monitor": _monitor,
    "backfill": _backfill,
    "advise": _not_yet,
    "reproduce": reproduce,
}
