"""Timetable: the [[schedules]] of a model file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.defining.definition import ScheduleSpec
from core.defining.keys import LATER, SCHEDULE_KEYS
from core.defining.tables import Faults, read_table
from core.domain.errors import BadInput
from core.domain.limits import Limits
from core.domain.schedules import Options, Rule
from core.scheduling.rules import parse_rule

WHEN = ("every", "cron", "calendar", "zone", "start", "end")
KINDS = ("every", "cron", "calendar")
OPTIONS = ("catch_up", "cap", "overlap", "grace")
LIMITS = ("time_out", "retries", "retry_delay", "backoff")


def read_timetable(
    tables: Sequence[Mapping[str, Any]], zone: str, faults: Faults
) -> tuple[ScheduleSpec, ...]:
    """The schedules that could be read; what is wrong goes to `faults`, named as `schedules[0].cron`."""
    specs: list[ScheduleSpec] = []
    for position, plain in enumerate(tables):
        prefix = f"schedules[{position}]."
        if (spec := _read(plain, zone, prefix, faults)) is not None:
            if spec.name is not None and spec.name in {other.name for other in specs}:
                faults.add(
                    f"{prefix}name", f"Two schedules are called {spec.name}.", "Give each a name of its own."
                )
            elif spec in specs:
                faults.add(prefix.rstrip("."), "The same schedule stands there twice.", "Leave one out.")
            specs.append(spec)
    return tuple(specs)


def read_schedule(plain: Mapping[str, Any], zone: str) -> ScheduleSpec:
    """One schedule as a form or a command gives it. BadInput with every fault at once, each with its key."""
    faults = Faults("")
    spec = _read(plain, zone, "", faults)
    if spec is None:
        raise BadInput.of([replace(fault, file=None) for fault in faults.found])
    return spec


def _read(plain: Mapping[str, Any], zone: str, prefix: str, faults: Faults) -> ScheduleSpec | None:
    before = len(faults.found)
    values = read_table(plain, SCHEDULE_KEYS, LATER["schedules"], faults, prefix)
    if len(faults.found) > before and not any(kind in values for kind in KINDS):
        return None
    rule = _rule({key: values[key] for key in WHEN if key in values}, zone, prefix, faults)
    if rule is None or len(faults.found) > before:
        return None
    options = {key: values[key] for key in OPTIONS if key in values}
    limits = Limits(**{key: values[key] for key in LIMITS if key in values})
    return ScheduleSpec(values.get("name"), rule, Options(**options, limits=limits))


def _rule(plain: Mapping[str, object], zone: str, prefix: str, faults: Faults) -> Rule | None:
    try:
        return parse_rule(plain, zone)
    except BadInput as error:
        for fault in error.faults:
            key = f"{prefix}{fault.key or ''}".rstrip(".") or None
            faults.add(key, fault.problem, fault.fix)
        return None
