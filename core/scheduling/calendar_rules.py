"""Calendar rules: reads a calendar as a file, a command or a form says it.

`Calendar.plain()` is the inverse.
"""

from collections.abc import Callable, Mapping
from datetime import time
from difflib import get_close_matches
from typing import TypeVar

from core.domain.calendars import LAST, LONGEST, ORDINALS, UNITS, WEEKDAYS, Calendar
from core.domain.errors import BadInput, Fault

EXAMPLE = 'calendar = { every = 1, unit = "weeks", on = ["monday"], at = "03:00" }'
AT_FIX = 'Write a time of day, such as "03:00", or a list of them.'
ON_FIX = {
    "days": "Leave `on` out, or write weeks or months as the unit.",
    "weeks": 'Write weekdays, such as on = ["monday", "friday"].',
    "months": 'Write numbers of days, "last", or such as "first monday": on = [1, "last"].',
}
MOST = 10_000
KEYS = ("every", "unit", "on", "at")

Value = TypeVar("Value")


def read_calendar(plain: object) -> Calendar:
    """The calendar of `every` (default 1), `unit`, `on` and `at`.

    BadInput with every fault at once, each with its key, such as "calendar.at".
    """
    if not isinstance(plain, Mapping):
        raise BadInput(f"{plain!r} is no calendar.", f"Write {EXAMPLE}.", key="calendar")
    faults = [_strange(str(key)) for key in plain if key not in KEYS]
    every = _tried(faults, _every, plain.get("every", 1))
    unit = _tried(faults, _unit, plain.get("unit"))
    on = _tried(faults, lambda value: _on(value, str(unit)), plain.get("on")) if unit else ()
    at = _tried(faults, _at, plain.get("at"))
    if faults or every is None or unit is None or on is None or at is None:
        raise BadInput.of(faults)
    return Calendar(every, unit, on, at)


def _tried(faults: list[Fault], read: Callable[[object], Value], value: object) -> Value | None:
    try:
        return read(value)
    except BadInput as error:
        faults += error.faults
        return None


def _strange(key: str) -> Fault:
    near = get_close_matches(key, KEYS, n=1)
    fix = f"Did you mean `{near[0]}`?" if near else f"The keys are: {', '.join(KEYS)}."
    return Fault(None, f"calendar.{key}", f"A calendar has no key `{key}`.", fix)


def _every(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        problem = "Every 0 is nothing." if value == 0 else f"{value!r} is no number from 1 to {MOST:,}."
        raise BadInput(problem, "Write every = 1, or a larger whole number.", key="calendar.every")
    return value


def _unit(value: object) -> str:
    text = value.strip().lower() if isinstance(value, str) else value
    if text in [unit.removesuffix("s") for unit in UNITS]:
        text = f"{text}s"
    if text not in UNITS:
        problem = "The calendar has no unit." if value is None else f"{value!r} is no unit of a calendar."
        raise BadInput(problem, f"Write one of: {', '.join(UNITS)}.", key="calendar.unit")
    return str(text)


def _on(value: object, unit: str) -> tuple[str | int, ...]:
    """In order: weekdays from Monday on; numbers of days, then ordinals, then "last"."""
    given = value if isinstance(value, list | tuple) else [] if value is None else [value]
    if unit == "days" and given:
        raise BadInput("`on` belongs to weeks and months.", ON_FIX[unit], key="calendar.on")
    if unit != "days" and not given:
        problem = f"The calendar does not say on which days of its {unit}."
        raise BadInput(problem, ON_FIX[unit], key="calendar.on")
    read = _weekday if unit == "weeks" else _day_of_month
    return tuple(sorted({read(one) for one in given}, key=_order))


def _weekday(value: object) -> str | int:
    text = value.strip().lower() if isinstance(value, str) else ""
    for name in WEEKDAYS:
        if text in (name, name[:3]):
            return name
    near = get_close_matches(text, WEEKDAYS, n=1)
    fix = f'Write "{near[0]}".' if near else ON_FIX["weeks"]
    raise BadInput(f"{value!r} is no weekday.", fix, key="calendar.on")


def _day_of_month(value: object) -> str | int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LONGEST:
        return value
    words = value.lower().split() if isinstance(value, str) else []
    if words == [LAST]:
        return LAST
    if len(words) == 1 and words[0].isdecimal() and 1 <= int(words[0]) <= LONGEST:
        return int(words[0])
    if len(words) == 2 and words[0] in ORDINALS:
        return f"{words[0]} {_weekday(words[1])}"
    if len(words) == 1 and words[0] in WEEKDAYS:
        raise BadInput(
            f"A month has more than one {words[0].capitalize()}.",
            f'Write which: "first {words[0]}" or "last {words[0]}".',
            key="calendar.on",
        )
    raise BadInput(f"{value!r} is no day of a month.", ON_FIX["months"], key="calendar.on")


def _order(on: str | int) -> tuple[int, int]:
    if isinstance(on, int):
        return 0, on
    if on in WEEKDAYS:
        return 1, WEEKDAYS.index(on)
    ordinal, _, weekday = on.partition(" ")
    return 2, ORDINALS.index(ordinal) * 8 + (WEEKDAYS.index(weekday) if weekday else 7)


def _at(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list | tuple) else [] if value is None else [value]
    if not given:
        raise BadInput("The calendar does not say at which time of day.", AT_FIX, key="calendar.at")
    return tuple(sorted({_time(one) for one in given}))


def _time(value: object) -> str:
    """ "03:00", or "03:00:30" where there are seconds; "3:00" is read too."""
    text = value.isoformat() if isinstance(value, time) else value
    try:
        if not isinstance(text, str) or ":" not in text:
            raise ValueError
        read = time.fromisoformat(text.strip().rjust(5, "0") if len(text.strip()) == 4 else text.strip())
        if read.tzinfo is not None or read.microsecond:
            raise ValueError
    except ValueError as error:
        raise BadInput(f"{value!r} is no time of day.", AT_FIX, key="calendar.at") from error
    return f"{read:%H:%M:%S}" if read.second else f"{read:%H:%M}"
