"""Triggering: which triggers say that a model is to be retrained now, and why. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.domain.asides import Bought
from core.domain.clock import iso, micros
from core.domain.drift import WindowDrift
from core.domain.models import Model
from core.domain.spans import Span
from core.domain.tapes import Column, blocks
from core.domain.triggers import Start, Trigger
from core.domain.versions import Version
from core.domain.windows import Window
from core.monitoring import crossing


@dataclass(frozen=True)
class Arrivals:
    """From when on each row whose label is known at `as_of` could be learnt (Rows.learnable); (n,) times and
    moments of knowing.
    """

    time: Column
    known: Column
    as_of: int

    def after(self, when: int) -> int:
        """How many could be learnt only later than a moment (microseconds)."""
        return sum(self._after(part, when) for part in blocks(0, len(self.time)))

    def _after(self, part: slice, when: int) -> int:
        time, known = self.time[part], self.known[part]
        return int(((known <= self.as_of) & ((time >= when) | (known > when))).sum())


@dataclass(frozen=True)
class Points:
    """What is decided by, all of it as known at one moment.

    `windows`: by index. `drifts`: by window. `arrived`: from when on each labelled row could be learnt.
    `starts`: what each trigger started last, by its word. `bought`: what the promotion of whoever serves
    brought.
    """

    model: Model
    champion: Version | None
    windows: Sequence[Window]
    arrived: Arrivals
    drifts: Mapping[int, WindowDrift] = field(default_factory=dict)
    starts: Mapping[str, Start] = field(default_factory=dict)
    bought: Bought | None = None

    def since(self, when: datetime) -> int:
        """Labelled rows that a version made at a moment could not learn."""
        return self.arrived.after(micros(when))


@dataclass(frozen=True)
class Decision:
    """A trigger whose rule is crossed. `held`: why it starts nothing all the same; None: it starts a run."""

    trigger: Trigger
    why: str
    window: int | None = None
    held: str | None = None


def decide(triggers: Sequence[Trigger], points: Points, now: datetime) -> list[Decision]:
    """A decision for each trigger whose rule is crossed, in their order; the first not held starts a run.

    Without a champion nothing is decided: there is nothing to compare with yet.
    """
    if points.champion is None:
        return []
    return [
        Decision(trigger, found.short, found.window, _held(trigger, found, points, points.champion, now))
        for trigger in triggers
        if (found := _crossed(trigger, points, points.champion, now)) is not None
    ]


def comes_of_age(
    model: Model,
    champion: Version | None,
    starts: Mapping[str, Start],
    after: datetime,
    until: datetime,
) -> bool:
    """Whether time alone crosses a rule of age within (after, until]."""
    if champion is None:
        return False
    ends = [
        _counted_from(champion, starts.get(trigger.word)) + trigger.age(model.window).elapsed
        for trigger in model.triggers
        if trigger.when == "age"
    ]
    return any(after < end <= until for end in ends)


def _counted_from(champion: Version, last: Start | None) -> datetime:
    return max(champion.train_to, last.as_of) if last else champion.train_to


def _crossed(trigger: Trigger, points: Points, champion: Version, now: datetime) -> crossing.Crossing | None:
    if trigger.when == "performance":
        return crossing.performance(points.model, points.windows)
    if trigger.when == "drift":
        return crossing.drift(points.model, points.windows, points.drifts)
    # A run that promoted nothing counts as well, or the same rows would start one after another.
    last = points.starts.get(trigger.word)
    since = _counted_from(champion, last)
    if trigger.when == "new_data":
        return _new_data(
            trigger.asked(points.model.judge_at_least), points.since(since), last, since, champion
        )
    return _age(trigger.age(points.model.window), now - since, last, since, champion)


def _new_data(
    asked: int, rows: int, last: Start | None, since: datetime, champion: Version
) -> crossing.Crossing | None:
    if rows < asked:
        return None
    words = f"{rows:,} labelled rows came since {_since(last, since, champion)}, {asked:,} are asked"
    return crossing.Crossing(words, f"{words}.")


def _age(
    after: Span, old: timedelta, last: Start | None, since: datetime, champion: Version
) -> crossing.Crossing | None:
    if old < after.elapsed:
        return None
    words = f"{after} {'has' if after.amount == 1 else 'have'} passed since {_since(last, since, champion)}"
    return crossing.Crossing(words, f"{words}.")


def _since(last: Start | None, since: datetime, champion: Version) -> str:
    return f"run {last.run_id}" if last and last.as_of == since else f"v{champion.number} learnt"


def _held(
    trigger: Trigger, found: crossing.Crossing, points: Points, champion: Version, now: datetime
) -> str | None:
    last = points.starts.get(trigger.word)
    if not points.since(champion.train_to):
        return f"no new labelled row has come since v{champion.number} learnt"
    if last is None:
        return None
    if now - last.as_of < trigger.rest:
        return (
            f"the last retraining for this reason was less than {trigger.cool_down} ago, at {iso(last.as_of)}"
        )
    if found.window is not None and last.window is not None and found.window <= last.window:
        return f"run {last.run_id} was started for the same windows"
    return None
