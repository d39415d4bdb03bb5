"""Trigger: what a model's file lets start a retraining besides its schedules. Start: one that did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.domain.errors import BadInput
from core.domain.spans import ELAPSED, Span

WHENS = ("drift", "performance", "new_data", "age")
BY_WINDOWS = ("drift", "performance")
"""Those that go by windows, and so can persist."""

MOST_WINDOWS = 100
MONTH = 30  # days


@dataclass(frozen=True)
class Persist:
    """ "2 of 3": in at least `least` of the last `of` windows."""

    least: int = 2
    of: int = 3

    @classmethod
    def parse(cls, text: object) -> "Persist":
        """Read "2 of 3". BadInput says what was wrong and what would be right."""
        parts = text.split(" of ") if isinstance(text, str) else []
        if len(parts) != 2 or not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
            raise BadInput(f"{text!r} is no share of windows.", 'Write it like "2 of 3".')
        least, of = (int(part.strip()[:9]) for part in parts)
        if not 1 <= least <= of <= MOST_WINDOWS:
            raise BadInput(
                f"{text!r} cannot be met.", f'Write it like "2 of 3", with at most {MOST_WINDOWS} windows.'
            )
        return cls(least, of)

    def __str__(self) -> str:
        return f"{self.least} of {self.of}"


USUAL = Persist()


@dataclass(frozen=True)
class Trigger:
    """`when`: one of WHENS. `persist`: of drift and performance.

    `rows`: new labelled rows that new_data waits for; None: as many as judge. `after`: the age that age
    waits for; None: a window's length. `cool_down`: the least time between two runs that it starts.
    """

    when: str
    persist: Persist = USUAL
    rows: int | None = None
    after: Span | None = None
    cool_down: Span | None = None

    @property
    def word(self) -> str:
        """As a run and a version name it: "new data"."""
        return self.when.replace("_", " ")

    @property
    def rest(self) -> timedelta:
        return self.cool_down.elapsed if self.cool_down else timedelta(0)

    def asked(self, judge_at_least: int) -> int:
        """The new labelled rows that new_data waits for: with fewer than can judge, nothing would be made."""
        return self.rows or judge_at_least

    def age(self, window: Span) -> Span:
        """The age that age waits for: as given, else a window's length. A month and rows count as 30 days."""
        if self.after is not None:
            return self.after
        if window.unit in ELAPSED:
            return window
        return Span(MONTH * (window.amount if window.unit == "months" else 1), "days")

    def plain(self) -> dict[str, object]:
        """As a model file says it: what differs from the defaults."""
        parts: dict[str, object] = {
            "when": self.when,
            "rows": self.rows,
            "after": str(self.after) if self.after else None,
            "persist": str(self.persist) if self.persist != USUAL else None,
            "cool_down": str(self.cool_down) if self.cool_down else None,
        }
        return {key: value for key, value in parts.items() if value is not None}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Trigger":
        """The inverse of `plain`."""
        spans = {key: Span.parse(plain[key]) for key in ("after", "cool_down") if key in plain}
        persist = Persist.parse(plain["persist"]) if "persist" in plain else USUAL
        return cls(plain["when"], persist, plain.get("rows"), **spans)


@dataclass(frozen=True)
class Start:
    """A retraining that a trigger started.

    `as_of`: the moment that stood for now. `window`: the newest window that it was decided by, None where
    windows played no part. `why`: in words, as the run says it.
    """

    model_id: int
    trigger: str  # its word
    as_of: datetime
    window: int | None
    why: str
    run_id: int


class Starts(Protocol):
    """The store of what triggers started."""

    def last(self, model_id: int, until: datetime) -> Mapping[str, Start]:
        """Trigger's word -> the newest that it started up to a moment of data time."""
        ...

    def add(self, start: Start) -> None:
        """Keep it; the same trigger at the same moment is kept once, with the newest window."""
        ...
