"""Cuts: full windows by rows keep their rows, late ones join the open window."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from core.domain.clock import NEVER, moment
from core.monitoring.cuts import arrange
from tests.home_kit import Place, days_of_rows, place_of


def test_rows_of_a_cut_stand_first_and_late_ones_after() -> None:
    order, held = arrange(np.array([1, 2, 3, 4, 5, 6]), 0, [np.array([1, 3]), np.array([4, 5])], NEVER)
    assert (list(order), held) == ([0, 2, 3, 4, 1, 5], 2)  # type: ignore[arg-type]


def test_of_rows_of_one_time_the_later_in_the_source_is_late() -> None:
    order, _ = arrange(np.array([1, 1, 1, 2]), 0, [np.array([1, 1])], NEVER)
    assert order is None


def test_cut_of_which_a_row_is_gone_does_not_hold() -> None:
    cuts = [np.array([1, 2]), np.array([3, 9]), np.array([5, 6])]
    order, held = arrange(np.array([0, 1, 2, 3, 5, 6]), 0, cuts, NEVER)
    assert (list(order), held) == ([1, 2, 0, 3, 4, 5], 1)  # type: ignore[arg-type]


def test_cut_holds_only_once_its_rows_are_there() -> None:
    assert arrange(np.array([1, 2, 3]), 0, [np.array([1, 2]), np.array([3, 4])], 4) == (None, 1)
    assert arrange(np.array([], np.int64), 0, [np.array([1])], NEVER) == (None, 0)


@given(
    st.lists(st.integers(0, 30), max_size=40), st.lists(st.integers(0, 30), max_size=20), st.integers(1, 7)
)
def test_whatever_comes_late_each_cut_keeps_its_times(early: list[int], late: list[int], size: int) -> None:
    before = np.sort(np.array(early, np.int64))
    cuts = [before[i : i + size] for i in range(0, len(before) // size * size, size)]
    time = np.sort(np.array([*early, *late], np.int64))
    order, held = arrange(time, 0, cuts, NEVER)
    stands = time if order is None else time[order]
    assert held == len(cuts)
    assert sorted(range(len(time)) if order is None else order) == list(range(len(time)))
    for i, cut in enumerate(cuts):
        assert stands[i * size : (i + 1) * size].tolist() == cut.tolist()


def by_rows(folder: Path) -> tuple[Place, dict[str, np.ndarray]]:
    """Every second of the rows of ten days; windows of 24."""
    columns = days_of_rows(10)
    half = {name: column[::2] for name, column in columns.items()}
    return place_of(folder, half, window="24 rows"), columns


def windows(place: Place) -> dict[int, tuple[object, ...]]:
    with place.home.reading() as stores:
        return {
            one.index: (one.start, one.end, one.rows, one.metrics)
            for one in stores.windows.all(place.kept.id)
        }


def test_late_rows_join_the_open_window_and_full_ones_stay(tmp_path: Path) -> None:
    place, columns = by_rows(tmp_path)
    place.work("backfill", options={"every": 1})
    before = windows(place)
    pq.write_table(pa.table(columns), tmp_path / "rows.parquet")
    place.work("monitor")
    after = windows(place)
    full = [index for index, (_, _, rows, _) in before.items() if rows == 24]
    assert len(full) == 5
    assert {index: after[index] for index in full} == {index: before[index] for index in full}
    assert sum(rows for _, _, rows, _ in after.values()) == 241
    starts = [start for start, *_ in after.values()]
    assert starts == sorted(starts)


def test_windows_that_late_rows_joined_are_scored_and_learnt_whole(tmp_path: Path) -> None:
    place, columns = by_rows(tmp_path)
    place.work("monitor")
    pq.write_table(pa.table(columns), tmp_path / "rows.parquet")
    place.work("backfill", options={"every": 1})
    found = windows(place)
    assert all(metrics for index, (_, _, rows, metrics) in found.items() if index >= 3 and rows == 24)
    assert [version.rows for version in place.versions()] == [
        24 * n for n in range(3, 3 + len(place.versions()))
    ]
    place.work("monitor")
    assert windows(place) == found


def test_a_look_at_an_earlier_moment_changes_nothing_that_is_kept(tmp_path: Path) -> None:
    place = place_of(tmp_path, days_of_rows(8))
    place.work("backfill", options={"every": 1})
    before = windows(place)
    run = place.work("monitor", as_of=moment(place.kept.origin + 4 * 86_400_000_000))
    assert str(run.reason).startswith("4 windows")
    assert windows(place) == before
