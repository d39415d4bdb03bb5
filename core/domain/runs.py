"""Run: one piece of work in a process of its own, from queued to exactly one end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.domain.errors import IllegalChange
from core.domain.limits import NO_LIMITS, Limits

KINDS = ("retrain", "monitor", "backfill", "advise", "reproduce")
TRIGGERS = ("schedule", "manual", "drift", "performance", "new data", "age", "api", "retry", "backfill")
OPEN = ("queued", "running")
ENDS = ("succeeded", "failed", "cancelled", "timed_out", "lost")
BAD_ENDS = ("failed", "timed_out", "lost")
EXCLUSIVE = ("retrain", "backfill")
"""Kinds that make versions: of these one runs at a time for a model."""
BESIDE = ("reproduce",)
"""Kinds that change nothing of a model: they begin behind the others, and none of these waits for them."""
ASKED_FOR = ("manual", "api", "backfill")
"""Triggers by which a person or a program asked: who asked sees how it ended, and it is not tried again."""

LEGAL: Mapping[str, tuple[str, ...]] = {
    "queued": ("running", "cancelled"),
    "running": ("succeeded", "failed", "cancelled", "timed_out", "lost"),
}


@dataclass(frozen=True)
class Step:
    """A part of a run, with its facts in a few words."""

    name: str
    started: datetime
    ended: datetime | None = None
    facts: str = ""


@dataclass(frozen=True)
class Run:
    """`token`: who claimed it; every change of a running run names it.

    `options`: what it was asked, by kind.
    """

    id: int
    model_id: int
    kind: str
    trigger: str
    state: str
    queued: datetime
    schedule_id: int | None = None
    due: datetime | None = None
    not_before: datetime | None = None
    as_of: datetime | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    started: datetime | None = None
    ended: datetime | None = None
    attempt: int = 1
    version: int | None = None
    reason: str | None = None
    error: str | None = None
    progress: float | None = None  # 0..1
    doing: str | None = None  # the present step's progress in words
    seed: int | None = None
    token: str | None = None
    pid: int | None = None
    pid_started: float | None = None  # the process's start, so that a reused pid is told apart
    heartbeat: datetime | None = None
    cancel_requested: bool = False
    limits: Limits = NO_LIMITS
    retry_of: int | None = None  # the run that this one tries again

    @property
    def over(self) -> bool:
        return self.state in ENDS

    @property
    def deadline(self) -> datetime | None:
        """When it has run for as long as it may; None: for ever, or not begun."""
        if self.started is None or self.limits.time_out is None:
            return None
        return self.started + self.limits.time_out.elapsed


def check_change(old: str, new: str) -> None:
    """Raise IllegalChange unless a run may go from `old` to `new`."""
    if new not in LEGAL.get(old, ()):
        raise IllegalChange(f"A run that is {old} cannot become {new}.")


@dataclass(frozen=True)
class Asked:
    """What is asked for when a run is queued."""

    model_id: int
    kind: str
    trigger: str
    as_of: datetime | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    schedule_id: int | None = None
    due: datetime | None = None
    not_before: datetime | None = None
    attempt: int = 1
    limits: Limits = NO_LIMITS
    retry_of: int | None = None


def too_long(run: Run) -> str:
    """Why a run is timed out."""
    return f"it ran longer than its time-out of {run.limits.time_out}"


def tried_again(run: Run, now: datetime) -> Asked | None:
    """The next attempt of a run that has ended; None where it ended well, was cancelled, or had its last."""
    if run.state not in BAD_ENDS or run.cancel_requested or run.trigger in ASKED_FOR:
        return None
    if run.attempt > run.limits.retries:
        return None
    return Asked(
        model_id=run.model_id,
        kind=run.kind,
        trigger="retry",
        as_of=run.as_of,
        options=run.options,
        schedule_id=run.schedule_id,
        due=run.due,
        not_before=now + run.limits.wait(run.attempt),
        attempt=run.attempt + 1,
        limits=run.limits,
        retry_of=run.id,
    )


class Runs(Protocol):
    """The store of runs.

    Every change of state is guarded by the state, and if running the token, that it expects.
    """

    def get(self, id: int) -> Run:
        """NotThere if there is no such run."""
        ...

    def queue(self, asked: Asked, now: datetime) -> tuple[Run, bool]:
        """Queue a run; (the run, True if another that was queued or running answers for it: merged).

        One that waits to be tried again need not wait once a person asks.
        """
        ...

    def open(self) -> list[Run]:
        """Queued and running ones, oldest first."""
        ...

    def latest(
        self, model_id: int | None = None, limit: int = 100, experiment: str | None = None
    ) -> list[Run]:
        """The newest; of a model, of an experiment (its version's, else its model's), or of all."""
        ...

    def claim(self, id: int, token: str, pid: int, pid_started: float, now: datetime) -> Run:
        """queued -> running; StaleClaim if it is not queued any more, or its model has another exclusive
        run.
        """
        ...

    def beat(
        self, id: int, token: str, now: datetime, progress: float | None = None, doing: str | None = None
    ) -> bool:
        """Say that the worker lives (and how far it is); True if it is asked to cancel.

        StaleClaim if not its run.
        """
        ...

    def steps(self, id: int) -> Sequence[Step]: ...

    def step(self, id: int, token: str, name: str, now: datetime) -> None:
        """End the present step and begin the next. StaleClaim as `beat`."""
        ...

    def fact(self, id: int, token: str, facts: str) -> None:
        """Words about the present step."""
        ...

    def ask_cancel(self, id: int, now: datetime) -> Run:
        """A queued run is cancelled at once; a running one is asked to. IllegalChange if it is over."""
        ...

    def end(
        self,
        id: int,
        token: str | None,
        state: str,
        now: datetime,
        *,
        version: int | None = None,
        reason: str | None = None,
        error: str | None = None,
    ) -> Run:
        """running -> an end, for whoever holds `token`; StaleClaim otherwise.

        Where `tried_again` says so, the next attempt is queued with it, and the reason names it. A bad end
        opens an alert, a good one resolves it.
        """
        ...
