"""Schedule: when a model's retraining is due."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.domain.calendars import Calendar
from core.domain.clock import MICROSECOND
from core.domain.limits import NO_LIMITS, Limits
from core.domain.spans import Span

CATCH_UPS = ("once", "skip", "all")
OVERLAPS = ("skip", "queue")
CAP = 10
"""How many missed due times `all` catches up, if the schedule does not say."""


@dataclass(frozen=True)
class Rule:
    """When: `every` (elapsed time), `cron` (a line of five fields) or `calendar`, exactly one of them.

    `start`, `end` are dates or times of the zone as written in the file; None: the moment of saving, never.
    """

    every: Span | None = None
    cron: str | None = None
    zone: str = "UTC"
    start: str | None = None
    end: str | None = None
    calendar: Calendar | None = None

    def plain(self) -> dict[str, object]:
        parts: dict[str, object] = {
            "every": str(self.every) if self.every else None,
            "cron": self.cron,
            "calendar": self.calendar.plain() if self.calendar else None,
            "zone": self.zone,
            "start": self.start,
            "end": self.end,
        }
        return {key: value for key, value in parts.items() if value is not None}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Rule":
        """The inverse of `plain`."""
        values = dict(plain)
        if "every" in values:
            values["every"] = Span.parse(values["every"])
        if "calendar" in values:
            values["calendar"] = Calendar.of(values["calendar"])
        return cls(**values)


@dataclass(frozen=True)
class Options:
    """What becomes of due times that were missed, late or in each other's way, and of runs that fail.

    `cap`: how many missed ones catch-up `all` runs. `grace`: one settled later than this is skipped.
    """

    catch_up: str = "once"
    cap: int = CAP
    overlap: str = "skip"
    grace: Span | None = None
    limits: Limits = NO_LIMITS

    def plain(self) -> dict[str, object]:
        """What differs from the defaults, as a model file says it."""
        parts: dict[str, object] = {
            "catch_up": self.catch_up if self.catch_up != "once" else None,
            "cap": self.cap if self.cap != CAP else None,
            "overlap": self.overlap if self.overlap != "skip" else None,
            "grace": str(self.grace) if self.grace else None,
            **self.limits.plain(),
        }
        return {key: value for key, value in parts.items() if value is not None}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Options":
        """The inverse of `plain`; a key that is not there has its default."""
        limits = {field.name: plain[field.name] for field in fields(Limits) if field.name in plain}
        own = {key: plain[key] for key in ("catch_up", "cap", "overlap") if key in plain}
        grace = Span.parse(plain["grace"]) if "grace" in plain else None
        return cls(**own, grace=grace, limits=Limits.of(limits))


NO_OPTIONS = Options()


@dataclass(frozen=True)
class Schedule:
    """A rule that is kept for a model.

    `anchor`: the moment from which `every` counts and before which nothing is due: the moment of saving.
    `handled`: every due time up to and including this moment has its ledger entry.
    `revision`: counts the edits; whoever saves names the one that was read.
    `paused_until`: when a pause ends by itself; None: by hand. A pause that is over stays in the row until
    something falls due, so ask `rests` or look at `woken`.
    """

    id: int
    model_id: int
    rule: Rule
    anchor: datetime
    handled: datetime
    revision: int = 1
    name: str | None = None
    options: Options = NO_OPTIONS
    paused: bool = False
    pause_reason: str | None = None
    paused_at: datetime | None = None
    paused_until: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Whether it is paused at a moment."""
        return self.paused and (self.paused_until is None or now < self.paused_until)

    def woken(self, now: datetime) -> "Schedule":
        """As it stands at a moment: a pause that is over is none, and what fell due in it is handled."""
        if not self.paused or self.rests(now) or self.paused_until is None:
            return self
        return replace(
            self,
            paused=False,
            pause_reason=None,
            paused_at=None,
            paused_until=None,
            handled=max(self.handled, self.paused_until - MICROSECOND),
        )


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


LEASE_LASTS = timedelta(seconds=15)
"""Without a beat for this long, another process may tick."""


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
        options: Options = NO_OPTIONS,
    ) -> Schedule: ...

    def change(
        self,
        schedule: Schedule,
        rule: Rule,
        now: datetime,
        *,
        name: str | None = None,
        options: Options | None = None,
    ) -> Schedule:
        """A new revision, anchored now unless its rule stays as it was; so do options that are None.

        IllegalChange if `schedule.revision` is no longer the present one.
        """
        ...

    def rename(self, schedule: Schedule, name: str | None) -> Schedule:
        """A new revision that fires as before."""
        ...

    def pause(
        self, schedule: Schedule, now: datetime, reason: str, until: datetime | None = None
    ) -> Schedule: ...

    def wake(self, schedule: Schedule) -> None:
        """Its pause ended by itself: no edit, so the revision stays."""
        ...

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

    def take(
        self,
        holder: str,
        now: datetime,
        gone: Callable[[str], bool] = ...,
        lasts: timedelta = LEASE_LASTS,
    ) -> Lease:
        """Become the owner if nobody beat for as long as a lease `lasts`, or the holder is `gone`; beat again
        if it is ours; else IllegalChange.
        """
        ...

    def check(self, fence: int) -> None:
        """StaleTick unless `fence` is the present one."""
        ...

    def release(self, fence: int) -> None: ...
