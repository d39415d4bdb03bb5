"""Drift: how far the rows of a window are from those that the champion was trained on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

STRENGTHS = ("unusual", "strong", "very strong")

Distances = Mapping[str, float | None]
"""ks, js, psi, wasserstein for numbers; total_variation, js, psi for categories (contract, *windows*)."""


@dataclass(frozen=True)
class ColumnDrift:
    """One column of one window against the reference.

    `distance`: KS for numbers, total variation for categories; None where one side has no value. `strength`:
    one of STRENGTHS when the verdict is drift. `missing`, `new`: shares (0..1) of rows without a value, and
    of values in categories that the reference does not have. `usual`: the distance that the reference's own
    blocks stay under, None where there are too few. `why`: in a few words, where the verdict is unknown.
    """

    distance: float | None
    distances: Distances
    verdict: str
    strength: str | None = None
    missing: float = 0.0
    new: float = 0.0
    usual: float | None = None
    why: str = ""


@dataclass(frozen=True)
class WindowDrift:
    """A window's columns by name, and the verdict over all of them.

    `reference`: the number of the version whose training rows it is held against. `digest`: of the rows, so
    that a window whose rows did not change is not profiled again.
    """

    index: int
    reference: int
    verdict: str
    columns: Mapping[str, ColumnDrift] = field(default_factory=dict)
    digest: str = ""

    @property
    def drifted(self) -> Sequence[str]:
        """The columns with the verdict drift."""
        return [name for name, column in self.columns.items() if column.verdict == "drift"]


@dataclass(frozen=True)
class Spread:
    """A column's values in counts, for a chart: reference and window on the same bins.

    Numbers: `edges` (k + 1,) ascending and k shares on each side. Categories: `labels` (k,) and k shares.
    """

    reference: Sequence[float]
    window: Sequence[float]
    edges: Sequence[float] = ()
    labels: Sequence[str] = ()


class Drifts(Protocol):
    """The store of drift, as last put right; pages read these."""

    def all(self, model_id: int) -> list[WindowDrift]:
        """By index."""
        ...

    def save(self, model_id: int, drifts: Sequence[WindowDrift]) -> None:
        """Insert or replace by index."""
        ...

    def drop_from(self, model_id: int, index: int) -> None: ...

    def importance(self, model_id: int, version: int) -> Mapping[str, float]:
        """Column -> loss of the decisive metric when its values are shuffled; empty until computed."""
        ...

    def explained(self, model_id: int, version: int) -> bool:
        """Whether its importances were saved, be it that none could be computed."""
        ...

    def save_importance(self, model_id: int, version: int, importance: Mapping[str, float]) -> None: ...
