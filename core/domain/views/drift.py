"""The page of drift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.domain.drift import WindowDrift
from core.domain.views.drift_line import DriftLine
from core.domain.views.standing import Standing

if TYPE_CHECKING:
    from core.domain.profiles import Profile, Reference


@dataclass(frozen=True)
class DriftPage:
    """`windows`: the last closed ones that have drift, oldest first; `last`: the newest of them, in full.

    `importance`: column -> loss (core.domain.drift.Drifts), of the version `important_to`; None until it is
    computed. `closed`: closed windows with rows. `profiles`: of the training rows and of the last window;
    None where one is not kept.
    """

    standing: Standing
    windows: Sequence[DriftLine]
    last: WindowDrift | None
    importance: Mapping[str, float] | None
    important_to: int | None
    closed: int
    profiles: "tuple[Reference, Profile] | None"

    def missing_before(self, column: str) -> float | None:
        """The share of the training rows without a value; None where their profile is not kept."""
        profile = self.profiles[0].profile.get(column) if self.profiles else None
        return profile.missing / profile.rows if profile is not None and profile.rows else None

    def fresh(self, column: str) -> Mapping[str, int]:
        """The last window's new categories, as far as their names are kept."""
        profile = self.profiles[1].get(column) if self.profiles else None
        return profile.fresh if profile is not None else {}
