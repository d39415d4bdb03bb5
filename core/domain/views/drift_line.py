"""A window's drift in brief, as a line of a chart or a health in words needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.drift import STRENGTHS


@dataclass(frozen=True)
class DriftCell:
    """One column of one window, as the map of a page shows it; fields as in core.domain.drift."""

    verdict: str
    strength: str | None = None
    distance: float | None = None


@dataclass(frozen=True)
class DriftLine:
    """The drift of a closed window, in brief.

    `reference`: the version that it is held against. `cells`: on the page of drift every column's, elsewhere
    those of the columns that drifted. `judged`: how many columns have a verdict.
    """

    index: int
    reference: int
    verdict: str
    cells: Mapping[str, DriftCell]
    judged: int
    start: datetime
    end: datetime
    rows: int

    @property
    def drifted(self) -> Sequence[str]:
        return [name for name, cell in self.cells.items() if cell.verdict == "drift"]

    @property
    def strength(self) -> str | None:
        """The strongest of its columns."""
        strengths = [cell.strength for cell in self.cells.values() if cell.strength in STRENGTHS]
        return max(strengths, key=lambda one: STRENGTHS.index(one or ""), default=None)
