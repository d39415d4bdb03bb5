"""Profiles: a window's values in counts, on the scales that the reference's values set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

REFERENCE = -1
"""The index under which a version's own training rows are kept among the profiles of its windows."""
NAMES = 50
"""The most new categories that a profile names: the first in order, so that profiles add up exactly."""


@dataclass(frozen=True)
class Scale:
    """Where the values of one column are counted: `edges` for numbers, else `labels` for categories.

    `edges`: (k,) float64, ascending and distinct; an edge belongs to the bin below it. `labels`: the most
    frequent categories of the reference, at most 200. `others`: its further ones, as far as they are kept;
    `many`: there are more of them, so that a value which is not among them may still not be new.
    """

    edges: np.ndarray | None = None
    labels: tuple[str, ...] = ()
    others: frozenset[str] = frozenset()
    many: bool = False

    @property
    def bins(self) -> int:
        """Numbers: -inf, up to each edge, above the last, +inf. Categories: each label, other, new."""
        return len(self.labels) + 2 if self.edges is None else len(self.edges) + 3


@dataclass(frozen=True)
class ColumnProfile:
    """One column of some rows. Profiles on one scale add up, in any order.

    `counts`: (bins,) int64 of `Scale.bins`. `missing`: null and NaN. `low`, `high`: of the finite numbers,
    inf and -inf where there are none; `total`, `squares`: their sum and that of their squares. `fresh`: new
    categories -> how often each came; of more than `NAMES`, the first of them in order.
    """

    counts: np.ndarray
    missing: int = 0
    low: float = np.inf
    high: float = -np.inf
    total: float = 0.0
    squares: float = 0.0
    fresh: Mapping[str, int] = field(default_factory=dict)

    @property
    def values(self) -> int:
        """How many rows have a value."""
        return int(self.counts.sum())

    @property
    def rows(self) -> int:
        return self.values + self.missing

    def __add__(self, other: "ColumnProfile") -> "ColumnProfile":
        return ColumnProfile(
            self.counts + other.counts,
            self.missing + other.missing,
            min(self.low, other.low),
            max(self.high, other.high),
            self.total + other.total,
            self.squares + other.squares,
            _together(self.fresh, other.fresh),
        )


def first_names(counts: Mapping[str, int]) -> Mapping[str, int]:
    """The first `NAMES` in order: one that is among them of the whole is among them of each part it is in,
    so its count is exact in whatever order parts are added.
    """
    return counts if len(counts) <= NAMES else {name: counts[name] for name in sorted(counts)[:NAMES]}


def _together(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    if not one or not other:
        return one or other
    return first_names({**one, **{name: one.get(name, 0) + count for name, count in other.items()}})


Profile = Mapping[str, ColumnProfile]
"""The columns of some rows by name."""


@dataclass(frozen=True)
class Usual:
    """How far the furthest of the reference's own blocks of window length is from the rest of it, in one
    column, and how many rows they have.
    """

    furthest: float
    rows: float


@dataclass(frozen=True)
class Reference:
    """The rows that version `number` was trained on.

    `usual` by column; empty where there are too few blocks. `alarms`: the share of windows in which one
    column may be called drift without one. `left_out`: columns that drift by nature -> "calendar", "counter"
    or "identifier".
    """

    number: int
    scales: Mapping[str, Scale]
    profile: Profile
    blocks: int
    alarms: float
    usual: Mapping[str, Usual] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


class Profiles(Protocol):
    """The store of profiles: one a window and reference, and one of each reference itself."""

    def reference(self, model_id: int, number: int) -> Reference | None: ...

    def save_reference(self, model_id: int, reference: Reference) -> None: ...

    def window(self, model_id: int, number: int, index: int) -> Profile | None:
        """The window's values on the scales of version `number`'s reference."""
        ...

    def save_windows(self, model_id: int, number: int, profiles: Mapping[int, Profile]) -> None:
        """Insert or replace by index."""
        ...

    def drop_from(self, model_id: int, index: int) -> None:
        """Forget the windows from an index on; references stay."""
        ...
