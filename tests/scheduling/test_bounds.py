"""Bounds: dates and times of a zone as instants."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.scheduling.bounds import first_instant, last_instant

BERLIN = ZoneInfo("Europe/Berlin")


def test_date_begins_at_its_first_instant_and_ends_at_its_last_microsecond():
    assert first_instant("2026-03-29", BERLIN) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert last_instant("2026-03-29", BERLIN) == datetime(2026, 3, 29, 22, tzinfo=UTC) - timedelta(
        microseconds=1
    )


def test_date_that_has_no_midnight_begins_after_the_gap():
    assert first_instant("2026-09-06", ZoneInfo("America/Santiago")) == datetime(2026, 9, 6, 4, tzinfo=UTC)


def test_time_is_one_instant_at_both_ends():
    assert (
        first_instant("2026-03-29 12:00", BERLIN)
        == last_instant("2026-03-29T12:00", BERLIN)
        == datetime(2026, 3, 29, 10, tzinfo=UTC)
    )


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30", "2026-13-01", "25:00"])
def test_what_is_neither_is_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011
        first_instant(text, BERLIN)
