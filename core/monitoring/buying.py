"""Buying: what asides add up to: what each promotion bought, and how each challenger does. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.asides import Aside, Beside, Bought
from core.domain.clock import micros
from core.domain.models import Model
from core.domain.shadows import Shadow
from core.domain.versions import Promotion
from core.domain.windows import Window
from core.monitoring.aftermath import A_WHILE, Change, Pair, changes
from core.monitoring.differing import half_width
from core.monitoring.health import is_labelled


@dataclass(frozen=True)
class Points:
    """What is added up: windows, asides and promotions (by `live_from`) as known at one moment, and the
    versions that are not kept any more (`gone`).
    """

    model: Model
    promotions: Sequence[Promotion]
    windows: Sequence[Window]
    asides: Sequence[Aside]
    gone: Collection[int] = ()

    def of(self, number: int) -> Iterator[tuple[Window, Aside]]:
        """The windows that a version scored aside, beside whoever served them, by index."""
        mine = {aside.index: aside for aside in self.asides if aside.number == number}
        for window in self.windows:
            aside = mine.get(window.index)
            if aside is not None and aside.served == window.version:
                yield window, aside

    def tells(self, window: Window, aside: Aside) -> bool:
        """Whether it is labelled, and scored by no more labels than were known by then."""
        known = 0 < aside.labelled <= window.labelled and aside.lead is not None
        return known and is_labelled(window) and aside.metric == self.model.metric


def bought(points: Points) -> list[Bought]:
    """Of each promotion that changed the champion, oldest first."""
    return [_bought(points, change) for change in changes(points.promotions)]


def present(points: Points) -> Bought | None:
    """Of the promotion of whoever serves now; None where it is the first."""
    last = next(reversed(changes(points.promotions)), None)
    return _bought(points, last) if last is not None and last.end is None else None


def beside(points: Points, shadows: Sequence[Shadow]) -> Mapping[int, Beside]:
    """By version, of its last shadow."""
    return {shadow.number: _of_shadow(points, shadow) for shadow in shadows}


def scoring_on(
    promotions: Sequence[Promotion], asides: Collection[Pair], starts: Mapping[int, datetime]
) -> set[int]:
    """The champion before the present one, while it has windows of the present one still to score.

    `asides`: those that are there. `starts`: of the windows, by index.
    """
    last = next(reversed(changes(promotions)), None)
    if last is None or last.end is not None:
        return set()
    there = [
        pair
        for pair in asides
        if pair.number == last.previous and pair.index in starts and last.holds(micros(starts[pair.index]))
    ]
    return {last.previous} if len(there) < A_WHILE else set()


@dataclass(frozen=True)
class _Sum:
    """Over some windows, the lead of the version aside, weighed by rows; `half`: of its interval."""

    windows: int
    rows: int
    lead: float | None
    half: float | None
    beyond: bool = False
    """Whether it is beyond chance though it was looked at after each of the windows."""

    @property
    def turned(self) -> "_Sum":
        """The lead of whoever served."""
        return self if self.lead is None else replace(self, lead=-self.lead)

    @property
    def low(self) -> float | None:
        return None if self.lead is None or self.half is None else self.lead - self.half

    @property
    def high(self) -> float | None:
        return None if self.lead is None or self.half is None else self.lead + self.half

    @property
    def answer(self) -> str:
        if self.lead is None:
            return "none"
        if self.half is None or abs(self.lead) <= self.half:
            return "tie"
        return "better" if self.lead > 0 else "worse"


def _sum(points: Points, pairs: Sequence[tuple[Window, Aside]]) -> _Sum:
    confidence = points.model.gate_rules.confidence
    asides = [aside for window, aside in pairs if points.tells(window, aside)]
    rows = sum(aside.labelled for aside in asides)
    if not rows:
        return _Sum(0, 0, None, None)
    lead = sum(aside.labelled * (aside.lead or 0.0) for aside in asides) / rows
    blocks = [block for aside in asides for block in aside.blocks]
    sizes, leads = [size for size, _ in blocks], [ahead for _, ahead in blocks]
    half = half_width(sizes, leads, confidence)
    strict = half_width(sizes, leads, 1 - (1 - confidence) / A_WHILE)
    return _Sum(len(asides), rows, lead, half, strict is not None and abs(lead) > strict)


def _bought(points: Points, change: Change) -> Bought:
    pairs = [
        (window, aside)
        for window, aside in points.of(change.previous)
        if window.version == change.version and change.holds(micros(window.start))
    ]
    found = _sum(points, pairs[:A_WHILE]).turned
    return Bought(
        version=change.version,
        previous=change.previous,
        since=change.start,
        until=change.end,
        windows=found.windows,
        rows=found.rows,
        difference=found.lead,
        low=found.low,
        high=found.high,
        answer=found.answer,
        proposes_rollback=found.answer == "worse"
        and found.beyond
        and change.end is None
        and change.previous not in points.gone,
        rollback=change.rollback,
    )


def _of_shadow(points: Points, shadow: Shadow) -> Beside:
    pairs = [
        (window, aside)
        for window, aside in points.of(shadow.number)
        if shadow.since <= window.start and (shadow.until is None or window.start < shadow.until)
    ]
    found = _sum(points, pairs)
    return Beside(
        version=shadow.number,
        since=shadow.since,
        until=shadow.until,
        windows=found.windows,
        rows=found.rows,
        difference=found.lead,
        low=found.low,
        high=found.high,
        answer=found.answer,
    )
