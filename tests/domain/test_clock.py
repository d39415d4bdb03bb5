"""Clock: local times as instants, at gaps and folds."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.clock import change_between, iso, localize, micros, moment

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
)


@pytest.mark.parametrize(
    ("zone", "naive", "instant"),
    [
        ("Europe/Berlin", "2026-07-01T12:00", "2026-07-01T10:00"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00"),  # gap: the first instant after it
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),  # twice: the first
        ("America/New_York", "2026-03-08T02:59:59.999999", "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),  # a gap of 30 minutes
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),  # a whole day that was left out
    ],
)
def test_local_time_as_instant(zone: str, naive: str, instant: str):
    found = localize(datetime.fromisoformat(naive), ZoneInfo(zone))
    assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


@given(st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)), st.sampled_from(ZONES))
def test_local_time_that_exists_comes_back(naive: datetime, zone: str):
    instant = localize(naive, ZoneInfo(zone))
    back = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert back == naive or (back > naive and back.second == 0)  # later only out of a gap


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.timedeltas(timedelta(0), timedelta(hours=3)),
    st.sampled_from(ZONES),
)
def test_later_local_time_is_never_an_earlier_instant(naive: datetime, more: timedelta, zone: str):
    assert localize(naive, ZoneInfo(zone)) <= localize(naive + more, ZoneInfo(zone))


def test_change_is_found_to_the_second():
    before, after = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, 0, 0, 0, 5, tzinfo=UTC)
    assert change_between(before, after, ZoneInfo("Europe/Berlin")) == datetime(2026, 3, 29, 1, tzinfo=UTC)


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_are_exact_and_come_back(when: datetime):
    assert moment(micros(when)) == when


def test_json_shows_utc_with_its_offset():
    assert iso(datetime(2026, 1, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))) == "2026-01-01T00:00:00+00:00"
    assert iso(None) is None
