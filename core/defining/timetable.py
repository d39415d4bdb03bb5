"""Timetable: the [[schedules]] of a model file."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.defining.definition import ScheduleSpec
from core.defining.keys import LATER, SCHEDULE_KEYS
from core.defining.tables import Faults, read_table
from core.domain.errors import BadInput
from core.domain.schedules import Rule
from core.scheduling.rules import parse_rule

WHEN = ("every", "cron", "start", "end")


def read_timetable(
    tables: Sequence[Mapping[str, Any]], zone: str, faults: Faults
) -> tuple[ScheduleSpec, ...]:
    """The schedules that could be read; what is wrong goes to `faults`, named as `schedules[0].cron`."""
    specs: list[ScheduleSpec] = []
    for position, plain in enumerate(tables):
        prefix = f"schedules[{position}]"
        if (spec := _read(plain, zone, prefix, faults)) is not None:
            if spec.name is not None and spec.name in {other.name for other in specs}:
                faults.add(
                    f"{prefix}.name", f"Two schedules are called {spec.name}.", "Give each a name of its own."
                )
            elif spec in specs:
                faults.add(prefix, "The same schedule stands there twice.", "Leave one out.")
            specs.append(spec)
    return tuple(specs)


def _read(plain: Mapping[str, Any], zone: str, prefix: str, faults: Faults) -> ScheduleSpec | None:
    before = len(faults.found)
    values = read_table(plain, SCHEDULE_KEYS, LATER["schedules"], faults, f"{prefix}.")
    if len(faults.found) > before and not ("every" in values or "cron" in values):
        return None
    rule = _rule({key: values[key] for key in WHEN if key in values}, zone, prefix, faults)
    if rule is None or len(faults.found) > before:
        return None
    return ScheduleSpec(
        values.get("name"), rule, values.get("catch_up", "once"), values.get("overlap", "skip")
    )


def _rule(plain: Mapping[str, object], zone: str, prefix: str, faults: Faults) -> Rule | None:
    try:
        return parse_rule(plain, zone)
    except BadInput as error:
        for fault in error.faults:
            faults.add(f"{prefix}.{fault.key}" if fault.key else prefix, fault.problem, fault.fix)
        return None
