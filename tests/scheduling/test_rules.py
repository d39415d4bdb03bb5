"""Rules: what is read, and every example of bad input with the key that it names."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadInput, Fault
from core.domain.schedules import Rule
from core.domain.spans import ELAPSED, Span
from core.scheduling.rules import parse_rule


def faults(plain: dict[str, object], zone: str = "UTC") -> list[Fault]:
    with pytest.raises(BadInput) as caught:
        parse_rule(plain, zone)
    assert caught.value.exit_status == 2
    return list(caught.value.faults)


def only(plain: dict[str, object], zone: str = "UTC") -> Fault:
    (fault,) = faults(plain, zone)
    return fault


def test_every_and_cron_are_read_in_the_zone_of_the_model():
    assert parse_rule({"every": "7 days"}, "Europe/Berlin") == Rule(
        every=Span(7, "days"), zone="Europe/Berlin"
    )
    assert parse_rule({"cron": " 0  3 * * 1 "}, "UTC") == Rule(cron="0 3 * * 1")
    assert parse_rule({"cron": "@daily"}, "UTC") == Rule(cron="@daily")


def test_zone_of_its_own_wins():
    assert parse_rule({"every": "1 day", "zone": "Asia/Tokyo"}, "UTC").zone == "Asia/Tokyo"


def test_bounds_are_kept_as_text_toml_dates_too():
    rule = parse_rule({"every": "1 day", "start": date(2026, 1, 1), "end": datetime(2026, 1, 2, 3)}, "UTC")
    assert (rule.start, rule.end) == ("2026-01-01", "2026-01-02T03:00:00")


def test_exactly_one_of_every_and_cron():
    assert "either" in only({"every": "1 day", "cron": "0 3 * * 1"}).problem
    nothing = only({})
    assert (nothing.key, nothing.problem) == (None, "The schedule does not say when.")


@pytest.mark.parametrize(
    "text", ["0 days", "", "7", "days", "-1 days", "1.5 hours", "7 fortnights", 7, None, "9" * 5000 + " days"]
)
def test_every_that_is_no_length_is_refused(text: object):
    fault = only({"every": text})
    assert fault.key == "every"
    assert "seconds, minutes, hours, days, weeks" in fault.fix


def test_every_zero_says_that_it_is_nothing():
    assert "nothing" in only({"every": "0 days"}).problem


def test_every_in_months_rows_or_windows_is_refused():
    assert "months differ in length" in only({"every": "2 months"}).problem
    assert "cron" in only({"every": "2 months"}).fix
    assert "not rows" in only({"every": "8000 rows"}).problem
    assert "not windows" in only({"every": "2 windows"}).problem


def test_every_longer_than_a_century_is_refused():
    assert "hundred years" in only({"every": "999999999999 weeks"}).problem


def test_unknown_zone_is_refused_with_near_names():
    fault = only({"every": "1 day"}, "Europe/Berlim")
    assert fault.key == "zone"
    assert '"Europe/Berlin"' in fault.fix


def test_end_before_start_is_refused():
    assert only({"every": "1 day", "start": "2026-02-01", "end": "2026-01-31"}).key == "end"
    assert (
        parse_rule({"every": "1 day", "start": "2026-02-01 12:00", "end": "2026-02-01"}, "UTC").end
        == "2026-02-01"
    )


@pytest.mark.parametrize("key", ["start", "end"])
@pytest.mark.parametrize("text", ["tomorrow", "", "2026-02-30", "24.12.2026", 20261224, ["2026-01-01"]])
def test_unreadable_start_or_end_is_refused(key: str, text: object):
    fault = only({"every": "1 day", key: text})
    assert fault.key == key
    assert "2026-12-24" in fault.fix


def test_start_outside_of_what_clocks_can_show_is_refused():
    assert only({"every": "1 day", "start": "0001-01-01"}, "Europe/Berlin").key == "start"


def test_cron_with_a_typing_error_names_its_key():
    assert only({"cron": "60 * * * *"}).key == "cron"
    assert only({"cron": 5}).key == "cron"


def test_all_faults_are_told_at_once():
    found = faults({"cron": "60 24 * * *", "start": "soon", "end": "later"}, "Mars/Olympus")
    assert [fault.key for fault in found] == ["zone", "cron", "cron", "start", "end"]


moments = st.one_of(
    st.none(),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(str),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(str),
)
whens = st.one_of(
    st.builds(
        lambda n, unit: {"every": Span(n, unit)}, st.integers(1, 5000), st.sampled_from(sorted(ELAPSED))
    ),
    st.sampled_from(["0 3 * * 1", "*/20 * * * *", "0 0 L * *", "@daily", "5,35 */2 1-7 JAN-MAR MON#2"]).map(
        lambda line: {"cron": line}
    ),
)


@given(whens, st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]), moments)
def test_plain_is_the_inverse(when, zone, start):
    rule = Rule(zone=zone, start=start, **when)
    assert parse_rule(rule.plain(), "Asia/Tokyo") == rule
