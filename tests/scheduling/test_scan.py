"""Fire times of twelve schedules, held against a scan of every UTC minute that knows only offsets."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from core.domain.schedules import Rule
from core.domain.spans import Span
from core.scheduling.fire_times import due_times
from core.scheduling.rules import parse_rule

Local = Any  # arrays of whole local minutes
YEARS = (datetime(2010, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC))
ONE_YEAR = (datetime(2011, 7, 1, tzinfo=UTC), datetime(2012, 7, 1, tzinfo=UTC))  # Apia left out 30 Dec 2011
QUARTER = 15
DAY = 24 * 60
SUNDAY, FRIDAY = 6, 4


def minute(local: Local) -> Local:
    return local % DAY % 60


def hour(local: Local) -> Local:
    return local % DAY // 60


def at(*times: str) -> Callable[[Local], Local]:
    minutes = [int(text[:2]) * 60 + int(text[3:]) for text in times]
    return lambda local: np.isin(local % DAY, minutes)


def weekday(local: Local) -> Local:
    return (local // DAY + 3) % 7  # 1 Jan 1970 was a Thursday


def day(local: Local) -> Local:
    return local // DAY


def month(local: Local) -> Local:
    return day(local).astype("datetime64[D]").astype("datetime64[M]").astype(int)


def day_of_month(local: Local) -> Local:
    days = day(local).astype("datetime64[D]")
    return (days - days.astype("datetime64[M]")).astype(int) + 1


def days_left(local: Local) -> Local:
    """Days of the month that follow."""
    days = day(local).astype("datetime64[D]")
    return ((days.astype("datetime64[M]") + 1).astype("datetime64[D]") - days).astype(int) - 1


def ordinal(text: str) -> int:
    return int(np.datetime64(text, "D").astype(int))


def calendar(zone: str, start: str, **plain: Any) -> Rule:
    return parse_rule({"calendar": plain, "start": start}, zone)


NY, LONDON, BERLIN = "America/New_York", "Europe/London", "Europe/Berlin"
LORD_HOWE, KATHMANDU, APIA = "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"
START = "2009-11-18"
EVERY = "every"
CASES: list[tuple[Rule, str, Callable[[Local], Local] | None]] = [
    (Rule(every=Span(7, "days"), zone=NY, start=START), EVERY, None),
    (Rule(cron="30 2 * * *", zone=NY), "fixed", at("02:30")),
    (
        calendar(NY, START, every=2, unit="weeks", on=["sunday"], at=["01:30", "02:30"]),
        "fixed",
        lambda local: (
            at("01:30", "02:30")(local)
            & (weekday(local) == SUNDAY)
            & ((day(local) - ordinal("2009-11-16")) // 7 % 2 == 0)
        ),
    ),
    (
        Rule(cron="*/20 1-3 * * SUN", zone=BERLIN),
        "pattern",
        lambda local: (
            (minute(local) % 20 == 0) & (hour(local) >= 1) & (hour(local) <= 3) & (weekday(local) == SUNDAY)
        ),
    ),
    (
        calendar(BERLIN, START, unit="months", on="last sunday", at=["02:15", "02:45"]),
        "fixed",
        lambda local: at("02:15", "02:45")(local) & (weekday(local) == SUNDAY) & (days_left(local) < 7),
    ),
    (
        calendar(LONDON, START, every=3, unit="days", at="01:30"),
        "fixed",
        lambda local: at("01:30")(local) & ((day(local) - ordinal(START)) % 3 == 0),
    ),
    (
        Rule(cron="*/10 1,2 * * *", zone=LORD_HOWE),
        "pattern",
        lambda local: (minute(local) % 10 == 0) & np.isin(hour(local), [1, 2]),
    ),
    (
        calendar(LORD_HOWE, START, unit="weeks", on=["sunday", "friday"], at=["01:45", "02:10"]),
        "fixed",
        lambda local: at("01:45", "02:10")(local) & np.isin(weekday(local), [SUNDAY, FRIDAY]),
    ),
    (Rule(every=Span(90, "minutes"), zone=KATHMANDU, start=START), EVERY, None),
    (
        calendar(KATHMANDU, START, every=5, unit="months", on=[31, "second friday"], at="23:45"),
        "fixed",
        lambda local: (
            at("23:45")(local)
            & ((month(local) - int(np.datetime64("2009-11", "M").astype(int))) % 5 == 0)
            & (
                (day_of_month(local) == 31)
                | ((weekday(local) == FRIDAY) & (day_of_month(local) > 7) & (day_of_month(local) <= 14))
            )
        ),
    ),
    (
        calendar(APIA, START, every=2, unit="days", at="03:00"),
        "fixed",
        lambda local: at("03:00")(local) & ((day(local) - ordinal(START)) % 2 == 0),
    ),
    (
        Rule(cron="15 12 * * FRI", zone=APIA),
        "fixed",
        lambda local: at("12:15")(local) & (weekday(local) == FRIDAY),
    ),
]


@cache
def clocks(zone: str, begin: datetime, end: datetime) -> Local:
    """What the zone's clocks show at each UTC minute of [begin, end); no zone changes within a quarter."""
    first, last = int(begin.timestamp()) // 60, int(end.timestamp()) // 60
    there = ZoneInfo(zone)
    offsets = [
        datetime.fromtimestamp(quarter * 60, there).utcoffset() or timedelta()
        for quarter in range(first, last, QUARTER)
    ]
    minutes = np.array([offset // timedelta(minutes=1) for offset in offsets])
    return np.arange(first, last) + np.repeat(minutes, QUARTER)[: last - first]


def scanned(
    rule: Rule, kind: str, named: Callable[[Local], Local] | None, begin: datetime, end: datetime
) -> list[datetime]:
    first = int(begin.timestamp()) // 60
    shown = clocks(rule.zone, begin, end)
    if kind == EVERY:
        assert rule.every is not None
        start = datetime.fromisoformat(START).replace(tzinfo=ZoneInfo(rule.zone)).timestamp() // 60
        length = rule.every.elapsed // timedelta(minutes=1)
        found = np.flatnonzero((np.arange(first, first + len(shown)) - int(start)) % length == 0)
    elif kind == "pattern":
        assert named is not None
        found = np.flatnonzero(named(shown))
    else:
        assert named is not None
        # A named local time is due when clocks first show it, or first show a later one.
        reached = np.maximum.accumulate(shown)
        every = np.arange(shown[0], reached[-1] + 1)
        found = np.unique(np.searchsorted(reached, every[named(every)]))
    return [datetime.fromtimestamp((first + int(k)) * 60, UTC) for k in found]


def check(number: int, begin: datetime, end: datetime) -> None:
    rule, kind, named = CASES[number]
    moment = timedelta(microseconds=1)
    found = list(due_times(rule, begin - timedelta(days=9), begin - moment, end - moment))
    assert found == scanned(rule, kind, named, begin, end)
    assert len(found) > 2


@pytest.mark.parametrize("number", range(len(CASES)))
def test_fire_times_equal_a_scan_of_every_minute_of_a_year(number: int) -> None:
    check(number, *ONE_YEAR)


@pytest.mark.trial
@pytest.mark.parametrize("number", range(len(CASES)))
def test_fire_times_equal_a_scan_of_every_minute_of_ten_years(number: int) -> None:
    check(number, *YEARS)
