"""Last known: of each row the newest earlier one whose label was known by the row's time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.clock import NEVER
from core.monitoring.last_known import LastKnown, last_known


def naive_last(time: np.ndarray, known: np.ndarray) -> list[int]:
    return [max((j for j in range(i) if known[j] <= time[i]), default=-1) for i in range(len(time))]


FACTS = st.lists(st.tuples(st.integers(0, 15), st.one_of(st.integers(-5, 15), st.just(NEVER))), max_size=70)


def of_facts(facts: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    time = np.array([t for t, _ in facts], np.int64)
    return time, np.array([NEVER if late == NEVER else t + late for t, late in facts], np.int64)


@settings(deadline=None)
@given(FACTS)
def test_last_known_is_the_newest_earlier_row_whose_label_was_known(facts: list[tuple[int, int]]) -> None:
    time, known = of_facts(sorted(facts, key=lambda fact: fact[0]))
    assert last_known(time, known).tolist() == naive_last(time, known)


@settings(deadline=None)
@given(FACTS)
def test_last_known_of_rows_that_came_late_among_others_too(facts: list[tuple[int, int]]) -> None:
    time, known = of_facts(facts)
    assert last_known(time, known).tolist() == naive_last(time, known)


@pytest.mark.parametrize("in_order", [True, False])
@settings(deadline=None)
@given(FACTS, st.integers(1, 9), st.integers(0, 30), st.data())
def test_last_known_is_the_same_however_many_rows_are_looked_up_at_a_time(
    in_order: bool, facts: list[tuple[int, int]], block: int, as_of: int, data: st.DataObject
) -> None:
    time, known = of_facts(sorted(facts, key=lambda fact: fact[0]) if in_order else facts)
    stop = data.draw(st.integers(0, len(time)))
    first = data.draw(st.integers(0, stop))
    expected = naive_last(time, np.where(known <= as_of, known, NEVER))
    looked_up = LastKnown(time, known, as_of, block)
    assert looked_up.of(first, stop).tolist() == expected[first:stop]
    assert looked_up.of(0, len(time)).tolist() == expected
