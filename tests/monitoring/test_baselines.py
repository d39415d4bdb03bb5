"""Baselines: what one would have said without a model, and nothing that was not known yet."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.monitoring import baselines
from core.monitoring.baselines import Past, last_known

NEVER = 2**63 - 1


def naive_last(time: np.ndarray, known: np.ndarray) -> list[int]:
    return [max((j for j in range(i) if known[j] <= time[i]), default=-1) for i in range(len(time))]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 15), st.one_of(st.integers(-5, 15), st.just(NEVER))), max_size=70))
def test_last_known_is_the_newest_earlier_row_whose_label_was_known(facts: list[tuple[int, int]]) -> None:
    facts.sort(key=lambda fact: fact[0])
    time = np.array([t for t, _ in facts], np.int64)
    known = np.array([t if k is NEVER else t + k for t, k in facts], np.int64)
    known = np.where([k == NEVER for _, k in facts], NEVER, known) if facts else known
    assert last_known(time, known).tolist() == naive_last(time, known)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 15), st.integers(-5, 15)), max_size=70))
def test_last_known_of_rows_that_came_late_among_others_too(facts: list[tuple[int, int]]) -> None:
    time = np.array([t for t, _ in facts], np.int64)
    known = np.array([t + k for t, k in facts], np.int64)
    assert last_known(time, known).tolist() == naive_last(time, known)


def test_last_known_is_the_same_however_many_rows_are_looked_up_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = np.random.default_rng(0)
    time = np.sort(chance.integers(0, 60, 100))
    known = time + chance.integers(-5, 20, 100)
    monkeypatch.setattr(baselines, "BLOCK", 7)
    assert last_known(time, known).tolist() == naive_last(time, known)


def objects(values: list[object]) -> np.ndarray:
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


def regression(label: list[float], late: int = 0, as_of: int = 1000) -> Past:
    time = np.arange(len(label), dtype=np.int64)
    return Past.of("regression", time, time + late, np.array(label), as_of)


def test_mean_is_of_the_labels_known_at_the_windows_start() -> None:
    past = regression([1.0, 3.0, 100.0, 5.0, 7.0], late=2)
    found = past.baselines(3, 5, 3)  # rows 0 and 1 are known at 3
    assert found["mean"] == {"rmse": np.sqrt((9 + 25) / 2), "mae": 4.0, "r2": -16.0, "bias": -4.0}


def test_last_is_known_by_each_rows_own_time() -> None:
    assert regression([1.0, 2.0, 4.0, 7.0]).baselines(2, 4, 2)["last"]["mae"] == 2.5
    assert regression([1.0, 2.0, 4.0, 7.0], late=2).baselines(2, 4, 2)["last"]["mae"] == 4.0


def test_rows_before_any_known_label_are_left_out() -> None:
    past = regression([1.0, 2.0, 4.0], late=2)
    assert past.baselines(0, 3, 0)["last"]["mae"] == 3.0
    assert set(past.baselines(0, 2, 0)["last"].values()) == {None}
    assert set(past.baselines(0, 2, 0)["mean"].values()) == {None}


def test_label_after_as_of_does_not_exist() -> None:
    early, late = regression([1.0, 2.0, 4.0, 9.0], as_of=2), regression([1.0, 2.0, 4.0, -50.0], as_of=2)
    assert early.baselines(1, 4, 1) == late.baselines(1, 4, 1)


def test_label_known_before_its_rows_time_is_not_of_the_past_of_an_earlier_row() -> None:
    time = np.array([0, 1, 2], np.int64)
    past = Past.of("regression", time, np.array([0, -9, -9]), np.array([1.0, 50.0, 50.0]), 10)
    assert past.baselines(1, 2, 1)["mean"]["bias"] == -49.0
    assert past.baselines(1, 2, 1)["last"]["bias"] == -49.0


def test_majority_scores_by_shares_and_orders_nothing() -> None:
    label = objects(["no", "no", "yes", "no", "yes", "no"])
    time = np.arange(6, dtype=np.int64)
    found = Past.of("binary", time, time, label, 100, "yes").baselines(4, 6, 3)
    assert found["majority"]["accuracy"] == 0.5
    assert found["majority"]["roc_auc"] == 0.5
    assert found["majority"]["brier"] == (0.75**2 + 0.25**2) / 2
    assert found["last"]["accuracy"] == 0.0
    assert found["last"]["roc_auc"] is None
    assert found["last"]["log_loss"] is None


def test_majority_of_many_classes_and_missing_labels() -> None:
    label = objects([3, 3, 1, None, 2, 3])
    time = np.arange(6, dtype=np.int64)
    found = Past.of(
        "multiclass", time, np.where([v is None for v in label], NEVER, time), label, 100
    ).baselines(3, 6, 3)
    assert found["majority"]["accuracy"] == 0.5
    assert found["majority"]["log_loss"] is not None


def test_window_without_labels_has_no_baseline() -> None:
    time = np.arange(3, dtype=np.int64)
    found = Past.of("binary", time, np.full(3, NEVER), objects([None] * 3), 100, 1).baselines(1, 3, 1)
    assert {value for metrics in found.values() for value in metrics.values()} == {None}
