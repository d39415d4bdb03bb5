"""The grid: where windows begin and end."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.clock import localize, micros, moment
from core.domain.models import Model
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from core.monitoring.grid import Slice, boundary, index_at, median_rows, slices

HOUR = 3_600_000_000
NEW_YORK = "America/New_York"


def model_of(window: str, zone: str = "UTC") -> Model:
    return Model("m", "regression", "y", "t", Span.parse(window), SourceSpec("r"), ".", zone=zone)


def local(zone: str, *parts: int) -> int:
    return micros(localize(datetime(*parts), ZoneInfo(zone)))  # type: ignore[arg-type]


def hours(model: Model, origin: int, n: int) -> list[float]:
    edges = [boundary(model, origin, k) for k in range(n + 1)]
    return [(b - a) / HOUR for a, b in pairwise(edges)]


@pytest.mark.parametrize(
    ("window", "origin", "expected"),
    [
        ("1 days", (2026, 3, 7), [24, 23, 24]),
        ("1 days", (2026, 10, 31), [24, 25, 24]),
        ("7 days", (2026, 3, 2), [167, 168]),
        ("1 weeks", (2026, 10, 26), [169, 168]),
        ("6 hours", (2026, 3, 8), [6, 6, 6, 6]),
        ("24 hours", (2026, 3, 7), [24, 24, 24]),
        ("1 months", (2026, 1, 1), [31 * 24, 28 * 24, 31 * 24 - 1, 30 * 24]),
        ("1 months", (2026, 1, 31), [28 * 24, 31 * 24 - 1, 30 * 24]),
    ],
)
def test_days_weeks_and_months_follow_the_calendar_and_hours_elapse(
    window: str, origin: tuple[int, ...], expected: list[int]
) -> None:
    model = model_of(window, NEW_YORK)
    assert hours(model, local(NEW_YORK, *origin), len(expected)) == expected


def test_window_that_would_begin_inside_the_gap_begins_after_it() -> None:
    model, origin = model_of("1 days", NEW_YORK), local(NEW_YORK, 2026, 3, 7, 2, 30)
    assert boundary(model, origin, 1) == local(NEW_YORK, 2026, 3, 8, 3, 0)
    assert boundary(model, origin, 2) == local(NEW_YORK, 2026, 3, 9, 2, 30)


WINDOWS = st.builds(
    lambda amount, unit: f"{amount} {unit}",
    st.integers(1, 40),
    st.sampled_from(["seconds", "minutes", "hours", "days", "weeks", "months"]),
)


@settings(deadline=None, max_examples=300)
@given(
    window=WINDOWS,
    zone=st.sampled_from(["UTC", NEW_YORK, "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"]),
    begin=st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)),
    k=st.integers(0, 300),
    share=st.floats(0, 1),
)
def test_each_moment_lies_in_the_window_of_its_index(
    window: str, zone: str, begin: datetime, k: int, share: float
) -> None:
    model, origin = model_of(window, zone), micros(localize(begin, ZoneInfo(zone)))
    start, end = boundary(model, origin, k), boundary(model, origin, k + 1)
    assert boundary(model, origin, 0) == origin
    assert start < end
    for when in (start, min(end - 1, start + int(share * (end - start))), end - 1):
        assert index_at(model, origin, when) == k
    assert index_at(model, origin, end) == k + 1


def days(time: list[float], as_of: float, origin: float = 0) -> list[Slice]:
    """Windows of a day over rows at hours."""
    moments = np.array([int(hour * HOUR) for hour in time], np.int64)
    return slices(model_of("1 days"), int(origin * HOUR), moments, int(as_of * HOUR))


def test_windows_run_from_the_first_row_to_the_last_with_empty_ones_between() -> None:
    found = days([30, 47.5, 48, 120, 121], as_of=200)
    assert [(w.index, w.rows) for w in found] == [(1, 2), (2, 1), (3, 0), (4, 0), (5, 2)]
    assert [(w.first, w.stop) for w in found] == [(0, 2), (2, 3), (3, 3), (3, 3), (3, 5)]
    assert [(w.start // HOUR, w.end // HOUR) for w in found[:2]] == [(24, 48), (48, 72)]


def test_window_is_closed_once_as_of_reaches_its_end() -> None:
    assert [w.closed for w in days([1, 25], as_of=48)] == [True, True]
    assert [w.closed for w in days([1, 25], as_of=48 - 1e-6)] == [True, False]


def test_rows_before_the_origin_are_in_no_window() -> None:
    found = days([1, 2, 30, 60], as_of=100, origin=24)
    assert [(w.index, w.first, w.stop) for w in found] == [(0, 2, 3), (1, 3, 4)]
    assert days([1, 2], as_of=100, origin=24) == []
    assert days([], as_of=100) == []


@pytest.mark.parametrize(
    ("counts", "complete"),
    [
        ([4, 4, 4, 2], [True, True, True, True]),
        ([4, 4, 4, 1], [True, True, True, False]),
        ([4, 1, 4, 4], [True, True, True, True]),  # only a last one may be too short
        ([1], [True]),
        ([9, 9, 1, 4], [True, True, True, False]),
    ],
)
def test_last_window_with_under_half_of_the_median_rows_is_not_complete(
    counts: list[int], complete: list[bool]
) -> None:
    time = [24 * day + row for day, count in enumerate(counts) for row in range(count)]
    assert [w.complete for w in days(time, as_of=1000)] == complete


def test_open_window_is_never_complete() -> None:
    found = days([*range(24), *range(24, 47)], as_of=47)
    assert [w.complete for w in found] == [True, False]
    assert median_rows(found) == 24
    assert median_rows(days([1], as_of=2)) == 0


def by_rows(size: int, time: list[int], origin: int = 0) -> list[Slice]:
    return slices(model_of(f"{size} rows"), origin, np.array(time, np.int64), 10**6)


def test_rows_of_one_time_are_cut_in_source_order() -> None:
    found = by_rows(4, [5, 7, 7, 7, 7, 7, 9, 9, 9, 9])
    assert [(w.first, w.stop, w.upto) for w in found] == [(0, 4, 4), (4, 8, 8), (8, 10, 10)]
    assert [(w.start, w.end) for w in found] == [(5, 8), (7, 10), (9, 10)]
    assert [w.closed for w in found] == [True, True, False]


def test_window_by_rows_stays_as_it_was_cut_when_rows_come() -> None:
    time = [1, 2, 3, 4, 5, 6, 7]
    before, after = by_rows(3, time), by_rows(3, [*time, 8, 9, 10])
    assert after[:2] == before[:2]
    assert [w.rows for w in after] == [3, 3, 3, 1]


def test_windows_by_rows_count_from_the_origin() -> None:
    found = by_rows(2, [1, 2, 3, 4, 5], origin=3)
    assert [(w.first, w.stop, w.upto) for w in found] == [(2, 4, 2), (4, 5, 3)]


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=60), st.sampled_from(["1 days", "7 rows", "5 hours"])
)
def test_each_row_is_in_exactly_one_window(time: list[int], window: str) -> None:
    moments = np.array(sorted(time), np.int64) * HOUR
    found = slices(model_of(window), 0, moments, 1000 * HOUR)
    assert [place for w in found for place in range(w.first, w.stop)] == list(range(len(time)))
    assert [w.index for w in found] == list(range(found[0].index, found[0].index + len(found)))
    assert all(w.start <= moments[place] < w.end for w in found for place in range(w.first, w.stop))


def test_boundary_is_a_moment_of_the_zone() -> None:
    kathmandu = model_of("1 days", "Asia/Kathmandu")
    edge = moment(boundary(kathmandu, local("Asia/Kathmandu", 2026, 1, 1), 3))
    assert edge.utcoffset() == timedelta(0)
    assert edge.astimezone(kathmandu.tz).replace(tzinfo=None) == datetime(2026, 1, 4)
