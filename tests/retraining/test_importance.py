"""Importance: which columns a version needs, on the rows that judged it."""

from dataclasses import replace

import numpy as np
import pytest

from core.domain.rows import Rows
from core.retraining.fitting import fit
from core.retraining.importance import MOST, asked, importance
from tests.learning_kit import HOUR, kept_of, mixed_rows, rows_of


def _found(rows: Rows, **said: object) -> dict[str, float]:
    kept = kept_of(rows.table, **said)
    classes = tuple(dict.fromkeys(rows.table.column("y").to_pylist())) if "task" in said else ()
    kept = replace(kept, survey=replace(kept.survey, distinct_labels=classes))
    return importance(kept, fit(kept, rows, 0), rows, seed=0)


def _line(n: int = 4_000) -> Rows:
    random = np.random.default_rng(1)
    x, small, noise = random.normal(size=(3, n))
    return rows_of({"x": x, "small": small, "noise": noise, "y": 3 * x + small})


def test_shuffling_a_column_of_a_line_costs_what_arithmetic_says() -> None:
    found = _found(_line(), recipe="linear", metric="rmse")
    # Two independent values of deviation 1 differ by one of deviation √2.
    assert found["x"] == pytest.approx(3 * np.sqrt(2), rel=0.05)
    assert found["small"] == pytest.approx(np.sqrt(2), rel=0.05)
    assert abs(found["noise"]) < 0.01


def test_importance_is_of_the_decisive_metric() -> None:
    assert _found(_line(), recipe="linear", metric="mae")["x"] == pytest.approx(6 / np.sqrt(np.pi), rel=0.05)


def test_importance_counts_up_where_a_higher_score_is_better() -> None:
    assert _found(_line(), recipe="linear", metric="r2")["x"] == pytest.approx(2 * 9 / 10, rel=0.05)


@pytest.mark.parametrize("task", ["binary", "multiclass"])
@pytest.mark.parametrize("metric", ["accuracy", "log_loss"])
def test_columns_of_every_kind_are_shuffled_for_classes_too(task: str, metric: str) -> None:
    rows = mixed_rows(task, 300)
    found = _found(rows, task=task, metric=metric, recipe="hist_gradient_boosting")
    assert set(found) == {"number", "count", "text", "flag", "day", "empty"}
    assert max(found, key=found.__getitem__) == "number"
    assert found["empty"] == 0


def test_undefined_metric_gives_no_importance() -> None:
    rows = mixed_rows("binary", 80)
    kept = kept_of(rows.table, task="binary", metric="roc_auc", recipe="hist_gradient_boosting")
    fitted = fit(kept, rows, 0)
    one_class = rows.where(np.array([label == "yes" for label in rows.table.column("y").to_pylist()]))
    assert importance(kept, fitted, one_class, 0) == {}


def test_importance_is_the_same_for_the_same_seed() -> None:
    assert _found(_line(500), recipe="linear") == _found(_line(500), recipe="linear")


def test_unjudged_version_is_looked_at_on_its_newest_training_rows() -> None:
    n = MOST + 10
    rows = rows_of({"y": np.arange(n, dtype=float)})
    assert asked(rows, {}, None).time.tolist() == rows.time[-MOST:].tolist()


def test_judged_rows_are_those_that_the_champion_did_not_know() -> None:
    known = np.arange(20) * HOUR
    known[3] = 18 * HOUR  # a label that came late
    rows = rows_of({"y": np.arange(20.0)}, known=known.tolist())
    assert asked(rows, {"rows": 4}, 17 * HOUR).table.column("y").to_pylist() == [3, 17, 18, 19]


def test_of_many_judged_rows_the_newest_are_taken() -> None:
    rows = rows_of({"y": np.zeros(MOST * 3)})
    assert asked(rows, {"rows": MOST * 2}, None).time.tolist() == rows.time[-MOST:].tolist()
