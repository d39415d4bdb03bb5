"""Asides, as a run puts them right: windows that the champion before, and challengers, score beside.

In monitorings and backfills, never in a retraining.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime

from core.domain.asides import Aside
from core.domain.clock import micros
from core.domain.home import Stores
from core.domain.models import Kept
from core.domain.sources import Source
from core.domain.versions import Promotion, Version
from core.domain.windows import Window
from core.domain.wording import count
from core.engine.workshop import Workshop
from core.monitoring.aftermath import Pair, changes, due
from core.monitoring.asides import Cast, put_right
from core.monitoring.buying import Points
from core.monitoring.grid import Slice
from core.monitoring.known import Known
from core.monitoring.scoring import Scorer
from core.retraining.fitting import keys


def scored(
    kept: Kept, source: Source, known: Known, shop: Workshop, only: set[int] | None = None
) -> tuple[list[Aside], str]:
    """Those that are due and not as stored, for the caller to keep, and in words what there was to say.

    `only`: of these windows.
    """
    with shop.home.reading() as stores:
        promotions, shadows = stores.versions.promotions(kept.id), stores.shadows.all(kept.id)
        pairs = due(promotions, shadows, known.windows)
        wanted = [pair for pair in pairs if only is None or pair.index in only]
        if not wanted:
            return [], ""
        aside, indices = {pair.number for pair in wanted}, {pair.index for pair in wanted}
        windows = [window for window in known.windows if window.index in indices]
        serving = _serving(promotions, windows)
        versions = {number: stores.versions.get(kept.id, number) for number in aside | {*serving.values()}}
        stored = {Pair(one.number, one.index): one for one in stores.asides.all(kept.id, aside)}

    def served(window: Slice) -> Version | None:
        number = serving.get(window.index)
        return None if number is None else versions[number]

    def scorer(number: int | None) -> Scorer:
        files = shop.predictions if number is None else shop.predictions.aside(number)
        return Scorer(files, keys, shop.predict)

    cast = Cast(versions, served, scorer)
    found = list(put_right(kept, source, known, wanted, cast, stored))
    said = [f"{count(len(found), 'window')} scored aside"] if found else []
    said += [f"v{number} could not score aside: {why}" for number, why in sorted(cast.failed.items())]
    return found, "; ".join(said)


def _serving(promotions: Sequence[Promotion], windows: Sequence[Slice]) -> Mapping[int, int]:
    """By a window's index, the version that serves it; without those that none does."""
    begins = [micros(one.live_from) for one in promotions]
    places = {window.index: bisect_right(begins, window.start) for window in windows}
    return {index: promotions[place - 1].number for index, place in places.items() if place}


def points_of(stores: Stores, kept: Kept, windows: Sequence[Window], as_of: datetime) -> Points:
    """What asides are added up from, as known at a moment of data time."""
    promotions = [one for one in stores.versions.promotions(kept.id) if one.live_from <= as_of]
    last = next(reversed(changes(promotions)), None)
    if last is None:
        return Points(kept.model, promotions, windows, ())
    gone = [last.previous] if stores.versions.get(kept.id, last.previous).let_go is not None else []
    return Points(kept.model, promotions, windows, stores.asides.all(kept.id, {last.previous}), gone)
