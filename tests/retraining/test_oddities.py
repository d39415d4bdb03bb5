"""What a recipe cannot learn from is said, and the retraining goes on without it."""

import numpy as np
import pyarrow as pa
import pytest

from core.retraining.fitting import fit, predict
from core.retraining.oddities import oddities
from tests.learning_kit import kept_of, rows_of

N = 60
QUICK = {"hist_gradient_boosting": {"max_iter": 5}, "random_forest": {"n_estimators": 5}}
INF = float("inf")
ODD = {
    "x": pa.array([float(k % 7) for k in range(N)]),
    "large": pa.array(
        [INF if k == 3 else -INF if k == 4 else None if k == 5 else float(k) for k in range(N)]
    ),
    "nothing": pa.array([None] * N, pa.float64()),
    "nans": pa.array([float("nan")] * N),
    "wordless": pa.array([None] * N, pa.string()),
    "same": pa.array([1] * N),
    "word": pa.array(["a"] * N),
    "y": pa.array([float(k % 7) for k in range(N)]),
}
ROWS = rows_of(ODD)
FEATURES = [name for name in ODD if name not in ("x", "y")]


def test_odd_columns_are_named_by_what_is_odd_about_them() -> None:
    assert oddities(ROWS, FEATURES) == (
        "infinite values of large count as missing; no value in nothing, nans, wordless, left out; "
        "one value only in same, word"
    )
    assert oddities(ROWS, ["x"]) == ""


def test_only_some_of_many_columns_are_named() -> None:
    many = rows_of({**{f"c{k}": pa.array([1] * 3) for k in range(5)}, "y": pa.array([1.0, 2.0, 3.0])})
    assert oddities(many, [f"c{k}" for k in range(5)]) == "one value only in c0, c1, c2 and 2 more"


def test_a_column_that_is_the_same_or_missing_in_part_is_not_constant() -> None:
    rows = rows_of({"a": pa.array([1, None, 1]), "y": pa.array([1.0, 2.0, 3.0])})
    assert oddities(rows, ["a"]) == ""


@pytest.mark.parametrize("recipe", ["hist_gradient_boosting", "linear", "random_forest", "sgd", "dummy"])
def test_a_recipe_learns_and_predicts_beside_odd_columns(recipe: str) -> None:
    kept = kept_of(
        ROWS.table, task="regression", target="y", recipe=recipe, recipe_parameters=QUICK.get(recipe, {})
    )
    said = predict(fit(kept, ROWS, 0), kept, ROWS, 1)
    assert np.isfinite(said.prediction).all()
