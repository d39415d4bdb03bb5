"""Calendar words: a calendar in plain language."""

from collections.abc import Sequence

from core.domain.calendars import LAST, Calendar

NTH = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def calendar_in_words(calendar: Calendar) -> str:
    """ "every Monday at 03:00", "every 2 months on the 1st and the last day at 03:00 and 15:00"."""
    one = calendar.unit.removesuffix("s")
    period = f"every {one}" if calendar.every == 1 else f"every {calendar.every} {calendar.unit}"
    days = joined([_day(on, calendar.unit) for on in calendar.on])
    if calendar.unit == "weeks" and calendar.every == 1:
        said = f"every {days}"
    elif calendar.unit == "weeks":
        said = f"{period} on {days}"
    else:
        said = f"{period} on the {days}" if days else period
    return f"{said} at {joined(calendar.at)}"


def joined(words: Sequence[str]) -> str:
    """a · a and b · a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _day(on: str | int, unit: str) -> str:
    if isinstance(on, int):
        return f"{on}{NTH.get(on, 'th')}"
    if on == LAST:
        return "last day"
    return on.capitalize() if unit == "weeks" else f"{on.split()[0]} {on.split()[1].capitalize()}"
