"""Rhythm: when a model's rows and labels came, from which it is told when some do not come as expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Share:
    """A closed window of which fewer labels have come than had of the earlier ones at its age.

    `start`, `end`: microseconds. `share`, `usual`: 0..1; `usual` is the median of the earlier windows.
    """

    start: int
    end: int
    share: float
    usual: float


@dataclass(frozen=True)
class Rhythm:
    """All moments in microseconds.

    `newest`: the newest row's time; None before the first look. `gap`: the longest time between two rows that
    follow each other. `rows_came`: when (by the wall clock) looks found newer rows, oldest first, and
    `behind` how old the newest row before was at each. `labels`: how many labels were known;
    `labels_came`: when looks found more. `late`: the window whose labels are late, as the last look found it.
    """

    newest: int | None = None
    gap: int = 0
    rows_came: tuple[int, ...] = ()
    behind: tuple[int, ...] = ()
    labels: int = 0
    labels_came: tuple[int, ...] = ()
    late: Share | None = None

    def plain(self) -> dict[str, object]:
        late = self.late
        return {
            "newest": self.newest,
            "gap": self.gap,
            "rows_came": list(self.rows_came),
            "behind": list(self.behind),
            "labels": self.labels,
            "labels_came": list(self.labels_came),
            "late": [late.start, late.end, late.share, late.usual] if late else None,
        }

    @classmethod
    def of(cls, plain: Mapping[str, object]) -> "Rhythm":
        """The inverse of `plain`."""
        values = dict(plain)
        for name in ("rows_came", "behind", "labels_came"):
            values[name] = tuple(values[name])  # type: ignore[arg-type]
        values["late"] = Share(*values["late"]) if values["late"] else None  # type: ignore[misc]
        return cls(**values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Wait:
    """Rows or labels that did not come when expected. `kind`: "rows late" or "labels late", as an alert's."""

    kind: str
    since: datetime
    why: str
