"""Calendar: days, weeks or months at times of day, as a schedule's rule says them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

UNITS = ("days", "weeks", "months")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "last")
LAST = "last"
LONGEST = 31  # days of a month


@dataclass(frozen=True)
class Calendar:
    """Every `every`-th day, ISO week or month, counted from that of the rule's start, at local times.

    `on`: of weeks, weekdays; of months, numbers of days, "last" (the last day) and such as "first monday";
    of days, nothing. `at`: "03:00" or "03:00:30", in order.
    """

    every: int
    unit: str
    on: tuple[str | int, ...]
    at: tuple[str, ...]

    def plain(self) -> dict[str, object]:
        """As a model file says it."""
        on: dict[str, object] = {"on": list(self.on)} if self.on else {}
        return {
            "every": self.every,
            "unit": self.unit,
            **on,
            "at": self.at[0] if len(self.at) == 1 else list(self.at),
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Calendar":
        """The inverse of `plain`."""
        at: str | Sequence[str] = plain["at"]
        return cls(
            plain["every"],
            plain["unit"],
            tuple(plain.get("on", ())),
            (at,) if isinstance(at, str) else tuple(at),
        )
