"""Aftermath: which versions score which windows aside: the champion of before, for a while, and challengers.

Pure: promotions, shadows and windows are given.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from core.domain.clock import micros
from core.domain.shadows import Shadow
from core.domain.versions import Promotion, stints
from core.monitoring.grid import Slice

A_WHILE = 8
"""Windows of a new champion that the one before scores too. Few would leave a small difference unseen; later
on the one before is old, and what it loses tells of its age rather than of the promotion. Each costs a
scoring.
"""


@dataclass(frozen=True, order=True)
class Pair:
    """A version and the index of a window that it scores aside."""

    number: int
    index: int


@dataclass(frozen=True)
class Change:
    """One champion after another: `version` was live from `start` until `end` (None: now), `previous` before
    it. `rollback`: it went back.
    """

    version: int
    previous: int
    start: datetime
    end: datetime | None
    rollback: bool = False

    def holds(self, begin: int) -> bool:
        """Whether a window that begins then (microseconds) is the version's own."""
        return micros(self.start) <= begin and (self.end is None or begin < micros(self.end))


def changes(promotions: Sequence[Promotion]) -> list[Change]:
    """Oldest first; none for the first champion. `promotions`: of one model, by `live_from`, oldest first."""
    return [
        Change(one.number, before.number, one.start, one.end, one.rollback)
        for before, one in pairwise(stints(promotions))
        if before.number != one.number
    ]


def due(promotions: Sequence[Promotion], shadows: Sequence[Shadow], windows: Sequence[Slice]) -> list[Pair]:
    """Every pair among the windows given, be it scored already or not.

    `windows`: all that the champions served, by index; only closed ones with rows are scored aside. Whether
    labels came plays no part, so that late ones change no pair.
    """
    scored = sorted((one for one in windows if one.closed and one.rows), key=lambda one: one.start)
    return sorted({*_after_promotions(promotions, scored), *_in_shadow(promotions, shadows, scored)})


def _after_promotions(promotions: Sequence[Promotion], windows: Sequence[Slice]) -> Iterator[Pair]:
    begins = [window.start for window in windows]
    for change in changes(promotions):
        first = bisect_left(begins, micros(change.start))
        own = windows[first : first + A_WHILE]
        yield from (Pair(change.previous, window.index) for window in own if change.holds(window.start))


def _in_shadow(
    promotions: Sequence[Promotion], shadows: Sequence[Shadow], windows: Sequence[Slice]
) -> Iterator[Pair]:
    begins, lived = [window.start for window in windows], stints(promotions)
    starts = [micros(one.start) for one in lived]
    for shadow in shadows:
        first = bisect_left(begins, micros(shadow.since))
        stop = None if shadow.until is None else bisect_left(begins, micros(shadow.until))
        for window in windows[first:stop]:
            place = bisect_right(starts, window.start)
            if place and lived[place - 1].number != shadow.number:
                yield Pair(shadow.number, window.index)
