"""Calendars: read, said, and due in every odd month, week and clock change."""

from datetime import UTC, date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.calendars import ORDINALS, UNITS, WEEKDAYS, Calendar
from core.domain.errors import BadInput, Fault
from core.domain.schedules import Rule
from core.scheduling.calendar_rules import read_calendar
from core.scheduling.calendar_times import calendar_times
from core.scheduling.fire_times import due_times, next_due, preview
from core.scheduling.rules import parse_rule
from core.scheduling.words import in_words

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
SAVED = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday


def faults(plain: object, **others: object) -> list[Fault]:
    with pytest.raises(BadInput) as caught:
        parse_rule({"calendar": plain, **others}, "UTC")
    return list(caught.value.faults)


def local(calendar: Calendar, zone: ZoneInfo, origin: str, after: str, n: int) -> list[str]:
    """The first n times after a local time, as the zone's clocks show them."""
    start = datetime.fromisoformat(after).replace(tzinfo=zone).astimezone(UTC)
    found = islice(calendar_times(calendar, zone, date.fromisoformat(origin), start), n)
    return [f"{due.astimezone(zone):%d %b %H:%M}" for due in found]


def monthly(*on: str | int, every: int = 1) -> Calendar:
    return Calendar(every, "months", on, ("03:00",))


def test_weekdays_are_due_in_order_at_each_time():
    calendar = Calendar(1, "weeks", ("monday", "friday"), ("03:00", "15:30"))
    assert local(calendar, BERLIN, "2026-03-04", "2026-03-04", 5) == [
        "06 Mar 03:00",
        "06 Mar 15:30",
        "09 Mar 03:00",
        "09 Mar 15:30",
        "13 Mar 03:00",
    ]


def test_every_second_week_counts_from_the_iso_week_of_the_start():
    calendar = Calendar(2, "weeks", ("monday", "sunday"), ("03:00",))
    for origin in ("2026-03-02", "2026-03-08"):  # the Monday and the Sunday of one ISO week
        assert local(calendar, BERLIN, origin, "2026-03-02 04:00", 3) == [
            "08 Mar 03:00",
            "16 Mar 03:00",
            "22 Mar 03:00",
        ]


def test_every_third_day_and_every_second_month_count_from_that_of_the_start():
    assert local(Calendar(3, "days", (), ("03:00",)), BERLIN, "2026-03-01", "2026-03-02", 2) == [
        "04 Mar 03:00",
        "07 Mar 03:00",
    ]
    assert local(monthly(1, every=2), BERLIN, "2026-03-31", "2026-03-02", 2) == [
        "01 May 03:00",
        "01 Jul 03:00",
    ]


def test_months_without_the_day_are_skipped():
    assert local(monthly(31), BERLIN, "2026-03-01", "2026-03-01", 3) == [
        "31 Mar 03:00",
        "31 May 03:00",
        "31 Jul 03:00",
    ]
    assert local(monthly("fifth friday"), BERLIN, "2026-03-01", "2026-03-01", 2) == [
        "29 May 03:00",
        "31 Jul 03:00",
    ]


def test_last_day_and_last_weekday_come_in_every_month():
    assert local(monthly("last", "last friday"), BERLIN, "2026-02-01", "2026-02-01", 4) == [
        "27 Feb 03:00",
        "28 Feb 03:00",
        "27 Mar 03:00",
        "31 Mar 03:00",
    ]


def test_day_named_twice_is_due_once():
    assert local(monthly(31, "last"), BERLIN, "2026-03-01", "2026-03-01", 2) == [
        "31 Mar 03:00",
        "30 Apr 03:00",
    ]


def test_time_inside_the_gap_runs_at_the_first_instant_after_it_and_once():
    calendar = Calendar(1, "days", (), ("02:15", "02:45"))
    assert local(calendar, BERLIN, "2026-03-01", "2026-03-28 12:00", 3) == [
        "29 Mar 03:00",
        "30 Mar 02:15",
        "30 Mar 02:45",
    ]


def test_time_inside_the_fold_runs_once_the_first_time():
    calendar = Calendar(1, "days", (), ("01:30",))
    after = datetime(2026, 10, 31, 12, tzinfo=UTC)
    first, second = islice(calendar_times(calendar, NEW_YORK, date(2026, 10, 1), after), 2)
    assert (first, second) == (
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        datetime(2026, 11, 2, 6, 30, tzinfo=UTC),
    )


def test_without_a_start_the_moment_of_saving_counts_and_nothing_is_due_before_it():
    rule = Rule(calendar=Calendar(2, "weeks", ("monday",), ("03:00",)))
    assert next_due(rule, SAVED, SAVED) == datetime(2026, 3, 16, 3, tzinfo=UTC)
    assert next_due(rule, SAVED, datetime(2025, 1, 1, tzinfo=UTC)) == datetime(2026, 3, 16, 3, tzinfo=UTC)


def test_start_sets_the_phase_and_end_that_is_a_date_takes_that_day_in():
    rule = parse_rule(
        {
            "calendar": {"every": 2, "unit": "weeks", "on": "mon", "at": "03:00"},
            "start": "2026-02-23",
            "end": "2026-03-23",
        },
        "UTC",
    )
    assert preview(rule, SAVED, SAVED, 9) == [
        datetime(2026, 3, 9, 3, tzinfo=UTC),
        datetime(2026, 3, 23, 3, tzinfo=UTC),
    ]


def test_nothing_is_due_after_the_last_year():
    for unit, on in (("days", ()), ("weeks", ("monday",)), ("months", ("last",))):
        calendar = Calendar(1, unit, on, ("03:00",))
        assert len(list(due_times(Rule(calendar=calendar), SAVED, _at(9999, 12, 30), _at(9999, 12, 31)))) <= 1
        assert len(list(calendar_times(calendar, BERLIN, date(2026, 1, 1), _at(9999, 12, 1)))) <= 31


def _at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def test_short_names_scalars_and_toml_times_are_read():
    assert read_calendar({"unit": "week", "on": "Mon", "at": time(3)}) == Calendar(
        1, "weeks", ("monday",), ("03:00",)
    )
    assert read_calendar({"unit": "months", "on": ["last", "15", 1], "at": ["15:00", "3:00"]}) == Calendar(
        1, "months", (1, 15, "last"), ("03:00", "15:00")
    )


@pytest.mark.parametrize(
    ("plain", "key"),
    [
        ({"every": 0, "unit": "days", "at": "03:00"}, "calendar.every"),
        ({"every": True, "unit": "days", "at": "03:00"}, "calendar.every"),
        ({"every": "2", "unit": "days", "at": "03:00"}, "calendar.every"),
        ({"unit": "hours", "at": "03:00"}, "calendar.unit"),
        ({"on": "monday", "at": "03:00"}, "calendar.unit"),
        ({"unit": "days", "on": ["monday"], "at": "03:00"}, "calendar.on"),
        ({"unit": "weeks", "at": "03:00"}, "calendar.on"),
        ({"unit": "weeks", "on": [], "at": "03:00"}, "calendar.on"),
        ({"unit": "weeks", "on": ["mnday"], "at": "03:00"}, "calendar.on"),
        ({"unit": "weeks", "on": [1], "at": "03:00"}, "calendar.on"),
        ({"unit": "months", "on": 32, "at": "03:00"}, "calendar.on"),
        ({"unit": "months", "on": 0, "at": "03:00"}, "calendar.on"),
        ({"unit": "months", "on": "monday", "at": "03:00"}, "calendar.on"),
        ({"unit": "months", "on": "sixth monday", "at": "03:00"}, "calendar.on"),
        ({"unit": "days"}, "calendar.at"),
        ({"unit": "days", "at": "24:00"}, "calendar.at"),
        ({"unit": "days", "at": 3}, "calendar.at"),
        ({"unit": "days", "at": "03:00+01:00"}, "calendar.at"),
        ({"unit": "days", "at": "03:00", "zone": "UTC"}, "calendar.zone"),
        ("weekly", "calendar"),
    ],
    ids=str,
)
def test_calendar_that_cannot_be_meant_is_a_fault_of_its_key(plain, key):
    (fault,) = faults(plain)
    assert fault.key == key
    assert fault.problem
    assert fault.fix


def test_all_faults_of_a_calendar_are_told_at_once():
    found = faults({"every": 0, "unit": "weeks", "on": "someday", "at": "noon"}, start="soon")
    assert [fault.key for fault in found] == ["calendar.every", "calendar.on", "calendar.at", "start"]


def test_calendar_beside_every_or_cron_is_refused():
    (fault,) = faults({"unit": "days", "at": "03:00"}, every="1 day")
    assert "either `every` or `calendar`" in fault.problem


def test_yearly_day_that_its_month_has_not_never_fires_and_is_refused():
    plain = {"every": 12, "unit": "months", "on": 31, "at": "03:00"}
    assert [fault.key for fault in faults(plain)] == ["start"]
    (never,) = faults(plain, start="2026-06-15")
    assert "never fires" in never.problem
    assert parse_rule({"calendar": plain, "start": "2026-07-15"}, "UTC").start == "2026-07-15"
    leap = parse_rule({"calendar": {**plain, "on": 29}, "start": "2026-02-01"}, "UTC")
    assert preview(leap, SAVED, SAVED, 2) == [_at(2028, 2, 29, 3), _at(2032, 2, 29, 3)]


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ({"unit": "weeks", "on": "monday", "at": "03:00"}, "every Monday at 03:00, UTC"),
        (
            {"unit": "weeks", "on": ["fri", "mon"], "at": ["15:00", "03:00"]},
            "every Monday and Friday at 03:00 and 15:00, UTC",
        ),
        ({"every": 4, "unit": "weeks", "on": "mon", "at": "03:00"}, "every 4 weeks on Monday at 03:00, UTC"),
        ({"unit": "days", "at": "03:00"}, "every day at 03:00, UTC"),
        ({"every": 2, "unit": "days", "at": "03:00:30"}, "every 2 days at 03:00:30, UTC"),
        (
            {"unit": "months", "on": [1, 22, "last"], "at": "03:00"},
            "every month on the 1st, 22nd and last day at 03:00, UTC",
        ),
        (
            {"every": 3, "unit": "months", "on": "First Sunday", "at": "22:00"},
            "every 3 months on the first Sunday at 22:00, UTC",
        ),
    ],
    ids=str,
)
def test_calendar_in_words(plain, words):
    assert in_words(parse_rule({"calendar": plain}, "UTC")) == words


days = st.one_of(
    st.integers(1, 31),
    st.just("last"),
    st.builds("{} {}".format, st.sampled_from(ORDINALS), st.sampled_from(WEEKDAYS)),
)
ons = {
    "days": st.just([]),
    "weeks": st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7),
    "months": st.lists(days, min_size=1, max_size=4),
}
times = st.lists(st.times().map(lambda at: at.replace(microsecond=0)), min_size=1, max_size=3)
plains = st.sampled_from(UNITS).flatmap(
    lambda unit: st.fixed_dictionaries(
        {"every": st.integers(1, 11), "unit": st.just(unit), "on": ons[unit], "at": times}
    )
)


@given(plains)
def test_plain_is_the_inverse(plain):
    calendar = read_calendar(plain)
    assert Calendar.of(calendar.plain()) == calendar == read_calendar(calendar.plain())
    rule = Rule(calendar=calendar, zone="Europe/Berlin")
    assert Rule.of(rule.plain()) == rule == parse_rule(rule.plain(), "UTC")
