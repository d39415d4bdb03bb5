"""Words: what a rule says in plain language, with a remark where clocks change."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from core.domain.schedules import Rule
from core.scheduling.clock_changes import local_of, next_change, offset_at
from core.scheduling.cron_times import five_fields, is_pattern

NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
LOOK_AHEAD = timedelta(days=183)
HOUR = timedelta(hours=1)


def in_words(rule: Rule) -> str:
    """ "every 7 days", "at 03:00 on Monday, Europe/Berlin", with start and end if it has them."""
    if rule.every is not None:
        parts = [f"every {rule.every}" if rule.every.amount != 1 else f"every {rule.every.unit[:-1]}"]
    else:
        parts = [cron_in_words(rule.cron or ""), rule.zone]
    if rule.start is not None:
        parts.append(f"from {rule.start}")
    if rule.end is not None:
        parts.append(f"until {rule.end}")
    return ", ".join(parts)


def cron_in_words(line: str) -> str:
    """cronsim's explanation, to stand inside a sentence."""
    said = CronSim(five_fields(line), datetime(2000, 1, 1)).explain()
    return said[:1].lower() + said[1:]


def remark(rule: Rule, times: Sequence[datetime]) -> str | None:
    """What the next clock change of the zone means for these fire times; None where there is nothing to say.

    Looks at the changes among the times, else half a year ahead; for elapsed time only among them.
    """
    if not times:
        return None
    zone = ZoneInfo(rule.zone)
    among = _changes(zone, times[0] - HOUR, times[-1])
    if rule.every is not None:
        if not among or rule.every.elapsed < HOUR:
            return None
        day = _day(among[0], times, zone)
        return f"Clocks change on {day}; elapsed time does not, so the local times move."
    changes = among or _changes(zone, times[0], times[0] + LOOK_AHEAD)[:1]
    if not changes:
        return None
    change = next((one for one in changes if _hit(rule, one, times, zone)), changes[0])
    hit = _hit(rule, change, times, zone)
    said = f"Clocks change on {_day(change, times, zone)}; {_count(len(hit), len(times))}"
    return said + _what(rule, change, hit, zone)


def _changes(zone: ZoneInfo, after: datetime, until: datetime) -> list[datetime]:
    found: list[datetime] = []
    while len(found) < 10 and (change := next_change(zone, found[-1] if found else after, until)) is not None:
        found.append(change)
    return found


def _hit(rule: Rule, change: datetime, times: Sequence[datetime], zone: ZoneInfo) -> list[datetime]:
    """The times that fall into what clocks skip or show twice at this change."""
    moved = _moved(change, zone)
    if moved > timedelta(0):
        return [due for due in times if due == change and not _shown(rule, local_of(change, zone))]
    return [due for due in times if change + moved <= due < change - moved]


def _moved(change: datetime, zone: ZoneInfo) -> timedelta:
    return offset_at(change, zone) - offset_at(change - timedelta(seconds=1), zone)


def _shown(rule: Rule, local: datetime) -> bool:
    """Whether the line names this local time itself."""
    return next(CronSim(five_fields(rule.cron or ""), local - timedelta(seconds=1)), None) == local


def _day(change: datetime, times: Sequence[datetime], zone: ZoneInfo) -> str:
    local = local_of(change, zone)
    same_year = local.year == local_of(times[0], zone).year
    return f"{local.day} {local:%b}" if same_year else f"{local.day} {local:%b %Y}"


def _count(hit: int, shown: int) -> str:
    what = f"the {_number(shown)}" if shown != 1 else "this one"
    return f"{_number(hit)} of {what} {'fall' if hit > 1 else 'falls'} in that hour."


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _what(rule: Rule, change: datetime, hit: Sequence[datetime], zone: ZoneInfo) -> str:
    if not hit:
        return ""
    if _moved(change, zone) > timedelta(0):
        return f" It runs at {local_of(change, zone):%H:%M}, the first time after it."
    if is_pattern(five_fields(rule.cron or "")):
        return " Clocks show that hour twice, and it runs each time."
    return " Clocks show that hour twice, and it runs the first time."
