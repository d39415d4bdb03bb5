"""Drift, as a run puts it right: each window against the training rows of the version of its day."""

from collections.abc import Callable, Mapping

import numpy as np

from core.domain.clock import micros, moment
from core.domain.drift import WindowDrift
from core.domain.errors import ArtifactFault
from core.domain.models import Kept
from core.domain.profiles import Reference
from core.domain.runs import Run
from core.domain.sources import Source
from core.domain.versions import Version
from core.engine.workshop import Workshop
from core.monitoring import drifting
from core.monitoring.grid import Slice
from core.monitoring.known import Known
from core.monitoring.referring import Terms, Training, refer
from core.monitoring.usual import budget


def put_right(
    run: Run, kept: Kept, source: Source, known: Known, shop: Workshop, only: set[int] | None = None
) -> int:
    """Measure and keep the drift of every window whose rows, labels or reference changed; how many had.

    Each part is kept in a transaction of its own, guarded by the run.
    """
    references, changed = References(kept, known, shop), 0
    with shop.home.reading() as stores:
        stored = {one.index: one for one in stores.drifts.all(kept.id)}
    at, of = references.number_at, references.reference
    for part in drifting.put_right(kept, source, known, at, of, stored, only):
        with shop.home.transaction() as t:
            t.runs.beat(run.id, run.token or "", shop.clock.now())
            t.drifts.save(kept.id, [one.drift for one in part])
            for number in {one.drift.reference for one in part}:
                mine = {one.drift.index: one.profile for one in part if one.drift.reference == number}
                t.profiles.save_windows(kept.id, number, mine)
        changed += len(part)
    return changed


def look(kept: Kept, source: Source, known: Known, shop: Workshop) -> Mapping[int, WindowDrift]:
    """The drift of every window as it is known at `known.as_of`; keeps nothing."""
    references = References(kept, known, shop, keeps=False)
    with shop.home.reading() as stores:
        stored = {one.index: one for one in stores.drifts.all(kept.id)}
    at, of = references.number_at, references.reference
    found = {
        window.index: stored[window.index] for window in known.windows if _right(window, stored, known, at)
    }
    for part in drifting.put_right(kept, source, known, at, of, found):
        found |= {one.drift.index: one.drift for one in part}
    return found


def _right(
    window: Slice, stored: Mapping[int, WindowDrift], known: Known, number_at: Callable[[Slice], int | None]
) -> bool:
    one = stored.get(window.index)
    return one is not None and one.digest == known.digest(window) and one.reference == number_at(window)


class References:
    """The training rows of a model's versions in counts, each made once and kept with the home.

    `keeps`: whether one that is made here may be kept; a look keeps nothing.
    """

    def __init__(self, kept: Kept, known: Known, shop: Workshop, keeps: bool = True):
        self._kept, self._known, self._shop, self._keeps = kept, known, shop, keeps
        self._found: dict[int, Reference | None] = {}
        with shop.home.reading() as stores:
            self._versions = {one.number: one for one in stores.versions.all(kept.id)}
            promotions = stores.versions.promotions(kept.id)
        lived = [(micros(one.live_from), one.number) for one in promotions]
        self._lived = sorted(one for one in lived if not self._versions[one[1]].adopted)

    def number_at(self, window: Slice) -> int | None:
        """The version that was live when a window began, else the first that ever was, once it is.

        For an adopted one, which learnt nobody knows what, the one before it, else the first after.
        """
        with self._shop.home.reading() as stores:
            version = stores.versions.live_at(self._kept.id, moment(window.start))
        if version is not None and not version.adopted:
            return version.number
        before = [number for since, number in self._lived if since <= window.start]
        first = [number for since, number in self._lived[:1] if since <= self._known.as_of]
        return next(iter(before[-1:] or first), None)

    def reference(self, number: int) -> Reference | None:
        """None where the rows that the version learnt are gone."""
        if number not in self._found:
            with self._shop.home.reading() as stores:
                found = stores.profiles.reference(self._kept.id, number)
            self._found = {number: found or self._made(self._versions[number])}
        return self._found[number]

    def _made(self, version: Version) -> Reference | None:
        with self._shop.home.reading() as stores:
            snapshot = stores.snapshots.get(self._kept.id, version.snapshot)
        training = Training(version.number, snapshot.rows, lambda: self._shop.snapshots.stream(snapshot))
        starts = np.array([window.start for window in self._known.windows if window.rows], np.int64)
        terms = Terms(
            drifting.columns(self._kept),
            lambda name, kind: drifting.counts_one_by_one(self._kept, name, kind),
            starts,
            self._kept.model.tz,
            budget(self._kept.model.window),
        )
        try:
            found = refer(training, terms)
        except ArtifactFault:
            return None
        if found is not None and self._keeps:
            with self._shop.home.transaction() as t:
                t.profiles.save_reference(self._kept.id, found)
        return found
