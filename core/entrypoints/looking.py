"""Looking: what is computed from a model's source when it is asked for, and stored nowhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from core.domain.clock import micros
from core.domain.drift import WindowDrift
from core.domain.models import Kept
from core.domain.windows import Window
from core.entrypoints.workshop import open_workshop, source_of
from core.monitoring.asof import present
from storage.database import Home


class Looked(NamedTuple):
    """Every window as it is known at a moment, its drift by index, and how many rows were left out for an
    unreadable time.
    """

    windows: Sequence[Window]
    drifts: Mapping[int, WindowDrift]
    left_out: int


def windows(home: Home, kept: Kept, as_of: datetime | None, now: datetime) -> Looked:
    """By default as known at present. Metrics come from the predictions that are kept, and drift from what is
    stored where it still stands; nothing is predicted here, and nothing kept.
    """
    from core.engine import drift
    from core.monitoring.flow import put_right
    from core.monitoring.known import know
    from core.monitoring.scoring import Scorer
    from core.retraining.fitting import keys

    shop, source = open_workshop(home), source_of(kept)
    when = micros(as_of) if as_of is not None else present(kept.model, source, micros(now))
    known = know(kept, source, when, shop.cuts(kept))
    scorer = Scorer(shop.predictions, keys, None)
    found = list(put_right(kept, source, known, shop.live_at(kept), scorer, {}))
    return Looked(found, drift.look(kept, source, known, shop), known.left_out)


def refuse_backfill(
    home: Home, kept: Kept, start: datetime | None, end: datetime | None, now: datetime
) -> None:
    """NotAllowed where versions that no backfill made are live in its data time; without any reads no row."""
    from core.backfilling.flow import Span, lived, refuse_if_lived
    from core.engine import watching
    from core.monitoring.known import know

    with home.reading() as stores:
        promotions = stores.versions.promotions(kept.id)
        versions = {version.number: version for version in stores.versions.all(kept.id)}
        backfilled = watching.backfills(stores, versions.values())
    if all(versions[promotion.number].run_id in backfilled for promotion in promotions):
        return
    source = source_of(kept)
    cuts = open_workshop(home).cuts(kept)
    known = know(kept, source, present(kept.model, source, micros(now)), cuts)
    span = Span(micros(start) if start else None, micros(end) if end else None)
    refuse_if_lived(lived(kept, known, span), promotions, versions, backfilled)
