"""Strategies: how a version continues, or joins, those before it; and which rows it learns by how much."""

from collections.abc import Mapping
from dataclasses import dataclass

STRATEGIES = ("scratch", "warm_start", "ensemble")
WEIGHTS = ("equal", "recent")


@dataclass(frozen=True)
class Ensemble:
    """A version of the strategy `ensemble`: the newest `size` fits, this one among them.

    `weights`: "equal", or "recent": by their scores on the newest judged rows.
    """

    size: int = 5
    weights: str = "equal"

    def plain(self) -> dict[str, object]:
        return {"size": self.size, "weights": self.weights}

    @classmethod
    def of(cls, plain: Mapping[str, object]) -> "Ensemble":
        return cls(**plain)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Warm:
    """Of the strategy `warm_start`: fitted from scratch every `full_every`-th time; None: the first only."""

    full_every: int | None = None

    def plain(self) -> dict[str, object]:
        return {} if self.full_every is None else {"full_every": self.full_every}

    @classmethod
    def of(cls, plain: Mapping[str, object]) -> "Warm":
        return cls(**plain)  # type: ignore[arg-type]
