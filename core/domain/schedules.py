"""Schedule: when a model's retraining is due."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.spans import Span

CATCH_UPS = ("once", "skip", "all")
OVERLAPS = ("skip", "queue", "cancel")


@dataclass(frozen=True)
class Rule:
    """When: `every` (elapsed time) or `cron` (a line of five fields), exactly one of them.

    `start`, `end` are dates or times of the zone as written in the file; None: the moment of saving, never.
    """

    every: Span | None = None
    cron: str | None = None
    zone: str = "UTC"
    start: str | None = None
    end: str | None = None

    def plain(self) -> dict[str, object]:
        parts: dict[str, object] = {
            "every": str(self.every) if self.every else None,
            "cron": self.cron,
            "zone": self.zone,
            "start": self.start,
            "end": self.end,
        }
        return {key: value for key, value in parts.items() if value is not None}


@dataclass(frozen=True)
class Schedule:
    """A rule that is kept for a model.

    `anchor`: the moment from which `every` counts and before which nothing is due: the moment of saving.
    `handled`: every due time up to and including this moment has its ledger entry.
    `revision`: counts the edits; whoever saves names the one that was read.
    """

    id: int
    model_id: int
    rule: Rule
    anchor: datetime
    handled: datetime
    revision: int = 1
    name: str | None = None
    catch_up: str = "once"
    overlap: str = "skip"
    paused: bool = False
    pause_reason: str | None = None
    paused_at: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """What became of a due time: `outcome` is fired, late, skipped or merged."""

    schedule_id: int
    model_id: int
    due: datetime
    outcome: str
    at: datetime
    run_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Lease:
    """Who ticks: `fence` grows with each new owner; an act of the ticker names the fence it holds."""

    holder: str
    fence: int
    beat: datetime
    started: datetime


class Schedules(Protocol):
    """The store of schedules."""

    def get(self, id: int) -> Schedule: ...

    def of(self, model_id: int) -> list[Schedule]: ...

    def all(self) -> list[Schedule]:
        """Of every model that is not removed, paused ones too."""
        ...

    def add(
        self,
        model_id: int,
        rule: Rule,
        now: datetime,
        *,
        name: str | None = None,
        options: Mapping[str, str] | None = None,
    ) -> Schedule: ...

    def change(
        self,
        schedule: Schedule,
        rule: Rule,
        now: datetime,
        *,
        name: str | None = None,
        options: Mapping[str, str] | None = None,
    ) -> Schedule:
        """A new revision, anchored now; IllegalChange if `schedule.revision` is no longer the present one."""
        ...

    def rename(self, schedule: Schedule, name: str | None) -> Schedule:
        """A new revision that fires as before."""
        ...

    def pause(self, schedule: Schedule, now: datetime, reason: str) -> Schedule: ...

    def resume(self, schedule: Schedule, now: datetime) -> Schedule:
        """Nothing that fell due during the pause fires."""
        ...

    def handle(self, schedule: Schedule, until: datetime) -> None:
        """All due times up to `until` have their entries now."""
        ...

    def remove(self, schedule: Schedule, now: datetime) -> None: ...


class Ledger(Protocol):
    """Exactly one entry for every due time that has passed."""

    def enter(self, entries: Sequence[Entry]) -> None:
        """IllegalChange if a due time already has its entry."""
        ...

    def of(self, model_id: int, start: datetime | None, end: datetime | None) -> list[Entry]: ...


class Leases(Protocol):
    """The one row that says who ticks."""

    def present(self) -> Lease | None: ...

    def take(self, holder: str, now: datetime, gone: Callable[[str], bool] = ...) -> Lease:
        """Become the owner if nobody beat lately or the holder is `gone`; beat again if it is ours; else
        IllegalChange.
        """
        ...

    def check(self, fence: int) -> None:
        """StaleTick unless `fence` is the present one."""
        ...

    def release(self, fence: int) -> None: ...
