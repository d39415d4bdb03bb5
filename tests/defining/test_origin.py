"""Windows begin where the file says, else at the beginning of the first row's day."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.defining.origin import origin_of
from core.domain.clock import micros, moment
from core.domain.spans import Span
from tests.model_kit import BIKES

FIRST = micros(datetime(2011, 3, 14, 2, 30, 0, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "begin"),
    [
        ({}, datetime(2011, 3, 14, tzinfo=UTC)),
        (
            {"zone": "America/New_York"},
            datetime(2011, 3, 13, 5, tzinfo=UTC),
        ),  # still the 13th there, and winter time
        ({"window": Span(1, "months")}, datetime(2011, 3, 1, tzinfo=UTC)),
        ({"window": Span(6, "hours")}, datetime(2011, 3, 14, tzinfo=UTC)),
        ({"window": Span(2, "weeks")}, datetime(2011, 3, 14, tzinfo=UTC)),
        ({"window": Span(100, "rows")}, moment(FIRST)),
        ({"origin": "2011-03-10"}, datetime(2011, 3, 10, tzinfo=UTC)),
        ({"origin": "2011-03-10", "zone": "America/New_York"}, datetime(2011, 3, 10, 5, tzinfo=UTC)),
        (
            {"origin": "2011-03-10T06:00+02:00", "zone": "America/New_York"},
            datetime(2011, 3, 10, 4, tzinfo=UTC),
        ),
        (
            {"origin": "2011-03-13 02:30", "zone": "America/New_York"},
            datetime(2011, 3, 13, 7, tzinfo=UTC),
        ),  # in the gap
        (
            {"origin": "2011-11-06 01:30", "zone": "America/New_York"},
            datetime(2011, 11, 6, 5, 30, tzinfo=UTC),
        ),  # the first
        ({"origin": "2011-03-10T06:00", "window": Span(100, "rows")}, datetime(2011, 3, 10, 6, tzinfo=UTC)),
    ],
)
def test_windows_begin_there(changes, begin):
    assert moment(origin_of(replace(BIKES, **changes), FIRST)) == begin


def test_a_midnight_that_does_not_exist_moves_to_the_first_instant_after_it():
    first = micros(datetime(2018, 11, 4, 15, tzinfo=UTC))  # São Paulo went from 23:59:59 to 01:00 that day
    assert moment(origin_of(replace(BIKES, zone="America/Sao_Paulo"), first)) == datetime(
        2018, 11, 4, 3, tzinfo=UTC
    )
