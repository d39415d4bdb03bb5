"""Spans: "14 days", "5 minutes", "8000 rows"."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.errors import BadInput

ELAPSED = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
UNITS = (*ELAPSED, "months", "rows", "windows")


@dataclass(frozen=True)
class Span:
    """An amount (at least 1) of a unit: seconds, minutes, hours, days, weeks, months, rows or windows."""

    amount: int
    unit: str

    @classmethod
    def parse(cls, text: object, *, units: tuple[str, ...] = UNITS, key: str | None = None) -> "Span":
        """Read "14 days" (or "1 day"). BadInput names `key`, says what was wrong and what would be right."""
        match = re.fullmatch(r"\s*(\d{1,15})\s*([a-z]+?)s?\s*", text) if isinstance(text, str) else None
        unit = f"{match[2]}s" if match else ""
        if match is None or unit not in units:
            raise BadInput(
                f"{text!r} is no whole number of {', '.join(units[:-1])} or {units[-1]}.",
                f"Write a number and one of: {', '.join(units)}.",
                key=key,
            )
        if int(match[1]) < 1:
            raise BadInput(f"{text!r} is nothing.", f"Write at least 1 {unit}.", key=key)
        return cls(int(match[1]), unit)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit if self.amount != 1 else self.unit[:-1]}"

    @property
    def elapsed(self) -> timedelta:
        """As elapsed time (a day is 24 hours). Months, rows and windows have none: ValueError."""
        if self.unit not in ELAPSED:
            raise ValueError(f"{self} is no elapsed time")
        return timedelta(seconds=self.amount * ELAPSED[self.unit])

    def times(self, k: int) -> "Span":
        return Span(self.amount * k, self.unit)

    def after(self, local: datetime, k: int = 1) -> datetime:
        """`k` spans after a naive local time, by the calendar; months keep the day, or take the month's
        last.
        """
        if self.unit != "months":
            return local + k * self.elapsed
        months = local.year * 12 + local.month - 1 + k * self.amount
        year, month = divmod(months, 12)
        return local.replace(year=year, month=month + 1, day=min(local.day, _days_in(year, month + 1)))


def _days_in(year: int, month: int) -> int:
    first_of_next = datetime(year + month // 12, month % 12 + 1, 1)
    return (first_of_next - timedelta(days=1)).day
