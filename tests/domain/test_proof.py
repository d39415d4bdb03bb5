"""Two sayings of the same rows are the same only to the bit; probe rows hang on the snapshot's size alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.learning import Predictions
from core.domain.making import packages
from core.domain.proof import MOST_NAMED, MOST_PROBED, Gap, Proof, cause, gap, needs, probe_positions, why_not
from tests.home_kit import NOW, version_of


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


def test_a_cause_is_one_sentence_whatever_was_said() -> None:
    assert cause("Chunk ab was altered since it was saved.") == "chunk ab was altered since it was saved"
    assert cause("EVERMODEL_OUT is not set.") == "EVERMODEL_OUT is not set"
    said = "train.py ended with status 1. It said last:\nTraceback:\n  line 3\nKeyError: 'x'\n"
    assert cause(said) == "train.py ended with status 1. It said last: KeyError: 'x'"


def test_a_reason_names_some_causes_and_counts_the_rest() -> None:
    proof = Proof(3, 1, NOW, False, 0.0, [f"cause {i}" for i in range(MOST_NAMED + 2)])
    assert f"cause {MOST_NAMED - 1}; and 2 more" in proof.reason
    assert f"cause {MOST_NAMED};" not in proof.reason


def test_a_version_needs_that_from_which_it_went_on_and_says_so_where_its_file_is_gone() -> None:
    warm = version_of(1, 1, NOW, number=3, lineage={"continues": 2}, parent=2)
    script = version_of(1, 1, NOW, number=3, code={"script": "train.py"}, parent=1)
    afresh = version_of(1, 1, NOW, number=3, lineage={"continues": None}, parent=2)
    assert [needs(one) for one in (warm, script, afresh)] == [{2}, {1}, set()]
    assert why_not(warm, True) is None
    assert why_not(warm, True, [2]) == "v3 went on from v2, whose file is there no more."
    assert why_not(afresh, True, [2]) is None
