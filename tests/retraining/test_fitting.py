"""Fitting: every recipe on every task, with what is missing and what was never seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core.domain.errors import RunFailed
from core.domain.labels import in_order, labels, positive_class
from core.domain.models import Kept
from core.retraining.fitting import fit, keys, predict
from core.retraining.recipe_kinds import KINDS
from storage.artifacts import ArtifactFiles
from tests.learning_kit import LABELS, kept_of, mixed_rows, need, rows_of, strange_rows

QUICK = {
    "hist_gradient_boosting": {"max_iter": 5},
    "random_forest": {"n_estimators": 5},
    "lightgbm": {"n_estimators": 5, "n_jobs": 1},
    "xgboost": {"n_estimators": 5, "n_jobs": 1},
}


def model_of(recipe: str, task: str, **said: object) -> Kept:
    return kept_of(
        mixed_rows(task).table,
        task=task,
        recipe=recipe,
        recipe_parameters=QUICK.get(recipe, {}),
        categorical=("count",),
        metric="rmse" if task == "regression" else "accuracy",
        **said,
    )


@pytest.mark.parametrize("task", LABELS)
@pytest.mark.parametrize("recipe", KINDS)
def test_recipe_learns_scores_and_comes_back_the_same(recipe: str, task: str, tmp_path: Path) -> None:
    if KINDS[recipe].extra:
        need(recipe)
    kept, rows = model_of(recipe, task), mixed_rows(task)
    fitted = fit(kept, rows, 0)
    files = ArtifactFiles(tmp_path)
    back = files.load(files.save(fitted, "v1"))
    for asked in (rows, strange_rows()):
        said, again = predict(fitted, kept, asked, 1), predict(back, kept, asked, 1)
        assert len(said) == len(asked)
        assert said.prediction.tolist() == again.prediction.tolist()
        assert said.classes == again.classes == (() if task == "regression" else LABELS[task])
        if task == "regression":
            assert np.isfinite(said.prediction).all()
        else:
            assert said.scores is not None
            assert np.array_equal(said.scores, again.scores)
            assert set(said.prediction.tolist()) <= set(LABELS[task])


@pytest.mark.parametrize("recipe", ["hist_gradient_boosting", "linear", "random_forest", "sgd"])
def test_recipe_tells_classes_apart_better_than_chance(recipe: str) -> None:
    kept, rows, fresh = (
        model_of(recipe, "binary"),
        mixed_rows("binary", 300),
        mixed_rows("binary", 300, seed=1),
    )
    said = predict(fit(kept, rows, 0), kept, fresh, None)
    assert (said.prediction == labels(fresh, kept.model)).mean() > 0.75


@pytest.mark.parametrize("recipe", ["hist_gradient_boosting", "linear", "random_forest"])
def test_other_encoding_works_too(recipe: str) -> None:
    kept = model_of(recipe, "binary")
    other = "ordinal" if recipe == "linear" else "onehot"
    kept = replace(
        kept, model=replace(kept.model, recipe_parameters={**QUICK.get(recipe, {}), "categories": other})
    )
    assert len(predict(fit(kept, mixed_rows("binary"), 0), kept, strange_rows(), None)) == 3


@pytest.mark.parametrize("recipe", ["hist_gradient_boosting", "random_forest", "sgd"])
def test_same_seed_gives_the_same_predictions(recipe: str) -> None:
    kept, rows = model_of(recipe, "multiclass"), mixed_rows("multiclass")
    scores = [predict(fit(kept, rows, seed), kept, rows, None).scores for seed in (5, 5)]
    assert np.array_equal(*scores)


@pytest.mark.parametrize(("threshold", "said"), [(0.5, "no"), (0.25, "yes")])
def test_positive_is_said_at_or_above_the_threshold(threshold: float, said: str) -> None:
    rows = rows_of({"x": pa.array([1.0] * 4), "y": pa.array(["yes", "no", "no", "no"])})
    kept = kept_of(rows.table, task="binary", recipe="dummy", threshold=threshold)
    assert predict(fit(kept, rows, 0), kept, rows, 3).prediction.tolist() == [said] * 4


@pytest.mark.parametrize(("values", "kind"), [([True, False], bool), ([0, 1], int), (["a", "b"], str)])
def test_classes_come_back_as_the_column_holds_them(values: list[object], kind: type) -> None:
    rows = rows_of({"x": pa.array(np.arange(8.0)), "y": pa.array(values * 4)})
    kept = kept_of(rows.table, task="binary", recipe="linear", recipe_parameters={})
    said = predict(fit(kept, rows, 0), kept, rows, None)
    assert {type(value) for value in (*said.prediction.tolist(), *said.classes)} == {kind}


def test_loss_without_probabilities_gives_classes_without_scores() -> None:
    rows = mixed_rows("multiclass")
    kept = kept_of(rows.table, task="multiclass", recipe="sgd", recipe_parameters={"loss": "hinge"})
    said = predict(fit(kept, rows, 0), kept, rows, None)
    assert said.scores is None
    assert set(said.prediction.tolist()) <= set(LABELS["multiclass"])


@pytest.mark.parametrize(
    ("task", "values", "words"),
    [
        ("binary", [1, 1, 1], "Every label in y is 1"),
        ("multiclass", ["a", "a", "a"], "nothing to tell apart"),
        ("binary", [1, 2, 3], "has 3 classes"),
        ("regression", [1.0, float("inf"), 2.0], "1 labels in y"),
    ],
)
def test_labels_that_cannot_be_learnt_are_said(task: str, values: list[object], words: str) -> None:
    rows = rows_of({"x": pa.array([1.0, 2.0, 3.0]), "y": pa.array(values)})
    with pytest.raises(RunFailed, match=words):
        fit(kept_of(rows.table, task=task, recipe="dummy"), rows, 0)


def test_no_row_is_said() -> None:
    rows = mixed_rows("binary").slice(0, 0)
    with pytest.raises(RunFailed, match="no labelled row"):
        fit(model_of("dummy", "binary"), rows, 0)


def test_value_that_scikit_learn_refuses_fails_in_words() -> None:
    kept = model_of("random_forest", "binary")
    kept = replace(kept, model=replace(kept.model, recipe_parameters={"n_estimators": -3}))
    with pytest.raises(RunFailed, match="n_estimators"):
        fit(kept, mixed_rows("binary"), 0)


@pytest.mark.parametrize(("version", "who"), [(None, "The fitted model"), (3, "v3")])
def test_what_cannot_score_rows_is_named(version: int | None, who: str) -> None:
    class Broken:
        def predict(self, _: object) -> np.ndarray:
            raise ValueError("no such key")

    rows = mixed_rows("regression")
    with pytest.raises(RunFailed, match=f"^{who} could not score the rows: no such key[.]"):
        predict(Broken(), kept_of(rows.table), rows, version)


def test_no_rows_get_no_predictions() -> None:
    kept, rows = model_of("dummy", "binary"), mixed_rows("binary")
    assert len(predict(fit(kept, rows, 0), kept, rows.slice(0, 0), 1)) == 0


def test_version_scores_by_the_features_that_it_learnt() -> None:
    kept, rows = model_of("hist_gradient_boosting", "regression"), mixed_rows("regression")
    fitted = fit(kept, rows, 0)
    narrower = replace(kept, model=replace(kept.model, features=("number",)))
    assert np.array_equal(
        predict(fitted, kept, rows, 1).prediction, predict(fitted, narrower, rows, 1).prediction
    )


def test_own_estimator_is_given_exactly_the_features_raw(tmp_path: Path) -> None:
    (tmp_path / "seen.py").write_text(
        "from sklearn.base import BaseEstimator\n"
        "class Seen(BaseEstimator):\n"
        "    def fit(self, X, y):\n"
        "        self.fitted = {n: str(t) for n, t in X.dtypes.items()}\n"
        "        return self\n"
        "    def predict(self, X):\n        return X['count'].to_numpy()\n"
        "def make():\n    return Seen()\n"
    )
    rows = rows_of({"count": pa.array([1, 2]), "word": pa.array(["a", "b"]), "y": pa.array([1.0, 2.0])})
    kept = kept_of(rows.table, recipe="seen:make", folder=str(tmp_path), features=("word", "count"))
    fitted = fit(kept, rows, 0)
    assert fitted.fitted == {"word": "str", "count": "int64"}  # type: ignore[attr-defined]
    assert predict(fitted, kept, rows, None).prediction.tolist() == [1.0, 2.0]


def test_own_estimator_that_draws_from_the_common_sources_of_chance_is_fitted_the_same_again(
    tmp_path: Path,
) -> None:
    (tmp_path / "by_chance.py").write_text(
        "import random\nimport numpy as np\nfrom sklearn.dummy import DummyRegressor\n"
        "class Drawn(DummyRegressor):\n"
        "    def fit(self, X, y, sample_weight=None):\n"
        "        self.constant_, self.n_outputs_ = np.array([[random.random() + np.random.rand()]]), 1\n"
        "        return self\n"
    )
    rows = mixed_rows("regression", 40)
    kept = kept_of(rows.table, recipe="by_chance:Drawn", folder=str(tmp_path))
    one, same, other = (fit(kept, rows, seed).constant_ for seed in (1, 1, 2))  # type: ignore[attr-defined]
    assert one == same != other


def test_key_of_a_row_hangs_on_its_time_and_features_alone() -> None:
    rows = mixed_rows("binary")
    kept = model_of("dummy", "binary")
    every = keys(kept, rows)
    assert every.dtype == np.uint64
    assert len(set(every.tolist())) == len(rows)
    assert np.array_equal(keys(kept, rows.slice(10, 20)), every[10:20])
    relabelled = rows.table.set_column(rows.table.column_names.index("y"), "y", pa.array(["no"] * len(rows)))
    assert np.array_equal(keys(kept, replace(rows, table=relabelled)), every)
    assert not np.isin(keys(kept, replace(rows, time=rows.time + 1)), every).any()


@pytest.mark.parametrize(
    ("positive", "classes", "expected"),
    [
        (None, [0, 1], 1),
        (None, [1, 2], 1),
        (None, [True, False], True),
        (None, ["yes", "zero"], "yes"),
        (None, ["dog", "cat"], "dog"),
        ("cat", ["dog", "cat"], "cat"),
        (1, [False, True], True),
        ("gone", ["a", "b"], "gone"),
    ],
)
def test_positive_class_is_the_named_else_the_usual_else_the_last(
    positive: object, classes: list[object], expected: object
) -> None:
    assert positive_class(model_of("dummy", "binary", positive=positive).model, classes) is expected


def test_labels_are_none_or_nan_where_there_are_none() -> None:
    rows = rows_of({"y": pa.array([1, None, 3])})
    assert labels(rows, kept_of(rows.table, task="multiclass").model).tolist() == [1, None, 3]
    assert np.array_equal(labels(rows, kept_of(rows.table).model), [1, np.nan, 3], equal_nan=True)


def test_classes_of_different_kinds_have_an_order() -> None:
    assert in_order(["b", 3, "a", 3]) == [3, "a", "b"]
