"""Looking: what is computed from a model's source when it is asked for, and stored nowhere."""

from datetime import datetime

from core.domain.clock import micros
from core.domain.models import Kept
from core.domain.windows import Window
from core.entrypoints.workshop import open_workshop, source_of
from core.monitoring.asof import present
from storage.database import Home


def windows(home: Home, kept: Kept, as_of: datetime | None, now: datetime) -> tuple[list[Window], int]:
    """(Every window as it is known at `as_of`, by default at present; rows left out for an unreadable time).

    Metrics come from the predictions that are kept: nothing is predicted here.
    """
    from core.monitoring.flow import put_right
    from core.monitoring.known import know
    from core.monitoring.scoring import Scorer
    from core.retraining.fitting import keys

    shop, source = open_workshop(home), source_of(kept)
    when = micros(as_of) if as_of is not None else present(kept.model, source, micros(now))
    known = know(kept, source, when)
    scorer = Scorer(shop.predictions, keys, None)
    return list(put_right(kept, source, known, shop.live_at(kept), scorer, {})), known.left_out


def refuse_backfill(
    home: Home, kept: Kept, start: datetime | None, end: datetime | None, now: datetime
) -> None:
    """NotAllowed where versions that no backfill made are live in its data time; without any reads no row."""
    from core.backfilling.flow import Span, lived, refuse_if_lived
    from core.monitoring.known import know

    with home.reading() as stores:
        promotions = stores.versions.promotions(kept.id)
        versions = {version.number: version for version in stores.versions.all(kept.id)}
    if all(versions[promotion.number].trigger == "backfill" for promotion in promotions):
        return
    source = source_of(kept)
    known = know(kept, source, present(kept.model, source, micros(now)))
    span = Span(micros(start) if start else None, micros(end) if end else None)
    refuse_if_lived(lived(kept, known, span), promotions, versions)
