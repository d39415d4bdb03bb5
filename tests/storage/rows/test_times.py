"""Times: whatever a column holds as microseconds, and what cannot be read counted."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.clock import localize, micros
from core.domain.errors import SourceFault
from core.domain.sources import Schema, SourceSpec
from storage.rows.local_times import to_utc
from storage.rows.times import TimeReader

ZONES = [
    "UTC",
    "America/New_York",
    "Europe/Paris",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Africa/Casablanca",
]


def read(array, zone="UTC", **options):
    return TimeReader("t", ZoneInfo(zone), SourceSpec("rows", **options)).read(array, "rows")


def us(*moments):
    return [micros(datetime.fromisoformat(text).astimezone(UTC)) for text in moments]


@given(st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), min_size=1), st.sampled_from(ZONES))
def test_local_times_are_read_as_the_clock_reads_them(naive, zone):
    local = np.array([micros(when.replace(tzinfo=UTC)) for when in naive])
    assert to_utc(local, ZoneInfo(zone)).tolist() == [
        micros(localize(when, ZoneInfo(zone))) for when in naive
    ]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/New_York", datetime(2026, 3, 8)),
        ("America/New_York", datetime(2026, 11, 1)),
        ("America/New_York", datetime(2055, 3, 14)),  # later than the tables of most systems go
        ("America/Sao_Paulo", datetime(2018, 11, 4)),  # midnight is missing
        ("America/Sao_Paulo", datetime(2018, 2, 18)),  # the last hour of the day before comes twice
        ("Australia/Lord_Howe", datetime(2026, 4, 5)),  # by half an hour
        ("Pacific/Apia", datetime(2011, 12, 30)),  # the whole day is missing
    ],
)
def test_every_minute_around_a_change_of_clocks_is_read_as_the_clock_reads_it(zone, day):
    naive = [day + timedelta(minutes=k) for k in range(-26 * 60, 50 * 60)]
    local = np.array([micros(when.replace(tzinfo=UTC)) for when in naive])
    found = to_utc(local, ZoneInfo(zone))
    assert found.tolist() == [micros(localize(when, ZoneInfo(zone))) for when in naive]
    assert (np.diff(found) >= 0).all() or day.month in (11, 4, 2)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02",
        "2026-01-02 03",
        "2026-01-02T03:04",
        "2026-01-02 03:04:05",
        "2026-01-02 03:04:05.123456",
        "2026-01-02T03:04:05.1",
        "2026-01-02 03:04Z",
        "2026-01-02T03:04:05.25+01:30",
        "2026-01-02 03:04-0500",
    ],
)
def test_iso_text_is_read_alike_alone_and_beside_what_is_no_time(text):
    when = datetime.fromisoformat(text)
    expected = micros(localize(when, ZoneInfo("Europe/Paris")) if when.tzinfo is None else when)
    for column in ([text], [text, "soon", None]):
        found = read(pa.array(column), "Europe/Paris")
        assert found.us[found.readable].tolist() == [expected]
        assert found.readable.tolist() == [True, False, False][: len(column)]


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "2026-13-01",
        "2026-02-30",
        "2026-01-02 24:00",
        "2026-01-02 23:59:60",
        "20260102T03",
        "2026-1-2",
        "02/01/2026",
        "2026-01-02Z",
        " 2026-01-02",
        "0000-01-01",
        "٢٠٢٦-٠١-٠٢",
    ],
)
def test_text_that_is_no_iso_time_is_unreadable_and_never_guessed(text):
    for column in ([text], [text, "2026-01-02"]):
        assert not read(pa.array(column)).readable[0]


def test_finer_fractions_are_rounded_down():
    assert read(pa.array(["1970-01-01 00:00:00.1234569", "1969-12-31 23:59:59.999999999"])).us.tolist() == [
        123456,
        -1,
    ]
    assert read(pa.array([1_999, -1], pa.timestamp("ns"))).us.tolist() == [1, -1]


@pytest.mark.parametrize(
    ("unit", "number"),
    [
        ("s", 1_700_000_000),
        ("ms", 1_700_000_000_123),
        ("us", 1_700_000_000_123_456),
        ("ns", 1_700_000_000_123_456_789),
    ],
)
def test_whole_numbers_are_read_by_their_unit_told_or_guessed(unit, number):
    expected = number * 10**6 // {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    for array in (pa.array([number]), pa.array([str(number)]), pa.array([str(number), "soon"])):
        for options in ({}, {"time_unit": unit}):
            assert read(array, "Asia/Kathmandu", **options).us[0] == expected


@pytest.mark.parametrize("numbers", [[20260102], [2026], [0], [1_700_000_000, 1_700_000_000_000]])
def test_numbers_of_no_clear_unit_are_told(numbers):
    with pytest.raises(SourceFault, match=r"may be times of any unit.* time_format or time_unit"):
        read(pa.array(numbers))


def test_a_guessed_unit_stays_for_later_batches():
    reader = TimeReader("t", ZoneInfo("UTC"), SourceSpec("rows"))
    reader.read(pa.array([1_700_000_000_000]), "a.csv")
    with pytest.raises(SourceFault, match=r"b\.csv: t: Numbers from 1700000000"):
        reader.read(pa.array([1_700_000_000]), "b.csv")


def test_whole_numbers_that_lack_some_are_read_from_doubles():
    found = read(pa.array([1_700_000_000.0, None, float("nan"), 0.5]), time_unit="s")
    assert found.readable.tolist() == [True, False, False, False]
    assert found.us[0] == 1_700_000_000_000_000


@pytest.mark.parametrize(
    ("format", "text", "moment"),
    [
        ("%d/%m/%Y %H:%M", "02/01/2026 03:04", "2026-01-02T03:04+05:45"),
        ("%Y%m%d", "20260102", "2026-01-02T00:00+05:45"),
        ("%d.%m.%y %H:%M %z", "02.01.26 03:04 +0100", "2026-01-02T03:04+01:00"),
    ],
)
def test_a_time_format_is_obeyed_and_nothing_else(format, text, moment):
    found = read(
        pa.array([text, "31/02/2026 00:00", "2026-01-02", None]), "Asia/Kathmandu", time_format=format
    )
    assert found.us[:1].tolist() == us(moment)
    assert found.readable.tolist() == [True, False, False, False]


def test_a_time_format_reads_whole_numbers_too():
    assert read(pa.array([20260102, None]), time_format="%Y%m%d").us[:1].tolist() == us(
        "2026-01-02T00:00+00:00"
    )


@pytest.mark.parametrize(
    "array",
    [
        pa.array([20455, None], pa.date32()),
        pa.array([20455 * 86_400_000, None], pa.date64()),
        *(
            pa.array([20455 * 86_400 * per, None], pa.timestamp(unit))
            for unit, per in [("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)]
        ),
    ],
)
def test_dates_and_naive_timestamps_are_read_in_the_models_zone(array):
    found = read(array, "America/New_York")
    assert found.us[:1].tolist() == us("2026-01-02T00:00-05:00")
    assert found.readable.tolist() == [True, False]


def test_zoned_timestamps_are_instants():
    array = pa.array([20455 * 86_400], pa.timestamp("s", "Europe/Paris"))
    assert read(array, "America/New_York").us.tolist() == us("2026-01-02T00:00+00:00")


def test_times_out_of_the_years_of_a_calendar_are_unreadable():
    assert not read(pa.array([2**62, -(2**62)], pa.timestamp("us"))).readable.any()
    assert not read(pa.array([2**62, -(2**62)], pa.timestamp("s"))).readable.any()
    assert not read(pa.array([2**62]), time_unit="s").readable.any()


@pytest.mark.parametrize(
    "column", [["2026-01-02", "2026-01-02T00:00Z"], ["2026-01-02T00:00Z", "2026-01-02", "soon"]]
)
def test_naive_and_zoned_times_in_one_column_are_told(here, column):
    here.write("rows.csv", "t,y\n" + "".join(f"{text},1\n" for text in column))
    with pytest.raises(SourceFault, match="t: Some of its times have an offset from UTC and some have none"):
        here.survey("rows.csv")


def test_naive_and_zoned_times_in_two_files_are_told(here):
    here.write("data/a.csv", "t,y\n2026-01-02,1\n")
    here.write("data/b.csv", "t,y\n2026-01-02T00:00Z,1\n")
    with pytest.raises(SourceFault, match=r"data/b\.csv: t: Some of its times"):
        here.survey("data")


def test_a_column_of_another_kind_is_no_time(here):
    here.parquet("rows.parquet", {"t": [True], "y": [1]})
    with pytest.raises(SourceFault, match=r"rows\.parquet: t: It holds bool, not times\."):
        here.survey("rows.parquet")


def test_rows_without_a_readable_time_are_left_out_and_counted(here):
    here.write("rows.csv", "t,y\n2026-01-02,1\nsoon,2\n,3\n2026-01-01,4\n")
    for columns in (None, ["y"]):
        rows = here.source("rows.csv").read(None, None, columns)
        assert (rows.table.column("y").to_pylist(), rows.left_out) == ([4, 1], 2)


def test_rows_left_out_are_counted_alike_where_a_row_group_is_passed_over(here):
    here.parquet(
        "rows.parquet",
        {"t": pa.array([0, None, 10, None, 20, 21], pa.timestamp("us")), "y": range(6)},
        row_group_size=2,
    )
    schema = Schema({"t": "timestamp[us]", "y": "int64"})
    for start in (0, 10, 20, None):
        assert here.source("rows.parquet", schema).read(start, None).left_out == 2
