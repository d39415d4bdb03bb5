"""Matching: the schedules of a file and those that are kept for its model."""

from collections.abc import Sequence
from datetime import datetime

from core.defining.definition import ScheduleSpec
from core.domain.home import Stores
from core.domain.models import Kept
from core.domain.schedules import Schedule
from core.scheduling.flow import remove, set_schedule
from core.scheduling.words import in_words, options_in_words


def save_schedules(t: Stores, kept: Kept, specs: Sequence[ScheduleSpec], now: datetime) -> list[str]:
    """Keep what a file says, and say what differs. A schedule of the same content keeps its row and phase."""
    present = t.schedules.of(kept.id)
    matched = match(present, specs)
    lines = []
    for schedule in present:
        if schedule not in matched.values():
            remove(t, schedule, now)
            lines.append(f"schedule {words(_spec(schedule))}: removed")
    for position, spec in enumerate(specs):
        lines += _save(t, kept, spec, matched.get(position), now)
    return lines


def _save(t: Stores, kept: Kept, spec: ScheduleSpec, before: Schedule | None, now: datetime) -> list[str]:
    if before is None:
        set_schedule(t, kept, spec.rule, now, name=spec.name, options=spec.options)
        return [f"schedule {words(spec)}: added"]
    old = _spec(before)
    if old == spec:
        return []
    if old.content == spec.content:
        t.schedules.rename(before, spec.name)
    else:
        set_schedule(t, kept, spec.rule, now, name=spec.name, schedule=before, options=spec.options)
    return [f"schedule {words(old)} → {words(spec)}"]


def match(present: Sequence[Schedule], specs: Sequence[ScheduleSpec]) -> dict[int, Schedule]:
    """Position of a spec -> the kept schedule that it means: by its name, else by its content."""
    left = list(present)
    found: dict[int, Schedule] = {}
    for position, spec in enumerate(specs):
        _take(found, position, left, [one for one in left if spec.name is not None and one.name == spec.name])
    for position, spec in enumerate(specs):
        if position not in found:
            _take(found, position, left, [one for one in left if _spec(one).content == spec.content])
    return found


def words(spec: ScheduleSpec) -> str:
    """A schedule in a few words: "weekly, every 7 days"."""
    return ", ".join(filter(None, (spec.name, in_words(spec.rule), options_in_words(spec.options))))


def _take(
    found: dict[int, Schedule], position: int, left: list[Schedule], candidates: Sequence[Schedule]
) -> None:
    if candidates:
        found[position] = candidates[0]
        left.remove(candidates[0])


def _spec(schedule: Schedule) -> ScheduleSpec:
    return ScheduleSpec(schedule.name, schedule.rule, schedule.options)
