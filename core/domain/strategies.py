"""Strategies: how a version continues, or joins, those before it; and which rows it learns by how much."""

from collections.abc import Mapping
from dataclasses import dataclass

STRATEGIES = ("scratch", "warm_start", "ensemble")
WEIGHTS = ("equal", "recent")


EPOCHS, TREES = 5, 20
"""How often a version that continues passes over its new rows; or how many trees it adds for them."""


@dataclass(frozen=True)
class Ensemble:
    """A version of the strategy `ensemble`: the newest `size` fits, this one among them.

    `weights`: "equal", or "recent": by their errors on the newest rows that they had not learnt.
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
    """Of the strategy `warm_start`: fitted from scratch every `full_every`-th time; None: where it must be.

    `epochs`: passes over the new rows (None: `EPOCHS`); `trees`: that boosting adds (None: `TREES`).
    """

    full_every: int | None = None
    epochs: int | None = None
    trees: int | None = None

    def plain(self) -> dict[str, object]:
        said = {"full_every": self.full_every, "epochs": self.epochs, "trees": self.trees}
        return {key: value for key, value in said.items() if value is not None}

    @classmethod
    def of(cls, plain: Mapping[str, object]) -> "Warm":
        return cls(**plain)  # type: ignore[arg-type]
