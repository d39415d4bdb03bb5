"""Work: what each kind of run does, from its claim to its end."""

from collections.abc import Callable, Mapping

from core.backfilling.flow import Span, backfill, lived, refuse_if_lived
from core.domain.clock import micros, moment
from core.domain.errors import BadInput
from core.domain.models import Kept
from core.domain.reports import Report
from core.domain.runs import Run
from core.domain.sources import Source
from core.engine.lives import BackfilledLife
from core.engine.workshop import Workshop
from core.monitoring import flow as monitoring
from core.monitoring.asof import present
from core.monitoring.grid import median_rows
from core.monitoring.known import Known, know
from core.monitoring.scoring import Scorer
from core.retraining import flow as retraining
from core.retraining.fitting import keys


def work(run: Run, shop: Workshop, report: Report) -> None:
    """Do a claimed run's work and end it; StaleClaim if it was given up meanwhile, other errors if it
    fails.
    """
    KINDS[run.kind](run, shop, report)


def put_right(run: Run, kept: Kept, source: Source, shop: Workshop, report: Report) -> Known:
    """Score the windows that closed, and put right those whose rows or labels came."""
    report.step("windows")
    stamp, as_of = source.stamp(), _as_of(run, kept, source, shop)
    known = know(kept, source, as_of)
    stored = shop.stored(kept)
    scorer = Scorer(shop.predictions, keys, shop.predict)
    found = list(monitoring.put_right(kept, source, known, shop.live_at(kept), scorer, stored))
    changed = monitoring.changed(found, stored)
    report.fact(f"{len(found)} windows, {len(changed)} changed" + _left_out(known))
    with shop.home.transaction() as t:
        t.runs.beat(run.id, run.token or "", shop.clock.now())
        t.windows.save(kept.id, changed)
        t.models.saw(kept.id, stamp, moment(as_of))
    return known


def _as_of(run: Run, kept: Kept, source: Source, shop: Workshop) -> int:
    """What a monitoring was asked for, else the present."""
    if run.kind == "monitor" and run.as_of is not None:
        return micros(run.as_of)
    return present(kept.model, source, shop.now())


def _monitor(run: Run, shop: Workshop, report: Report) -> None:
    kept = shop.kept(run)
    known = put_right(run, kept, shop.open_source(kept), shop, report)
    with shop.home.transaction() as t:
        t.runs.end(
            run.id, run.token, "succeeded", shop.clock.now(), reason=f"{len(known.windows)} windows are right"
        )


def _retrain(run: Run, shop: Workshop, report: Report) -> None:
    kept = shop.kept(run)
    source = shop.open_source(kept)
    known = put_right(run, kept, source, shop, report)
    if run.as_of is not None:
        known = know(kept, source, micros(run.as_of))
    with shop.home.reading() as stores:
        champion = stores.versions.champion(kept.id)
    missing = kept.model.initial - sum(window.closed for window in known.windows) if champion is None else 0
    job = retraining.Job(
        kept, known.as_of, champion, run.trigger, run.id, missing, median_rows(known.windows)
    )
    tools = retraining.Tools(shop.artifacts, shop.snapshots, shop.timer)
    result = retraining.retrain(job, source, tools, report, shop.clock.now())
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
            reason=version.reason if version else result.reason,
        )


def _backfill(run: Run, shop: Workshop, report: Report) -> None:
    kept = shop.kept(run)
    source = shop.open_source(kept)
    known = put_right(run, kept, source, shop, report)
    span, every = _asked(run.options)
    with shop.home.reading() as stores:
        versions = {version.number: version for version in stores.versions.all(kept.id)}
        refuse_if_lived(lived(kept, known, span), stores.versions.promotions(kept.id), versions)
    life = BackfilledLife(run, kept, source, known, shop, report)
    words = backfill(kept, known, run.id, every, span, life, report)
    with shop.home.transaction() as t:
        newest = t.versions.all(kept.id)
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
    "reproduce": _not_yet,
}
