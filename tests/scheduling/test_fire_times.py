"""Fire times: what the contract says of `every`, `start`, `end`, and that chunks add up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.schedules import Rule
from core.domain.spans import Span
from core.scheduling.fire_times import due_times, last_dues, next_due, preview
from core.scheduling.rules import parse_rule

SAVED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def every(text: str, **parts: str) -> Rule:
    return Rule(every=Span.parse(text), **parts)


def dues(rule: Rule, after: datetime, until: datetime) -> list[datetime]:
    return list(due_times(rule, SAVED, after, until))


def last_due(rule: Rule, after: datetime, until: datetime) -> datetime | None:
    return next(iter(last_dues(rule, SAVED, after, until, 1)), None)


def test_every_counts_from_saving_and_is_first_due_one_period_later():
    assert preview(every("7 days"), SAVED, SAVED, 2) == [SAVED + 7 * DAY, SAVED + 14 * DAY]


def test_explicit_start_is_itself_due():
    rule = every("7 days", start="2026-03-02")
    assert next_due(rule, SAVED, SAVED) == datetime(2026, 3, 2, tzinfo=UTC)


def test_past_start_only_sets_the_phase():
    rule = every("7 days", start="2026-01-01")
    first = datetime(2026, 3, 5, tzinfo=UTC)
    assert next_due(rule, SAVED, SAVED - 365 * DAY) == first
    assert dues(rule, SAVED - 365 * DAY, SAVED + 7 * DAY) == [first]


def test_preview_from_an_earlier_time_shows_what_the_rule_gives():
    earlier = datetime(2025, 12, 1, tzinfo=UTC)
    assert preview(every("7 days", start="2026-01-01"), SAVED, earlier, 2) == [
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 8, tzinfo=UTC),
    ]
    assert preview(Rule(cron="0 3 * * *"), SAVED, earlier, 1) == [datetime(2025, 12, 1, 3, tzinfo=UTC)]


def test_cron_is_not_due_before_saving():
    assert next_due(Rule(cron="0 3 * * *"), SAVED, SAVED - 90 * DAY) == datetime(2026, 3, 2, 3, tzinfo=UTC)


def test_cron_is_not_due_before_its_start_but_at_it():
    rule = Rule(cron="0 3 * * *", zone="Europe/Berlin", start="2026-04-01 03:00")
    assert next_due(rule, SAVED, SAVED) == datetime(2026, 4, 1, 1, tzinfo=UTC)


def test_due_exactly_at_the_end_fires():
    assert dues(every("1 hour", end="2026-03-01 14:00"), SAVED, SAVED + DAY) == [
        SAVED + HOUR,
        SAVED + 2 * HOUR,
    ]
    assert dues(every("1 hour", end="2026-03-01 13:59"), SAVED, SAVED + DAY) == [SAVED + HOUR]


def test_end_that_is_a_date_takes_that_day_in():
    rule = Rule(cron="30 23 * * *", zone="America/New_York", end="2026-03-02")
    assert [due.day for due in preview(rule, SAVED, SAVED, 9)] == [2, 3]  # UTC: 23:30 on the 1st and the 2nd
    assert next_due(rule, SAVED, datetime(2026, 3, 3, 12, tzinfo=UTC)) is None


def test_start_and_end_are_of_the_zone_and_an_offset_wins():
    berlin = every("1 day", zone="Europe/Berlin", start="2026-07-01")
    assert next_due(berlin, SAVED, SAVED) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert next_due(
        every("1 day", zone="Europe/Berlin", start="2026-07-01T00:00:00-04:00"), SAVED, SAVED
    ) == datetime(2026, 7, 1, 4, tzinfo=UTC)


def test_end_in_the_last_year_is_no_end():
    assert next_due(every("1 day", end="9999-12-31"), SAVED, SAVED) == SAVED + DAY


def test_every_is_elapsed_time_through_clock_changes():
    times = preview(every("1 day", zone="Europe/Berlin"), SAVED, datetime(2026, 3, 28, tzinfo=UTC), 3)
    assert [b - a for a, b in pairwise(times)] == [DAY, DAY]


def test_after_is_exclusive_and_until_inclusive():
    rule = every("1 hour")
    assert dues(rule, SAVED + HOUR, SAVED + 2 * HOUR) == [SAVED + 2 * HOUR]


def test_next_of_ten_seconds_is_reckoned_and_not_counted_up():
    anchor = datetime(1, 1, 1, tzinfo=UTC)  # six thousand million periods ago: a loop would not come back
    assert next_due(every("10 seconds"), anchor, SAVED) == SAVED + timedelta(seconds=10)


def test_last_due_of_many_is_the_newest():
    assert last_due(every("10 seconds"), SAVED, SAVED + 3650 * DAY) == SAVED + 3650 * DAY
    assert last_due(Rule(cron="0 0 29 2 *"), SAVED, datetime(2033, 1, 1, tzinfo=UTC)) == datetime(
        2032, 2, 29, tzinfo=UTC
    )
    assert last_due(every("1 day"), SAVED, SAVED + HOUR) is None
    assert last_due(every("1 day"), SAVED + DAY, SAVED) is None


def test_nothing_is_due_after_the_last_year():
    assert preview(every("36600 days"), SAVED, SAVED, 1000)[-1].year > 9800


rules = st.one_of(
    st.builds(
        lambda n, unit: Rule(every=Span(n, unit), zone="America/New_York"),
        st.integers(1, 400),
        st.sampled_from(["minutes", "hours", "days"]),
    ),
    st.builds(
        lambda n: Rule(every=Span(n, "hours"), start="2026-03-05 02:30", zone="America/New_York"),
        st.integers(1, 40),
    ),
    st.builds(
        lambda line, zone: Rule(cron=line, zone=zone, end="2026-11-02"),
        st.sampled_from(["30 2 * * *", "*/20 * * * *", "0 1-3 * * SUN", "0 */5 1-9 * *"]),
        st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC"]),
    ),
    st.builds(
        lambda every, on, zone, start: parse_rule(
            {
                "calendar": {"every": every, "unit": "weeks", "on": on, "at": ["01:30", "02:10", "02:30"]},
                "start": start,
            },
            zone,
        ),
        st.integers(1, 3),
        st.sampled_from([["sunday"], ["monday", "sunday"]]),
        st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"]),
        st.sampled_from(["2026-01-05", "2026-03-05 02:20"]),
    ),
)
places = st.one_of(st.integers(-2000, 20_000), st.integers(350_000, 355_000)).map(
    lambda minutes: SAVED + timedelta(minutes=minutes)
)


@settings(max_examples=100, deadline=None)
@given(rules, places, st.integers(0, 3000), st.integers(0, 3000))
def test_chunks_add_up(rule, a, first, second):
    b, c = a + timedelta(minutes=first), a + timedelta(minutes=first + second)
    assert dues(rule, a, b) + dues(rule, b, c) == dues(rule, a, c)


@settings(max_examples=100, deadline=None)
@given(rules, places)
def test_preview_is_the_next_due_again_and_again(rule, after):
    after = max(after, SAVED)
    found, at = [], after
    while len(found) < 8 and (at := next_due(rule, SAVED, at)) is not None:
        found.append(at)
    assert preview(rule, SAVED, after, 8) == found
    assert found == sorted(set(found))
    assert all(after < due and due.utcoffset() == timedelta(0) for due in found)


@settings(max_examples=50, deadline=None)
@given(rules, places, st.integers(0, 3000))
def test_last_due_is_the_last_of_due_times(rule, after, minutes):
    until = after + timedelta(minutes=minutes)
    assert last_dues(rule, SAVED, after, until, 3) == dues(rule, after, until)[-3:]
    assert last_due(rule, after, until) == (dues(rule, after, until) or [None])[-1]
