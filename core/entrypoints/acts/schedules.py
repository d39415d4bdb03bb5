"""What can be done with schedules: preview, set, pause, resume, remove; and their ledger."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from core.defining.timetable import read_schedule
from core.domain.clock import MICROSECOND
from core.domain.home import Stores
from core.domain.models import Kept
from core.domain.schedules import Entry, Schedule
from core.entrypoints.acts.desk import Desk
from core.scheduling import flow as scheduling
from core.scheduling.clock_remarks import remark
from core.scheduling.fire_times import preview
from core.scheduling.ledger import to_come
from core.scheduling.words import in_words, options_in_words

PLANNED = 10_000
"""The most due times to come that a ledger lists of one schedule."""

Done = TypeVar("Done")


@dataclass(frozen=True)
class Preview:
    """What a schedule would do.

    `options`: what differs from the defaults, in words. `present`: the next times as now saved; `changed`:
    how many of the times differ; `same`: nothing differs from what is saved.
    """

    words: str
    options: str
    times: list[datetime]
    remark: str | None
    present: list[datetime]
    changed: int
    same: bool


class ScheduleActs(Desk):
    """Acts on schedules. `plain`: the keys of a schedule as a model file says them."""

    def add_schedule(self, name: str, plain: Mapping[str, object]) -> Schedule:
        with self.home.transaction() as t:
            kept = t.models.get(name)
            spec = read_schedule(_without_none(plain), kept.model.zone)
            return scheduling.set_schedule(
                t, kept, spec.rule, self.now(), name=spec.name, options=spec.options
            )

    def change_schedule(self, schedule_id: int, revision: int, plain: Mapping[str, object]) -> Schedule:
        """The rule is given whole; options that are not given stay as they are, those that are None go."""

        def act(t: Stores, schedule: Schedule, kept: Kept) -> Schedule:
            given = {**schedule.options.plain(), **plain}
            spec = read_schedule(_without_none(given), kept.model.zone)
            return scheduling.set_schedule(
                t, kept, spec.rule, self.now(), schedule=schedule, options=spec.options
            )

        return self._on_schedule(schedule_id, revision, act)

    def pause(self, schedule_id: int, revision: int, reason: str, until: datetime | None = None) -> Schedule:
        """`until`: when it goes on by itself; BadInput if that is not to come."""
        return self._on_schedule(
            schedule_id,
            revision,
            lambda t, schedule, _: scheduling.pause(t, schedule, self.now(), reason, until),
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
        """As they stand now: a pause that is over is none."""
        with self.home.reading() as stores:
            found = stores.schedules.of(stores.models.get(name).id)
        return [schedule.woken(self.now()) for schedule in found]

    def preview(self, plain: Mapping[str, object], schedule_id: int | None = None, n: int = 5) -> Preview:
        """What a schedule would do if it were saved now, beside what is saved."""
        now, saved, zone = self.now(), None, "UTC"
        if schedule_id is not None:
            with self.home.reading() as stores:
                saved = stores.schedules.get(schedule_id).woken(now)
            zone, plain = saved.rule.zone, {**saved.options.plain(), **plain}
        spec = read_schedule(_without_none(plain), zone)
        rule = spec.rule
        anchor = saved.anchor if saved is not None and saved.rule == rule else now
        times = preview(rule, anchor, now, n)
        present = preview(saved.rule, saved.anchor, now, n) if saved and not saved.paused else []
        return Preview(
            in_words(rule),
            options_in_words(spec.options),
            times,
            remark(rule, times),
            present,
            len(set(times) - set(present)),
            saved is not None and (rule, spec.options) == (saved.rule, saved.options),
        )

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
            entries = stores.ledger.of(kept.id, start, end)
            schedules = stores.schedules.of(kept.id)
        if end is None:
            return entries, []
        begin = now if start is None else max(now, start - MICROSECOND)
        planned = [
            (due, schedule)
            for schedule in schedules
            for due in islice(to_come(schedule, begin, end - MICROSECOND), PLANNED)
        ]
        return entries, sorted(planned, key=lambda pair: pair[0])


def _without_none(plain: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in plain.items() if value is not None}
