"""Ranking: which columns of a window matter most: how far they drifted, how much the version needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.drift import ColumnDrift, WindowDrift

BY_NATURE = ("calendar", "counter", "identifier")
"""Why a column is left out: it moves on with time, whatever happens."""


@dataclass(frozen=True)
class Rank:
    """`drift`: the distance, in usual distances where these are known. `weight`: drift × importance, or else
    drift.
    """

    column: str
    drift: float
    weight: float


def ranked(window: WindowDrift, importance: Mapping[str, float] | None) -> list[Rank]:
    """The columns by drift × importance, then by drift; those that drift by nature are left out.

    `importance`: loss by column (core.domain.drift.Drifts); a gain counts as 0. None, or none above 0: by
    drift alone.
    """
    needed = {name: max(0.0, value) for name, value in (importance or {}).items()}
    known = any(needed.values())
    ranks = [
        Rank(name, drift, drift * needed.get(name, 0.0) if known else drift)
        for name, column in window.columns.items()
        if column.why not in BY_NATURE
        for drift in [drift_of(column)]
    ]
    return sorted(ranks, key=lambda rank: (-rank.weight, -rank.drift, rank.column))


def furthest(ranks: Sequence[Rank], window: WindowDrift) -> list[str]:
    """The columns that changed the most first, whatever the version needs; those that are judged before
    others, whose distance is in no usual ones.
    """
    judged = {name for name, column in window.columns.items() if column.verdict != "unknown"}
    return [rank.column for rank in sorted(ranks, key=lambda rank: (rank.column not in judged, -rank.drift))]


def drift_of(column: ColumnDrift) -> float:
    """The distance in usual distances, or itself where these are not known; 0 without one.

    At least 1 for a column with the verdict drift, which missing values alone can bring about.
    """
    distance = (column.distance or 0.0) / (column.usual or 1.0)
    return max(1.0, distance) if column.verdict == "drift" else distance


def left_out(window: WindowDrift) -> Mapping[str, str]:
    """Column -> why, of those that drift by nature."""
    return {name: column.why for name, column in window.columns.items() if column.why in BY_NATURE}
