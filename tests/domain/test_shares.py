"""What each row adds to a metric."""

import numpy as np
import pytest

from core.domain.models import CLASS_METRICS, REGRESSION_METRICS
from core.domain.shares import shares, usable
from tests.retraining.series import TASKS, objects, predictions, value

EVERY = [
    (task, metric)
    for task in TASKS
    for metric in (REGRESSION_METRICS if task == "regression" else CLASS_METRICS)
]


@pytest.mark.parametrize(("task", "metric"), EVERY)
def test_worth_is_the_metric_with_higher_as_better(task: str, metric: str) -> None:
    for seed in range(3):
        truth, said, _ = TASKS[task](np.random.default_rng(seed), 60)
        found = shares(task, metric, truth, said)
        assert found.worth == pytest.approx(value(task, metric, truth, said), rel=1e-12)
        assert found.rows.mean() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("task", "metric"), EVERY)
def test_a_row_s_share_tells_what_the_metric_becomes_without_it(task: str, metric: str) -> None:
    n = 400
    truth, said, _ = TASKS[task](np.random.default_rng(1), n)
    found = shares(task, metric, truth, said)
    kept = [np.arange(n) != place for place in range(0, n, 13)]
    without = [value(task, metric, truth[mask], said.where(mask)) for mask in kept]
    moved = (n - 1) * (found.worth - np.array(without))
    assert moved == pytest.approx(found.rows[::13], abs=0.05 * np.abs(found.rows).max())


def test_constant_scores_order_half_of_all_pairs() -> None:
    said = predictions([1, 1, 1, 1], np.full((4, 2), 0.5), (0, 1))
    found = shares("binary", "roc_auc", objects([0, 1, 1, 0]), said)
    assert found.worth == 0.5
    assert found.rows.tolist() == [0, 0, 0, 0]


def test_perfect_predictions_leave_no_share() -> None:
    truth = np.array([1.0, 2.0, 4.0])
    for metric in REGRESSION_METRICS:
        assert shares("regression", metric, truth, predictions(truth)).rows.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("task", "metric", "truth", "said"),
    [
        ("regression", "r2", np.array([2.0, 2.0]), predictions([1.0, 2.0])),
        ("binary", "precision", objects([0, 1]), predictions([0, 0], None, (0, 1))),
        ("binary", "recall", objects([0, 0]), predictions([0, 1], None, (0, 1))),
        ("binary", "roc_auc", objects([1, 1]), predictions([0, 1], np.full((2, 2), 0.5), (0, 1))),
    ],
)
def test_metric_that_is_not_defined_has_no_finite_worth(task, metric, truth, said) -> None:
    assert value(task, metric, truth, said) is None
    assert not np.isfinite(shares(task, metric, truth, said).worth)


def test_a_class_that_a_version_does_not_know_scores_0() -> None:
    truth = objects(["a", "b", "new", "a"])
    said = predictions(
        ["a", "b", "a", "b"], np.array([[0.8, 0.2], [0.1, 0.9], [0.6, 0.4], [0.4, 0.6]]), ("a", "b")
    )
    for metric in CLASS_METRICS:
        assert shares("multiclass", metric, truth, said).worth == pytest.approx(
            value("multiclass", metric, truth, said)
        )


def test_rows_without_label_prediction_or_score_are_left_out() -> None:
    numbers = predictions([1.0, np.nan, 3.0])
    assert usable("regression", "rmse", np.array([np.nan, 1.0, 1.0]), numbers).tolist() == [
        False,
        False,
        True,
    ]
    named = predictions([0, 1, 1], np.array([[0.5, 0.5], [np.nan, np.nan], [0.1, 0.9]]), (0, 1))
    truth = objects([None, 1, 1])
    assert usable("binary", "accuracy", truth, named).tolist() == [False, True, True]
    assert usable("binary", "roc_auc", truth, named).tolist() == [False, False, True]
    assert not usable("binary", "brier", truth, predictions([0, 1, 1], None, (0, 1))).any()
