"""Aside: a window scored by a version that did not serve it, beside the one that did, on the same rows.

What asides add up to: what a promotion bought, and how a challenger does beside what serves.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.versions import Scores

Block = tuple[int, float]
"""Consecutive labelled rows of a window: how many, and the lead on them."""


@dataclass(frozen=True)
class Aside:
    """Version `number` on the `index`-th window, which `served` served (its predictions are production's own,
    where the source carries such).

    `metrics`, `served_metrics`: of both on the same `labelled` rows. `lead`: by how much the version aside is
    better by `metric`, in its units; None where that is not defined. `blocks`: the lead on parts of these
    rows, in time order, by the rows' shares of it (`core.domain.shares`). `digest`: of the rows and labels
    that this was computed from.
    """

    number: int
    index: int
    served: int
    labelled: int
    metric: str
    metrics: Scores
    served_metrics: Scores
    lead: float | None
    blocks: Sequence[Block]
    digest: str


@dataclass(frozen=True, kw_only=True)
class Beside:
    """How a challenger did in shadow, beside what served, on the same rows.

    `until`: when that ended, None until now. `windows`, `rows`: labelled ones that both scored.
    `difference`: by how much it is better, in units of the metric; `low`, `high`: its interval; None where
    the rows are too few. `answer`: "better", "worse", "tie", or "none" before the first labelled window.
    """

    version: int
    since: datetime
    until: datetime | None
    windows: int
    rows: int
    difference: float | None
    low: float | None
    high: float | None
    answer: str


@dataclass(frozen=True, kw_only=True)
class Bought(Beside):
    """What a promotion bought: a version beside what the `previous` one would have done since then.

    `rollback`: it went back itself.
    """

    previous: int
    proposes_rollback: bool = False
    rollback: bool = False


class Asides(Protocol):
    """The store of asides, as last put right."""

    def all(self, model_id: int, numbers: Collection[int] | None = None) -> list[Aside]:
        """By version and window; of some versions, or of all."""
        ...

    def save(self, model_id: int, asides: Sequence[Aside]) -> None:
        """Insert or replace by version and window."""
        ...
