"""Findings: what the judged rows say in detail of a challenger, and of the champion beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from core.domain.clock import iso

CHALLENGER, CHAMPION = "challenger", "champion"


@dataclass(frozen=True)
class Segment:
    """The decisive metric of both on the judged rows with one value of a categorical feature.

    `value` None: rows without one. `challenger`, `champion`: None where it is not defined.
    """

    column: str
    value: str | None
    rows: int
    challenger: float | None
    champion: float | None = None


@dataclass(frozen=True)
class Curve:
    """How often a class came where a version said so: k bins of equal mass, by what it said.

    `of`: CHALLENGER or CHAMPION. `said`, `came`: (k,) mean of what it said, and share that came, 0 to 1.
    """

    of: str
    label: str
    said: Sequence[float]
    came: Sequence[float]


@dataclass(frozen=True)
class Apart:
    """A judged row on which both differ; numbers, text, truth values or None.

    `apart`: regression: |challenger - champion|; classes: the largest difference of a class's score, 0 to 1.
    `scores`: binary: what both gave the positive class, challenger first; else empty.
    """

    time: datetime
    features: Mapping[str, object]
    truth: object
    challenger: object
    champion: object
    apart: float
    scores: Sequence[float] = ()


@dataclass(frozen=True)
class Errors:
    """Counts of prediction - truth on k bins; what lies beyond `edges` (k + 1,) counts in the outer ones."""

    edges: Sequence[float]
    challenger: Sequence[int]
    champion: Sequence[int] = ()


@dataclass(frozen=True)
class Findings:
    """`metric`: of the segments. `rows`: judged rows. `apart`: those that differ most, the largest first."""

    metric: str
    rows: int
    segments: Sequence[Segment] = field(default=())
    curves: Sequence[Curve] = field(default=())
    apart: Sequence[Apart] = field(default=())
    errors: Errors | None = None

    def plain(self) -> dict[str, object]:
        """As JSON holds it; every number in it is finite."""
        values = asdict(self)
        values["apart"] = [{**row, "time": iso(row["time"])} for row in values["apart"]]
        return values

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Findings":
        return cls(
            plain["metric"],
            plain["rows"],
            [Segment(**one) for one in plain["segments"]],
            [Curve(**one) for one in plain["curves"]],
            [Apart(**{**one, "time": datetime.fromisoformat(one["time"])}) for one in plain["apart"]],
            Errors(**plain["errors"]) if plain["errors"] else None,
        )


class Judgements(Protocol):
    """The store of findings, one of each version that was judged."""

    def save(self, model_id: int, number: int, findings: Findings) -> None: ...

    def get(self, model_id: int, number: int) -> Findings | None:
        """None where nothing judged it."""
        ...
