"""Words: rules in plain language, and the remark on clock changes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.limits import Limits
from core.domain.schedules import Options, Rule
from core.domain.spans import Span
from core.scheduling.clock_remarks import remark
from core.scheduling.cron_lines import line_faults
from core.scheduling.fire_times import preview
from core.scheduling.rules import parse_rule
from core.scheduling.words import cron_in_words, in_words, options_in_words

JANUARY = datetime(2026, 1, 10, tzinfo=UTC)


def remark_on(cron: str, zone: str, after: datetime, n: int = 5) -> str | None:
    rule = Rule(cron=cron, zone=zone)
    return remark(rule, preview(rule, after, after, n))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(every=Span(7, "days")), "every 7 days"),
        (Rule(every=Span(1, "hours"), zone="Europe/Berlin"), "every hour"),
        (
            Rule(every=Span(2, "weeks"), start="2026-01-01", end="2026-06-30"),
            "every 2 weeks, from 2026-01-01, until 2026-06-30",
        ),
        (Rule(cron="0 3 * * *", zone="Europe/Berlin"), "at 03:00 every day, Europe/Berlin"),
        (Rule(cron="0 3 * * 1"), "at 03:00 on Monday, UTC"),
        (Rule(cron="@weekly"), "at 00:00 on Sunday, UTC"),
    ],
)
def test_rule_in_words(rule: Rule, words: str):
    assert in_words(rule) == words


parts = st.sampled_from(["*", "1", "*/2", "1-3", "1,3", "2/2", "1-5/2", "*,2", "5-6"])


@settings(max_examples=150, deadline=None)
@given(
    parts,
    parts,
    st.one_of(parts, st.sampled_from(["L", "LW", "L,15"])),
    st.one_of(parts, st.just("JAN-MAR")),
    st.one_of(parts, st.sampled_from(["MON-FRI", "MON#2", "5L", "SUN,2L", "7"])),
)
def test_every_right_line_has_words(minute, hour, day, month, weekday):
    line = f"{minute} {hour} {day} {month} {weekday}"
    if not line_faults(line):
        assert cron_in_words(line)


def test_remark_names_the_next_change_and_that_none_falls_in_it():
    assert remark_on("0 3 8 * *", "America/New_York", JANUARY) == (
        "Clocks change on 8 Mar; none of the five falls in that hour."
    )


def test_remark_looks_half_a_year_ahead():
    assert remark_on("0 3 * * *", "Europe/Berlin", JANUARY) == (
        "Clocks change on 29 Mar; none of the five falls in that hour."
    )


def test_remark_on_a_time_inside_the_gap_says_when_it_runs():
    march = datetime(2026, 3, 27, 12, tzinfo=UTC)
    assert remark_on("30 2 * * *", "Europe/Berlin", march) == (
        "Clocks change on 29 Mar; one of the five falls in that hour."
        " It runs at 03:00, the first time after it."
    )
    assert remark_on("0 3 * * *", "Europe/Berlin", march) == (
        "Clocks change on 29 Mar; none of the five falls in that hour."
    )


def test_remark_on_a_time_inside_the_fold_says_how_often_it_runs():
    october = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert remark_on("30 2 * * *", "Europe/Berlin", october) == (
        "Clocks change on 25 Oct; one of the five falls in that hour."
        " Clocks show that hour twice, and it runs the first time."
    )
    assert remark_on("*/30 2 * * *", "Europe/Berlin", october) == (
        "Clocks change on 25 Oct; four of the five fall in that hour."
        " Clocks show that hour twice, and it runs each time."
    )


def test_remark_prefers_the_change_that_matters():
    assert "25 Oct; one of the five" in str(remark_on("30 2 25 1,4,10 *", "Europe/Berlin", JANUARY))


def test_remark_names_the_year_where_it_is_another():
    assert remark_on("0 3 * * *", "Europe/Berlin", datetime(2026, 11, 1, tzinfo=UTC)) == (
        "Clocks change on 28 Mar 2027; none of the five falls in that hour."
    )


def test_remark_is_silent_where_clocks_never_change():
    assert remark_on("0 3 * * *", "UTC", JANUARY) is None
    assert remark_on("0 3 * * *", "Asia/Tokyo", JANUARY) is None
    assert remark(Rule(cron="0 3 * * *", zone="Europe/Berlin"), []) is None


def test_remark_tells_of_a_later_time_that_falls_in_a_change():
    assert remark_on("30 2 * * SUN", "Europe/Berlin", JANUARY, 3) == (
        "Clocks change on 29 Mar; none of the three falls in that hour, but a later one does."
        " It runs at 03:00, the first time after it."
    )
    rule = parse_rule({"calendar": {"unit": "weeks", "on": "sunday", "at": "01:30"}}, "America/New_York")
    assert remark(rule, preview(rule, JANUARY, JANUARY, 3)) == (
        "Clocks change on 1 Nov; none of the three falls in that hour, but a later one does."
        " Clocks show that hour twice, and it runs the first time."
    )


def test_remark_on_a_calendar_is_that_of_the_same_cron_line():
    march = datetime(2026, 3, 27, 12, tzinfo=UTC)
    for at, minute_and_hour in (("02:30", "30 2"), ("03:00", "0 3"), ("01:59", "59 1")):
        rule = parse_rule({"calendar": {"unit": "days", "at": at}}, "Europe/Berlin")
        cron = remark_on(f"{minute_and_hour} * * *", "Europe/Berlin", march)
        assert remark(rule, preview(rule, march, march, 5)) == cron


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(), ""),
        (Options("all", cap=20), "missed ones all run, at most 20"),
        (Options("skip", overlap="queue"), "missed ones do not run, one may wait behind a running one"),
        (
            Options(grace=Span(1, "hours"), limits=Limits(Span(2, "hours"), 3)),
            "none later than 1 hour, 3 retries after 5 minutes, stopped after 2 hours",
        ),
    ],
)
def test_options_in_words(options: Options, words: str):
    assert options_in_words(options) == words


def test_remark_on_elapsed_time_says_that_local_times_move():
    rule = Rule(every=Span(30, "days"), zone="Europe/Berlin")
    assert remark(rule, preview(rule, JANUARY, JANUARY, 5)) == (
        "Clocks change on 29 Mar; elapsed time does not, so the local times move."
    )
    short = Rule(every=Span(5, "minutes"), zone="Europe/Berlin")
    assert remark(short, preview(short, JANUARY, JANUARY, 5)) is None
