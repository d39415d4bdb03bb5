"""Metrics: equal to scikit-learn's, and None where they are not defined."""

import warnings
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as theirs

from core.domain.learning import Predictions
from core.domain.metrics import Scored, score

LABELS = st.sampled_from([(0, 1), (False, True), ("no", "yes")])
NUMBERS = st.floats(-1e6, 1e6)


def held(values: Sequence[object]) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def said_of(
    values: Sequence[object], scores: np.ndarray | None = None, classes: Sequence[object] = ()
) -> Predictions:
    numeric = all(isinstance(value, float) for value in values)
    prediction = np.array(values, np.float64) if numeric else held(values)
    return Predictions(np.zeros(len(values), np.uint64), prediction, scores, classes)


def same(found: float | None, expected: float) -> bool:
    """None where scikit-learn says NaN."""
    return (found is None and np.isnan(expected)) or found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=30))
def test_regression_equals_scikit_learn(pairs: list[tuple[float, float]]) -> None:
    truth, guess = np.array(pairs).T
    found = score("regression", truth, said_of(guess.tolist()))
    assert same(found["rmse"], theirs.root_mean_squared_error(truth, guess))
    assert same(found["mae"], theirs.mean_absolute_error(truth, guess))
    assert found["bias"] == pytest.approx(np.mean(guess - truth))
    if np.ptp(truth) > 1e-3:
        assert found["r2"] == pytest.approx(theirs.r2_score(truth, guess), rel=1e-6)


@st.composite
def binary_cases(draw: st.DrawFn) -> tuple[tuple[object, object], list[int], list[float]]:
    n = draw(st.integers(1, 30))
    scores = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))
    return (
        draw(LABELS),
        draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)),
        draw(st.lists(scores, min_size=n, max_size=n)),
    )


@settings(deadline=None)
@given(binary_cases())
def test_binary_equals_scikit_learn(case: tuple[tuple[object, object], list[int], list[float]]) -> None:
    classes, truth, scores = case
    guess = [int(value >= 0.5) for value in scores]
    columns = np.column_stack([1 - np.array(scores), scores])
    found = score(
        "binary",
        held([classes[i] for i in truth]),
        said_of([classes[i] for i in guess], columns, classes),
        classes[1],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = {
            "accuracy": theirs.accuracy_score(truth, guess),
            "precision": theirs.precision_score(truth, guess, zero_division=np.nan),
            "recall": theirs.recall_score(truth, guess, zero_division=np.nan),
            "f1": theirs.f1_score(truth, guess, zero_division=np.nan),
            "brier": theirs.brier_score_loss(truth, scores, labels=[0, 1]),
            "log_loss": theirs.log_loss(truth, columns, labels=[0, 1]),
            "roc_auc": theirs.roc_auc_score(truth, scores) if len(set(truth)) == 2 else np.nan,
        }
    assert set(found) == set(expected)
    assert [name for name in found if not same(found[name], expected[name])] == []


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 5), st.integers(1, 40))
def test_multiclass_equals_scikit_learn(seed: int, k: int, n: int) -> None:
    random = np.random.default_rng(seed)
    truth = random.permutation(np.concatenate([np.arange(k), random.integers(0, k, n)]))
    columns = np.round(random.dirichlet(np.full(k, 0.5), len(truth)), 1)
    columns[:, 0] += 1 - columns.sum(axis=1)
    columns = np.clip(columns, 0, 1)
    columns /= columns.sum(axis=1, keepdims=True)
    guess = columns.argmax(axis=1)
    names = [f"class {i}" for i in range(k)]
    found = score(
        "multiclass", held([names[i] for i in truth]), said_of([names[i] for i in guess], columns, names)
    )
    macro = {"average": "macro", "zero_division": 0}
    expected = {
        "accuracy": theirs.accuracy_score(truth, guess),
        "precision": theirs.precision_score(truth, guess, **macro),
        "recall": theirs.recall_score(truth, guess, **macro),
        "f1": theirs.f1_score(truth, guess, **macro),
        "brier": theirs.brier_score_loss(truth, columns, labels=range(k)),
        "log_loss": theirs.log_loss(truth, columns, labels=range(k)),
        "roc_auc": theirs.roc_auc_score(truth, columns, multi_class="ovr", average="macro"),
    }
    assert [name for name in expected if not same(found[name], expected[name])] == []


def defined(found: Scored) -> set[str]:
    return {name for name, value in found.items() if value is not None}


def test_one_class_in_truth_leaves_the_area_undefined() -> None:
    scores = np.array([[0.4, 0.6], [0.7, 0.3]])
    found = score("binary", held([1, 1]), said_of([1, 0], scores, (0, 1)), 1)
    assert found["roc_auc"] is None
    assert found["recall"] == 0.5


def test_positive_that_is_neither_there_nor_said_leaves_its_metrics_undefined() -> None:
    found = score("binary", held(["no", "no"]), said_of(["no", "no"], None, ("no", "yes")), "yes")
    assert defined(found) == {"accuracy"}


def test_no_scores_leave_what_needs_them_undefined() -> None:
    found = score("multiclass", held(["a", "b"]), said_of(["a", "a"]))
    assert defined(found) == {"accuracy", "precision", "recall", "f1"}


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_no_rows_have_no_metrics(task: str) -> None:
    assert defined(score(task, held([]), said_of([], None, (0, 1)))) == set()
    assert (
        defined(score("regression", np.empty(0), Predictions(np.empty(0, np.uint64), np.empty(0)))) == set()
    )


def test_truth_that_never_varies_has_no_r2() -> None:
    assert score("regression", np.array([3.0, 3.0]), said_of([4.0, 3.0]))["r2"] is None


def test_one_row_has_no_r2() -> None:
    assert defined(score("regression", np.array([3.0]), said_of([4.0]))) == {"rmse", "mae", "bias"}


def test_rows_without_label_or_prediction_are_left_out() -> None:
    found = score("binary", held([1, None, 0, 1]), said_of([1, 1, None, 1], None, (0, 1)), 1)
    assert found["accuracy"] == 1.0
    assert score("regression", np.array([1.0, np.nan, 5.0]), said_of([2.0, 3.0, np.nan]))["mae"] == 1.0


def test_rows_without_score_are_left_out_of_what_needs_it_alone() -> None:
    scores = np.array([[0.2, 0.8], [0.9, 0.1], [np.nan, np.nan]])
    found = score("binary", held([1, 0, 1]), said_of([1, 0, 0], scores, (0, 1)), 1)
    assert found["roc_auc"] == 1.0
    assert found["accuracy"] == pytest.approx(2 / 3)


def test_prediction_that_is_not_finite_has_no_metric() -> None:
    assert score("regression", np.array([1.0, 2.0]), said_of([float("inf"), 2.0]))["rmse"] is None


def test_class_that_the_version_does_not_know_counts_against_it() -> None:
    scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
    found = score("multiclass", held(["a", "b", "new"]), said_of(["a", "b", "a"], scores, ("a", "b")))
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert found["log_loss"] == pytest.approx((-np.log(0.9) - np.log(0.8) - np.log(np.finfo(float).eps)) / 3)
    assert found["roc_auc"] == pytest.approx((1 + 1 + 0.5) / 3)


def test_whole_numbers_and_truth_values_are_one_class() -> None:
    assert score("binary", held([1, 0]), said_of([True, False], None, (False, True)), True)["f1"] == 1.0
