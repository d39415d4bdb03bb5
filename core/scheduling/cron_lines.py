"""Cron lines: what is wrong with one, which field of it, and a line near it that would be right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from cronsim import CronSim, CronSimError
from cronsim.cronsim import SYMBOLIC_DAYS, SYMBOLIC_MONTHS
from cronsim.cronsim import Field as CronField

from core.scheduling.cron_times import WORDS, five_fields

EXAMPLE = '"0 3 * * 1" is 03:00 on Mondays'
LONGEST = 200
LOOKED_FROM = datetime(2000, 1, 1)  # cronsim gives up after 50 years, and 28 hold every weekday of every date


@dataclass(frozen=True)
class LineField:
    """A field of a cron line: what people call it, and what may stand in it."""

    name: str
    low: int
    high: int
    right: str
    example: str
    cron: CronField
    names: tuple[str, ...] = ()


FIELDS = (
    LineField("minute", 0, 59, "Minutes are 0 to 59", "*/20", CronField.MINUTE),
    LineField("hour", 0, 23, "Hours are 0 to 23", "3", CronField.HOUR),
    LineField("day of the month", 1, 31, "Days are 1 to 31, or L for the last", "1", CronField.DAY),
    LineField(
        "month", 1, 12, "Months are 1 to 12, or JAN to DEC", "1", CronField.MONTH, tuple(SYMBOLIC_MONTHS)
    ),
    LineField(
        "weekday",
        0,
        7,
        "Weekdays are 0 to 7 (0 and 7: Sunday), or SUN to SAT",
        "MON",
        CronField.DOW,
        tuple(SYMBOLIC_DAYS),
    ),
)


def line_faults(line: str) -> list[tuple[str, str]]:
    """Every (problem, fix) of a cron line; empty if it is right and is due at some time."""
    if line.strip().startswith("@"):
        return _word_faults(line.strip())
    fields = line.split()
    if len(line) > LONGEST or len(fields) != len(FIELDS):
        return [(_count(line, len(fields)), f"Write five: minute hour day month weekday; {EXAMPLE}.")]
    faults = [_field_fault(fields, position) for position in range(len(FIELDS))]
    return [fault for fault in faults if fault is not None] or _never(fields)


def normal(line: str) -> str:
    """The line with one space between its fields."""
    return " ".join(line.split())


def _word_faults(word: str) -> list[tuple[str, str]]:
    if word.lower() in WORDS:
        return []
    near = next(iter(get_close_matches(word.lower(), WORDS, n=1)), "@daily")
    return [(f"{word} is none of cron's words.", f"Write such a word as {near}, or five fields; {EXAMPLE}.")]


def _count(line: str, count: int) -> str:
    if len(line) > LONGEST:
        return f"The cron line is longer than {LONGEST} characters."
    if count == 0:
        return "The cron line is empty."
    return f'The cron line "{normal(line)}" has {count} field{"s" if count != 1 else ""}.'


def _field_fault(fields: list[str], position: int) -> tuple[str, str] | None:
    field, text = FIELDS[position], fields[position]
    if _reads(field, text):
        return None
    terms = text.split(",")
    problems = [_problem(field, term) for term in terms if not _reads(field, term)]
    near = map(_mend, FIELDS, fields)
    problem = f'In "{" ".join(fields)}", field {position + 1} (the {field.name}): {" and ".join(problems)}.'
    return problem, f'{field.right}: for example "{" ".join(near)}".'


def _reads(field: LineField, text: str) -> bool:
    try:
        field.cron.parse(text.upper())
    except (CronSimError, ValueError, AssertionError):  # ValueError: more digits than Python reads
        return False
    return True


def _problem(field: LineField, term: str) -> str:
    base, slash, step = term.partition("/")
    if not term:
        return "a comma has nothing on one side"
    if slash and not step.isdecimal():
        return f"'{step}' is no step" if step else f"{term} lacks its step"
    if slash and not step.strip("0"):
        return f"{term} steps by 0"
    bounds = [] if base == "*" else base.split("-")
    for bound in bounds:
        if not _reads(field, bound):
            return f"{bound} is no {field.name}" if bound else f"{term} lacks a number"
    return f"{base} counts backwards" if len(bounds) == 2 else f"{term} is no {field.name}"


def _mend(field: LineField, text: str) -> str:
    """The field as it stands if it is right, else one that is near it."""
    terms = [term if _reads(field, term) else _mend_term(field, term) for term in text.split(",") if term]
    return ",".join(terms) or field.example


def _mend_term(field: LineField, term: str) -> str:
    base, _, step = term.partition("/")
    bounds = [_near(field, bound) for bound in base.split("-")][:2]
    if len(bounds) == 2 and not _reads(field, "-".join(bounds)):
        near = f"{bounds[0]}-{field.high},{field.low}-{bounds[1]}"
    else:
        near = "-".join(bounds)
    if step.isdecimal() and step.strip("0"):
        near = f"{near}/{step}"
    return near if _reads(field, near) and near != "*" else field.example


def _near(field: LineField, bound: str) -> str:
    if _reads(field, bound):
        return bound
    if bound.isdecimal():
        return str(field.low if not bound.strip("0") else field.high)
    return next(iter(get_close_matches(bound.upper(), field.names, n=1, cutoff=0.6)), "")


def _never(fields: list[str]) -> list[tuple[str, str]]:
    if next(_dates(" ".join(fields)), None) is not None:
        return []
    near = " ".join([*fields[:2], "L", *fields[3:]])
    if next(_dates(near), None) is None:
        near = " ".join([*fields[:2], "L", fields[3], "*"])
    return [
        (
            f'"{" ".join(fields)}" never fires: no date has that day, month and weekday.',
            f'The last day of a month is L: for example "{near}".',
        )
    ]


def _dates(line: str) -> Iterator[datetime]:
    try:
        yield from CronSim(five_fields(line), LOOKED_FROM)
    except CronSimError:  # it finds a day that no month has by itself
        return
