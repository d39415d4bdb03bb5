"""What can be done with schedules: preview, set, pause, resume, remove; and their ledger."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from core.domain.clock import MICROSECOND
from core.domain.home import Stores
from core.domain.models import Kept
from core.domain.schedules import Entry, Rule, Schedule
from core.entrypoints.acts.desk import Desk
from core.scheduling import flow as scheduling
from core.scheduling.fire_times import due_times, preview
from core.scheduling.rules import parse_rule
from core.scheduling.words import in_words, remark

PLANNED = 10_000
"""The most due times to come that a ledger lists of one schedule."""

Done = TypeVar("Done")


@dataclass(frozen=True)
class Preview:
    """What a rule would do.

    `present`: the next times as now saved; `changed`: how many of the times differ.
    """

    words: str
    times: list[datetime]
    remark: str | None
    present: list[datetime]
    changed: int


class ScheduleActs(Desk):
    """Acts on schedules."""

    def add_schedule(self, name: str, plain: Mapping[str, object]) -> Schedule:
        with self.home.transaction() as t:
            kept = t.models.get(name)
            called = str(plain["name"]) if "name" in plain else None
            return scheduling.set_schedule(t, kept, self._rule(plain, kept), self.now(), name=called)

    def change_schedule(self, schedule_id: int, revision: int, plain: Mapping[str, object]) -> Schedule:
        def act(t: Stores, schedule: Schedule, kept: Kept) -> Schedule:
            return scheduling.set_schedule(t, kept, self._rule(plain, kept), self.now(), schedule=schedule)

        return self._on_schedule(schedule_id, revision, act)

    def pause(self, schedule_id: int, revision: int, reason: str) -> Schedule:
        return self._on_schedule(
            schedule_id, revision, lambda t, schedule, _: scheduling.pause(t, schedule, self.now(), reason)
        )

    def resume(self, schedule_id: int, revision: int) -> Schedule:
        return self._on_schedule(
            schedule_id, revision, lambda t, schedule, _: scheduling.resume(t, schedule, self.now())
        )

    def remove_schedule(self, schedule_id: int, revision: int) -> None:
        self._on_schedule(
            schedule_id, revision, lambda t, schedule, _: scheduling.remove(t, schedule, self.now())
        )

    def schedules(self, name: str) -> list[Schedule]:
        with self.home.reading() as stores:
            return stores.schedules.of(stores.models.get(name).id)

    def preview(self, plain: Mapping[str, object], schedule_id: int | None = None, n: int = 5) -> Preview:
        """What a rule would do if it were saved now, beside what is saved."""
        now, saved, zone = self.now(), None, "UTC"
        if schedule_id is not None:
            with self.home.reading() as stores:
                saved = stores.schedules.get(schedule_id)
            zone = saved.rule.zone
        rule = parse_rule(plain, zone)
        anchor = saved.anchor if saved is not None and saved.rule == rule else now
        times = preview(rule, anchor, now, n)
        present = preview(saved.rule, saved.anchor, now, n) if saved and not saved.paused else []
        return Preview(in_words(rule), times, remark(rule, times), present, len(set(times) - set(present)))

    def _rule(self, plain: Mapping[str, object], kept: Kept) -> Rule:
        return parse_rule(plain, kept.model.zone)

    def _on_schedule(self, id: int, revision: int, act: Callable[[Stores, Schedule, Kept], Done]) -> Done:
        """Act on a schedule as it was read; IllegalChange if another changed it since."""
        with self.home.transaction() as t:
            schedule = t.schedules.get(id)
            return act(t, replace(schedule, revision=revision), t.models.by_id(schedule.model_id))

    def ledger(
        self, name: str, start: datetime | None = None, end: datetime | None = None
    ) -> tuple[list[Entry], list[tuple[datetime, Schedule]]]:
        """(What became of the due times of [start, end); those planned, oldest first, if `end` is given)."""
        now = self.now()
        with self.home.reading() as stores:
            kept = stores.models.get(name)
            entries, schedules = stores.ledger.of(kept.id, start, end), stores.schedules.of(kept.id)
        if end is None:
            return entries, []
        begin = now if start is None else max(now, start - MICROSECOND)
        planned = [
            (due, schedule)
            for schedule in schedules
            if not schedule.paused
            for due in islice(
                due_times(schedule.rule, schedule.anchor, max(begin, schedule.handled), end - MICROSECOND),
                PLANNED,
            )
        ]
        return entries, sorted(planned, key=lambda pair: pair[0])
