"""Two sayings of the same rows are the same only to the bit; probe rows hang on the snapshot's size alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.learning import Predictions
from core.domain.making import packages
from core.domain.proof import MOST_PROBED, Gap, gap, probe_positions


def numbers(*values: float) -> Predictions:
    return Predictions(np.arange(len(values), dtype=np.uint64), np.array(values, np.float64))


def classes(
    said: list[str], yes: list[float] | None = None, names: tuple[str, ...] = ("no", "yes")
) -> Predictions:
    scores = None if yes is None else np.column_stack([1 - np.array(yes), yes])
    return Predictions(np.arange(len(said), dtype=np.uint64), np.array(said, object), scores, names)


@given(st.integers(0, 3 * MOST_PROBED))
def test_probe_rows_are_spread_over_the_whole_snapshot_each_once(rows: int) -> None:
    positions = probe_positions(rows)
    assert len(positions) == min(rows, MOST_PROBED)
    assert len(np.unique(positions)) == len(positions)
    if rows:
        steps = np.diff([*positions, rows])
        assert positions[0] == 0
        assert steps.min() >= 1
        assert steps.max() - steps.min() <= 1


@given(st.lists(st.floats(), max_size=20))
def test_a_saying_is_the_same_as_itself(values: list[float]) -> None:
    assert gap(numbers(*values), numbers(*values)) == Gap(len(values), 0, 0.0)


def test_the_smallest_difference_there_is_counts() -> None:
    found = gap(numbers(1.0, 2.0, 3.0), numbers(1.0, np.nextafter(2.0, 3.0), 3.0))
    assert (found.rows, found.differ) == (3, 1)
    assert found.largest == np.nextafter(2.0, 3.0) - 2.0


def test_a_number_against_none_is_as_far_as_can_be() -> None:
    assert gap(numbers(1.0, 2.0), numbers(1.0, np.nan)) == Gap(2, 1, np.inf)


def test_classes_differ_by_their_scores_and_without_them_by_one() -> None:
    assert gap(classes(["no", "yes"], [0.2, 0.9]), classes(["no", "yes"], [0.2, 0.6])) == Gap(
        2, 1, pytest.approx(0.3)
    )
    assert gap(classes(["no", "yes"]), classes(["no", "no"])) == Gap(2, 1, 1.0)
    assert gap(classes(["no", "yes"]), classes(["no", "yes"])) == Gap(2, 0, 0.0)
    assert gap(classes(["no"]), classes(["no"], names=("no", "other"))) == Gap(1, 1, 1.0)


def test_a_class_that_differs_though_its_scores_do_not_counts() -> None:
    assert gap(classes(["no", "yes"], [0.2, 0.5]), classes(["no", "no"], [0.2, 0.5])) == Gap(2, 1, 1.0)


def test_packages_that_came_since_are_no_difference() -> None:
    assert list(packages({"numpy": "2.4"}, {"numpy": "2.4", "polars": "1"})) == []
    assert list(packages({"numpy": "2.4"}, {"numpy": "2.5"})) == ["package numpy: 2.4 recorded, 2.5 present"]
