"""Places: each row of a stream, in whatever order it comes, is found in its window."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.clock import NEVER
from core.monitoring.cuts import arrange, nth_of_time
from core.monitoring.grid import Slice
from core.monitoring.known import Known
from core.monitoring.places import places


def known_of(time: np.ndarray, size: int, late: set[int]) -> tuple[Known, list[Slice], np.ndarray]:
    """(Rows in windows by rows, some of which came late; the windows; (n,) the row at each position.)"""
    early = np.array([row for row in range(len(time)) if row not in late], np.int64)
    cuts = [time[early[i : i + size]] for i in range(0, len(early) // size * size, size)]
    order, _ = arrange(time, 0, cuts, NEVER)
    nth = None if order is None else nth_of_time(time)[order]
    rows = np.arange(len(time)) if order is None else order
    stands = time[rows]
    windows = [
        Slice(
            k, int(stands[first]), int(stands[first]) + 1, first, min(first + size, len(time)), True, upto=1
        )
        for k, first in enumerate(range(0, len(time), size))
    ]
    return Known(NEVER - 1, stands, stands, stands, windows, 0, nth), windows, rows


@pytest.mark.parametrize("some_late", [False, True])
@given(st.lists(st.integers(0, 8), min_size=1, max_size=40), st.integers(1, 6), st.data())
def test_row_of_a_window_by_rows_is_told_from_others_of_its_time(
    some_late: bool, times: list[int], size: int, data: st.DataObject
) -> None:
    time = np.sort(np.array(times, np.int64))
    late = data.draw(st.sets(st.integers(0, len(time) - 1))) if some_late else set()
    known, windows, rows = known_of(time, size, late)
    chosen = sorted(data.draw(st.sets(st.sampled_from(range(len(windows))), min_size=1)))
    expected = np.full(len(time), -1)
    for place, k in enumerate(chosen):
        expected[rows[windows[k].first : windows[k].stop]] = place

    least = int(min(time[expected >= 0]))
    stream = data.draw(st.permutations(sorted({*times}))) if len({*times}) > 1 else times[:1]
    where = places(known, [windows[k] for k in chosen])
    for moment in stream:  # in the source's order only rows of one time are
        here = np.flatnonzero(time == moment)
        if moment >= least:
            cut = data.draw(st.integers(0, len(here)))
            found = np.concatenate([where.of(time[part]) for part in (here[:cut], here[cut:])])
            assert found.tolist() == expected[here].tolist()
