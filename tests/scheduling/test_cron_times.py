"""Cron times at clock changes, held against what was worked out by hand, a scan of minutes, and cronsim."""

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from core.scheduling.cron_times import cron_times

NEW_YORK = ZoneInfo("America/New_York")  # clocks change on 8 Mar and 1 Nov 2026, at 02:00
BERLIN = ZoneInfo("Europe/Berlin")  # 29 Mar at 02:00, 25 Oct at 03:00
LORD_HOWE = ZoneInfo(
    "Australia/Lord_Howe"
)  # by 30 minutes: back on 5 Apr at 02:00, forward on 4 Oct at 02:00
SANTIAGO = ZoneInfo("America/Santiago")  # 6 Sep begins at 01:00


def local(line: str, zone: ZoneInfo, after: str, n: int) -> list[str]:
    """The first n times after a local time, as the zone's clocks and offset show them."""
    start = datetime.fromisoformat(after).replace(tzinfo=zone).astimezone(UTC)
    return [f"{due.astimezone(zone):%d %H:%M%z}" for due in islice(cron_times(line, zone, start), n)]


def test_fixed_time_inside_the_gap_runs_at_the_first_instant_after_it():
    assert local("30 2 * * *", NEW_YORK, "2026-03-07", 3) == [
        "07 02:30-0500",
        "08 03:00-0400",
        "09 02:30-0400",
    ]
    assert local("15 2 * * *", BERLIN, "2026-03-28", 3) == ["28 02:15+0100", "29 03:00+0200", "30 02:15+0200"]
    assert local("10 2 * * *", LORD_HOWE, "2026-10-03", 3) == [
        "03 02:10+1030",
        "04 02:30+1100",
        "05 02:10+1100",
    ]


def test_two_fixed_times_inside_one_gap_are_one_due_time():
    assert local("0,30 2 * * *", NEW_YORK, "2026-03-08", 2) == ["08 03:00-0400", "09 02:00-0400"]


def test_fixed_time_inside_the_fold_runs_once_the_first_time():
    assert local("30 1 * * *", NEW_YORK, "2026-11-01", 2) == ["01 01:30-0400", "02 01:30-0500"]
    assert local("30 2 * * *", BERLIN, "2026-10-25", 2) == ["25 02:30+0200", "26 02:30+0100"]
    assert local("45 1 * * *", LORD_HOWE, "2026-04-05", 2) == ["05 01:45+1100", "06 01:45+1030"]


def test_fixed_time_is_over_when_asked_from_inside_the_second_pass_of_the_fold():
    second_pass = datetime(2026, 11, 1, 6, 15, tzinfo=UTC)  # 01:15 for the second time
    assert next(cron_times("30 1 * * *", NEW_YORK, second_pass)) == datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


def test_pattern_runs_at_each_match_of_the_fold():
    assert local("*/20 1 * * *", NEW_YORK, "2026-11-01", 7) == [
        "01 01:00-0400",
        "01 01:20-0400",
        "01 01:40-0400",
        "01 01:00-0500",
        "01 01:20-0500",
        "01 01:40-0500",
        "02 01:00-0500",
    ]
    assert local("*/20 * * * *", LORD_HOWE, "2026-04-05 01:20", 4) == [
        "05 01:40+1100",
        "05 01:40+1030",
        "05 02:00+1030",
        "05 02:20+1030",
    ]


def test_pattern_has_no_match_inside_the_gap_and_goes_on_after_it():
    assert local("*/20 * * * *", NEW_YORK, "2026-03-08 01:30", 3) == [
        "08 01:40-0500",
        "08 03:00-0400",
        "08 03:20-0400",
    ]
    assert local("*/20 * * * *", LORD_HOWE, "2026-10-04 01:30", 3) == [
        "04 01:40+1030",
        "04 02:40+1100",
        "04 03:00+1100",
    ]
    assert local("*/30 0 * * *", SANTIAGO, "2026-09-05 12:00", 1) == ["07 00:00-0300"]


def test_pattern_loses_nothing_where_clocks_move_by_half_an_hour():
    # cronsim 2.8 by itself begins at 03:30 on both days.
    for day in ("2026-04-05", "2026-10-04"):
        assert [time[3:8] for time in local("*/10 3 * * *", LORD_HOWE, day, 4)] == [
            "03:00",
            "03:10",
            "03:20",
            "03:30",
        ]


def test_pattern_of_one_day_a_year_finds_both_passes_of_its_fold():
    assert local("*/30 1 1 11 *", NEW_YORK, "2026-01-01", 4) == [
        "01 01:00-0400",
        "01 01:30-0400",
        "01 01:00-0500",
        "01 01:30-0500",
    ]


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("@daily", "0 0 * * *"),
        ("@hourly", "0 * * * *"),
        ("@Weekly", "0 0 * * 7"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 1 *"),
    ],
)
def test_word_is_its_line(word: str, line: str):
    assert local(word, BERLIN, "2026-03-01", 3) == local(line, BERLIN, "2026-03-01", 3)


def test_day_and_weekday_join_as_debian_joins_them():
    assert [time[:2] for time in local("0 0 13 * FRI", BERLIN, "2026-11-01", 4)] == [
        "06",
        "13",
        "20",
        "27",
    ]  # or
    assert [time[:2] for time in local("0 0 */2 * FRI", BERLIN, "2026-11-01", 2)] == ["13", "27"]  # and
    assert [time[:2] for time in local("0 0 * * 0,7", BERLIN, "2026-11-01 00:00", 2)] == ["08", "15"]


def test_leap_day_comes_every_four_years():
    years = [
        due.year for due in islice(cron_times("0 12 29 2 *", BERLIN, datetime(2026, 1, 1, tzinfo=UTC)), 2)
    ]
    assert years == [2028, 2032]


def test_nothing_is_due_after_the_last_year():
    assert list(cron_times("0 0 1 1 *", BERLIN, datetime(9999, 6, 1, tzinfo=UTC))) == []


lines = st.tuples(
    st.sampled_from(["0", "30", "*/20", "*", "5,35", "*/7"]),
    st.sampled_from(["*", "1", "2", "*/2", "0-3", "1,3"]),
).map(lambda parts: f"{parts[0]} {parts[1]} * * *")
changes = st.sampled_from(
    [
        (NEW_YORK, "2026-03-08"),
        (NEW_YORK, "2026-11-01"),
        (BERLIN, "2026-03-29"),
        (BERLIN, "2026-10-25"),
        (LORD_HOWE, "2026-04-05"),
        (LORD_HOWE, "2026-10-04"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(lines, changes, st.integers(-24 * 60, 24 * 60))
def test_pattern_is_due_at_exactly_the_minutes_whose_clock_matches(line, change, shift):
    if not line.split()[0].startswith("*"):
        line = f"{line.split()[0]} * * * *"
    zone, day = change
    after = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=shift)
    until = after + timedelta(days=1)
    sim = CronSim(line, datetime(2026, 1, 1))
    minutes = [after + timedelta(minutes=k) for k in range(1, 24 * 60 + 1)]
    matches = [
        at
        for at in minutes
        if at.astimezone(zone).minute in sim.minutes and at.astimezone(zone).hour in sim.hours
    ]
    assert list(takewhile(lambda due: due <= until, cron_times(line, zone, after))) == matches


@settings(max_examples=60, deadline=None)
@given(lines, changes.filter(lambda change: change[0] is not LORD_HOWE), st.integers(-30 * 60, 0))
def test_where_clocks_move_by_an_hour_cronsim_agrees(line, change, shift):
    zone, day = change
    after = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=shift)
    theirs = (due.astimezone(UTC) for due in CronSim(line, after.astimezone(zone)))
    assert list(islice(cron_times(line, zone, after), 40)) == list(islice(theirs, 40))
