"""Gate rules: how sure a gate has to be, and what else a challenger must not do."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class GateRules:
    """`confidence`: of the interval of the paired difference. `margin`: in units of the metric, by how much
    a challenger must be better (`better`), or may be worse (`not_worse`).

    `segments`: categorical features whose values are looked at one by one: never worse on one of them.
    `range`: [low, high] that a regression's predictions stay within.
    """

    confidence: float = 0.95
    margin: float = 0.0
    segments: tuple[str, ...] = ()
    range: tuple[float, float] | None = None

    def plain(self) -> dict[str, object]:
        """The keys that differ from their defaults."""
        said: dict[str, object] = {"confidence": self.confidence, "margin": self.margin}
        said |= {"segments": list(self.segments), "range": list(self.range) if self.range else None}
        usual = {"confidence": 0.95, "margin": 0.0, "segments": [], "range": None}
        return {key: value for key, value in said.items() if value != usual[key]}

    @classmethod
    def of(cls, plain: Mapping[str, object]) -> "GateRules":
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in plain.items()}
        return cls(**values)  # type: ignore[arg-type]
