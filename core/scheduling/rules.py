"""Rules: reads a schedule's rule as a file, a command or a form says it. `Rule.plain()` is the inverse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.domain.calendars import Calendar
from core.domain.errors import BadInput, Fault
from core.domain.schedules import Rule
from core.domain.spans import ELAPSED, UNITS, Span
from core.scheduling.bounds import first_instant, last_instant
from core.scheduling.calendar_rules import read_calendar
from core.scheduling.calendar_times import fires_ever
from core.scheduling.clock_changes import local_of
from core.scheduling.cron_lines import line_faults, normal
from core.scheduling.zones import zone_fault

KINDS = ("every", "cron", "calendar")
LONGEST = Span(36_600, "days")
EVERY_FIX = f'one of: {", ".join(ELAPSED)}; such as "7 days".'
BOUND_FIX = 'Write a date or time of the zone, such as "2026-12-24" or "2026-12-24 03:00".'


@dataclass
class _Reading:
    """One plain rule and the faults found in it so far."""

    plain: Mapping[str, object]
    faults: list[Fault] = field(default_factory=list)

    def add(self, key: str | None, problem: str, fix: str) -> None:
        self.faults.append(Fault(None, key, problem, fix))


def parse_rule(plain: Mapping[str, object], zone: str) -> Rule:
    """The rule of `every`, `cron` or `calendar`, `start`, `end`, and `zone` if it has one of its own.

    Other keys are not looked at. BadInput with every fault at once, each with its key.
    """
    reading = _Reading(plain)
    name = _zone(reading, zone)
    _exactly_one(reading)
    every, cron, calendar = _every(reading), _cron(reading), _calendar(reading)
    start, end = _bounds(reading, name)
    if calendar is not None and not reading.faults:
        _ever(reading, calendar, start, ZoneInfo(name))
    if reading.faults:
        raise BadInput.of(reading.faults)
    return Rule(every=every, cron=cron, zone=name, start=start, end=end, calendar=calendar)


def _zone(reading: _Reading, default: str) -> str:
    name = reading.plain.get("zone", default)
    if (fault := zone_fault(name)) is not None:
        reading.faults.append(fault)
        return "UTC"
    return str(name)


def _exactly_one(reading: _Reading) -> None:
    given = [kind for kind in KINDS if kind in reading.plain]
    if len(given) > 1:
        first, second = given[0], given[-1]
        reading.add(second, f"A schedule has either `{first}` or `{second}`, not both.", "Leave one out.")
    elif not given:
        reading.add(None, "The schedule does not say when.", 'Write every = "7 days" or cron = "0 3 * * 1".')


def _calendar(reading: _Reading) -> Calendar | None:
    if "calendar" not in reading.plain:
        return None
    try:
        return read_calendar(reading.plain["calendar"])
    except BadInput as error:
        reading.faults += error.faults
        return None


def _ever(reading: _Reading, calendar: Calendar, start: str | None, zone: ZoneInfo) -> None:
    """Every 12 months on the 31st: without its month, nobody can say whether it fires."""
    late = calendar.unit == "months" and calendar.every % 12 == 0
    if not late or not all(isinstance(on, int) and on > 28 for on in calendar.on):
        return
    days = ", ".join(map(str, calendar.on))
    if start is None:
        reading.add(
            "start",
            f"Every {calendar.every} months counts from one month, and not every month has a day {days}.",
            'Say from which month it counts, such as start = "2026-01-01".',
        )
    elif not fires_ever(calendar, local_of(first_instant(start, zone), zone).date()):
        reading.add(
            "calendar.on",
            f"It never fires: every {calendar.every} months from {start} none has a day {days}.",
            'Write "last" for the last day of the month.',
        )


def _every(reading: _Reading) -> Span | None:
    if "every" not in reading.plain:
        return None
    try:
        every = Span.parse(reading.plain["every"], units=UNITS, key="every")
    except BadInput as error:
        reading.add("every", error.faults[0].problem, f"Write a number, 1 or more, and {EVERY_FIX}")
        return None
    if every.unit == "months":
        reading.add(
            "every",
            f'`every` is elapsed time, and months differ in length: "{every}".',
            'Write days or weeks, or cron = "0 3 1 * *" for the first day of each month.',
        )
    elif every.unit not in ELAPSED:
        reading.add("every", f"`every` is elapsed time, not {every.unit}.", f"Write a number and {EVERY_FIX}")
    elif every.amount * ELAPSED[every.unit] > LONGEST.amount * ELAPSED[LONGEST.unit]:
        reading.add("every", f'"{every}" is longer than a hundred years.', 'Write less, such as "7 days".')
    return every


def _cron(reading: _Reading) -> str | None:
    if "cron" not in reading.plain:
        return None
    line = reading.plain["cron"]
    if not isinstance(line, str):
        reading.add("cron", f"{line!r} is no cron line.", 'Write five fields as text, such as "0 3 * * 1".')
        return None
    for problem, fix in line_faults(line):
        reading.add("cron", problem, fix)
    return normal(line)


def _bounds(reading: _Reading, zone: str) -> tuple[str | None, str | None]:
    start, first = _bound(reading, "start", first_instant, ZoneInfo(zone))
    end, last = _bound(reading, "end", last_instant, ZoneInfo(zone))
    if first is not None and last is not None and last < first:
        reading.add(
            "end", f"`end` ({end}) is before `start` ({start}).", "Write a later end, or an earlier start."
        )
    return start, end


def _bound(
    reading: _Reading, key: str, read: Callable[[str, ZoneInfo], datetime], zone: ZoneInfo
) -> tuple[str | None, datetime | None]:
    value = reading.plain.get(key)
    if value is None:
        return None, None
    text = value.isoformat() if isinstance(value, date) else value
    try:
        if not isinstance(text, str):
            raise ValueError
        instant = read(text.strip(), zone)
    except (ValueError, OverflowError):
        reading.add(key, f"{value!r} is no date or time.", BOUND_FIX)
        return None, None
    return text.strip(), instant
