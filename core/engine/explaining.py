"""Explaining: what the champion leans on, computed once a version, in a worker and apart from its making.

A retraining has ended, and its version serves, before the shuffling of columns begins, which takes long.
"""

from collections.abc import Mapping

from core.domain.clock import micros
from core.domain.errors import RunFailed
from core.domain.home import Stores
from core.domain.models import Kept
from core.domain.reports import Report
from core.domain.runs import Run
from core.domain.versions import Version
from core.engine.workshop import Workshop

TRIGGER = "new version"
"""Of the monitoring that does it."""


def unexplained(stores: Stores, model_id: int) -> Version | None:
    """The champion, if its importances were not computed yet."""
    champion = stores.versions.champion(model_id)
    return champion if champion and not stores.drifts.explained(model_id, champion.number) else None


def explain(run: Run, kept: Kept, shop: Workshop, report: Report) -> None:
    """Compute and save the champion's importances, if they are not there; no fault of it fails the run.

    One that cannot be computed is saved as empty, so that it is not tried again. StaleClaim if the run was
    given up.
    """
    with shop.home.reading() as stores:
        champion = unexplained(stores, kept.id)
    if champion is None:
        return
    report.step("importance")
    try:
        found = _importance(kept, champion, shop)
        report.fact(f"v{champion.number}, {len(found)} columns")
    except Exception as error:
        found = {}
        report.fact(f"v{champion.number}: not computed, {error}")
    with shop.home.transaction() as t:
        t.runs.beat(run.id, run.token or "", shop.clock.now())
        t.drifts.save_importance(kept.id, champion.number, found)


def _importance(kept: Kept, version: Version, shop: Workshop) -> Mapping[str, float]:
    from core.retraining.importance import asked, importance

    if version.adopted:
        raise RunFailed("It was adopted:", "the rows that it learnt are not known.")
    with shop.home.reading() as stores:
        snapshot = stores.snapshots.get(kept.id, version.snapshot)
        parent = stores.versions.get(kept.id, version.parent) if version.parent is not None else None
    rows = asked(shop.snapshots.rows(snapshot), version.judged, micros(parent.train_to) if parent else None)
    fitted = shop.artifacts.load(version.saved)
    return importance(kept, fitted, rows, version.seed)
