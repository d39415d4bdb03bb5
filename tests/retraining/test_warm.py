"""Warm start: what continues, on which rows, and what is fitted from scratch instead, and why."""

from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from core.domain.clock import moment
from core.domain.errors import RunFailed
from core.domain.learning import Fitted
from core.domain.models import Kept
from core.domain.rows import Rows, together
from core.domain.spans import Span
from core.domain.strategies import Warm
from core.retraining import strategies
from core.retraining.fits import Before, Fit, Ingredients
from core.retraining.fitting import fit, predict
from core.retraining.weighing import weights
from storage.artifacts import ArtifactFiles
from tests.home_kit import NOW, version_of
from tests.learning_kit import HOUR, LABELS, kept_of, mixed_rows, need, rows_of

FEW = {"n_estimators": 10, "n_jobs": 1}


def model_of(task: str = "regression", recipe: str = "sgd", **said: object) -> Kept:
    made: dict[str, object] = {
        "task": task,
        "recipe": recipe,
        "recipe_parameters": {} if recipe == "sgd" or ":" in recipe else FEW,
        "metric": "rmse" if task == "regression" else "accuracy",
        "strategy": "warm_start",
        "categorical": ("count",),
    }
    return kept_of(mixed_rows(task).table, **(made | said))


def make(kept: Kept, rows: Rows, before: Before | None, code: dict[str, object] | None = None) -> Fit:
    since = int(rows.time[-1])
    learn = partial(fit_from_scratch, kept)
    return strategies.make(Ingredients(kept, rows, since, before, learn, lambda: code or {}))


def fit_from_scratch(kept: Kept, rows: Rows, since: int) -> Fitted:
    return fit(kept, rows, 0, since)


def kept_as(kept: Kept, made: Fit, upto: int, number: int = 1, **said: Any) -> Before:
    """What was made, as a version that knows the first `upto` rows."""
    version = version_of(
        1,
        1,
        NOW,
        number=number,
        recipe=kept.model.learner,
        parameters=dict(kept.model.recipe_parameters),
        features=tuple(kept.features),
        train_to=moment(upto * HOUR),
        strategy="warm_start",
        lineage=made.lineage,
    )
    return Before(replace(version, **said), made.fitted)


def started(kept: Kept, rows: Rows, upto: int, **said: Any) -> Before:
    return kept_as(kept, make(kept, rows.slice(0, upto), None), upto, **said)


def scores(fitted: Any, kept: Kept, rows: Rows) -> list[float]:
    said = predict(fitted, kept, rows, None)
    return (said.prediction if said.scores is None else said.scores.ravel()).tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("half_life", [None, Span(2, "days")])
@pytest.mark.parametrize("task", LABELS)
def test_warm_start_on_a_stream_is_partial_fit_by_hand(task: str, half_life: Span | None) -> None:
    from core.domain.labels import labels
    from core.retraining.encoding import frame

    kept = model_of(task, warm=Warm(epochs=3), half_life=half_life)
    rows, ends = mixed_rows(task, 300), [100, 170, 300]
    before = started(kept, rows, 100)
    by_hand = fit(kept, rows.slice(0, 100), 0, int(rows.time[99]))
    encode, model = by_hand.named_steps["encode"], by_hand.named_steps["model"]  # type: ignore[attr-defined]
    for number, (first, stop) in enumerate(pairwise(ends), 2):
        part = rows.slice(first, stop)
        given = encode.transform(frame(part, kept.features))
        weight = weights(kept.model, part.time, int(part.time[-1]))
        for _ in range(3):
            model.partial_fit(given, np.array(labels(part, kept.model).tolist()), sample_weight=weight)
        made = make(kept, rows.slice(0, stop), before)
        assert (len(made.learnt), made.lineage["full"]) == (stop - first, False)
        assert scores(made.fitted, kept, rows) == scores(by_hand, kept, rows)
        before = kept_as(kept, made, stop, number)


@pytest.mark.parametrize("known", [{"known_to": moment(90 * HOUR).isoformat()}, {"known_to": None}, {}])
def test_rows_that_judged_a_version_and_were_not_learnt_by_it_are_learnt_by_the_next(
    known: dict[str, object],
) -> None:
    """`known_to` None: there was no champion; without it: a version of an older Evermodel."""
    kept, rows = model_of(), mixed_rows("regression", 200)
    judged = {"rows": 40, "left_out": [[100, 140]], **known}
    before = kept_as(kept, make(kept, rows.slice(0, 100), None), 140, judged=judged)
    made = make(kept, rows, before)
    assert made.lineage["continues"] == 1
    assert made.learnt.time.tolist() == rows.time[100:].tolist()
    version = kept_as(kept, made, 200, 2).version
    assert strategies.learnt(version, rows, before).time.tolist() == made.learnt.time.tolist()


@pytest.mark.parametrize("task", LABELS)
@pytest.mark.parametrize("recipe", ["lightgbm", "xgboost"])
def test_boosting_continues_by_trees_more_and_the_version_before_stays_as_it_was(
    recipe: str, task: str, tmp_path: Path
) -> None:
    need(recipe)
    kept, rows = model_of(task, recipe, warm=Warm(trees=4)), mixed_rows(task, 300)
    before = started(kept, rows, 200)
    was = scores(before.fitted, kept, rows)
    made = make(kept, rows, before)
    assert trees(made.fitted) - trees(before.fitted) == 4 * (3 if task == "multiclass" else 1)
    assert made.lineage["why"] == "continues v1 on 100 rows that it did not know, by 4 trees more"
    assert scores(before.fitted, kept, rows) == was != scores(made.fitted, kept, rows)
    files = ArtifactFiles(tmp_path)
    back = files.load(files.save(made.fitted, "v2"))
    assert scores(back, kept, rows) == scores(made.fitted, kept, rows)


def trees(fitted: Any) -> int:
    """XGBoost's rounds times their trees, LightGBM's trees."""
    last = fitted.steps[-1][1]
    if hasattr(last, "booster_"):
        return int(last.booster_.num_trees())
    alone = last.estimators_[0] if hasattr(last, "estimators_") else last
    return len(alone.get_booster().get_dump())


@pytest.mark.parametrize("recipe", ["sgd", "lightgbm", "xgboost"])
def test_new_category_counts_as_unknown_and_does_not_stop_it(recipe: str) -> None:
    if recipe != "sgd":
        need(recipe)
    kept, rows = model_of("binary", recipe), mixed_rows("binary", 200)
    before = started(kept, rows, 100)
    text = pa.array(["violet"] * 200)
    strange = replace(rows, table=rows.table.set_column(rows.table.column_names.index("text"), "text", text))
    made = make(kept, strange, before)
    assert made.lineage["full"] is False
    assert np.isfinite(scores(made.fitted, kept, strange)).all()


@pytest.mark.parametrize("recipe", ["sgd", "lightgbm"])
def test_new_class_is_learnt_by_a_fit_from_scratch_that_says_so(recipe: str) -> None:
    if recipe != "sgd":
        need(recipe)
    kept, rows = model_of("multiclass", recipe), mixed_rows("multiclass", 200)
    known = rows.where(np.array(rows.table.column("y").to_pylist()) != 9)
    before = started(kept, together([known, rows]), len(known), train_to=moment(int(known.time[-1])))
    made = make(kept, rows, before)
    assert made.fitted.classes_.tolist() == [3, 5, 9]  # type: ignore[attr-defined]
    assert made.lineage == {
        "continues": None,
        "full": True,
        "continued": 0,
        "why": "from scratch: class 9 is new",
    }


def test_passes_over_rows_of_one_class_alone() -> None:
    kept, rows = model_of("binary"), mixed_rows("binary", 200)
    before = started(kept, rows, 100)
    labels = np.array(rows.table.column("y").to_pylist())
    some = rows.where((np.arange(200) < 100) | (labels == "yes"))
    made = make(kept, some, before)
    assert made.lineage["full"] is False
    assert made.fitted.classes_.tolist() == ["no", "yes"]  # type: ignore[attr-defined]


def test_boosting_does_not_continue_without_a_row_of_each_class() -> None:
    need("lightgbm")
    kept, rows = model_of("binary", "lightgbm"), mixed_rows("binary", 200)
    before = started(kept, rows, 100)
    labels = np.array(rows.table.column("y").to_pylist())
    made = make(kept, rows.where((np.arange(200) < 100) | (labels == "yes")), before)
    assert made.lineage["why"] == "from scratch: no new row is of class no"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"recipe": "linear"}, "made by another recipe or other parameters"),
        ({"parameters": {"alpha": 1.0}}, "made by another recipe or other parameters"),
        ({"features": ("number",)}, "the features changed since v1"),
        ({"code": {"files": [{"path": "mine.py", "sha256": "0", "bytes": 1}]}}, "the recipe's code changed"),
        ({"strategy": "ensemble"}, "v1 is an ensemble"),
        ({"train_to": moment(1000 * HOUR)}, "no new row lies within the history"),
    ],
)
def test_version_that_cannot_be_continued_is_followed_by_a_fit_from_scratch_that_says_why(
    changed: dict[str, Any], words: str
) -> None:
    kept, rows = model_of(), mixed_rows("regression", 200)
    made = make(kept, rows, started(kept, rows, 100, **changed))
    assert (made.lineage["full"], len(made.learnt)) == (True, 200)
    assert words in str(made.lineage["why"])
    assert scores(made.fitted, kept, rows) == scores(fit(kept, rows, 0), kept, rows)


def test_number_that_became_a_category_is_learnt_from_scratch() -> None:
    kept, rows = model_of(), mixed_rows("regression", 200)
    before = started(kept, rows, 100)
    kept = replace(kept, model=replace(kept.model, categorical=("count", "number")))
    assert "the features changed since v1" in str(make(kept, rows, before).lineage["why"])


def test_range_left_out_since_is_not_continued_from() -> None:
    said = (("1970-01-02", "1970-01-02"),)
    kept, rows = model_of(leave_out=said), mixed_rows("regression", 200)
    before = started(kept, rows, 100)
    assert "leave_out changed since v1" in str(make(kept, rows, before).lineage["why"])
    assert make(kept, rows, replace(before, leave_out=said)).lineage["full"] is False


@pytest.mark.parametrize("recipe", ["sgd", "lightgbm"])
def test_column_that_had_no_value_and_has_some_now_is_learnt_from_scratch(recipe: str) -> None:
    if recipe != "sgd":
        need(recipe)
    kept, rows = model_of("regression", recipe), mixed_rows("regression", 200)
    before = started(kept, rows, 100)
    assert make(kept, rows, before).lineage["full"] is False
    place = rows.table.column_names.index("empty")
    filled = rows.table.set_column(place, "empty", pa.array(np.arange(200.0)))
    made = make(kept, replace(rows, table=filled), before)
    assert made.lineage["why"] == "from scratch: empty has values now, and had none"


@pytest.mark.parametrize(
    ("every", "full"), [(None, [1]), (1, [1, 2, 3, 4, 5, 6]), (3, [1, 4]), (2, [1, 3, 5])]
)
def test_every_so_many_a_version_is_fitted_from_scratch(every: int | None, full: list[int]) -> None:
    kept, rows = model_of(warm=Warm(every, epochs=1)), mixed_rows("regression", 180)
    before, made = None, []
    for number in range(1, 7):
        one = make(kept, rows.slice(0, 30 * number), before)
        before = kept_as(kept, one, 30 * number, number)
        made.append(one)
    assert [number for number, one in enumerate(made, 1) if one.lineage["full"]] == full


OWN = """
from sklearn.linear_model import Ridge, SGDRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
def named(): return Pipeline([("encode", StandardScaler()), ("model", SGDRegressor())])
def moves(): return make_pipeline(StandardScaler(), SGDRegressor())
def alone(): return SGDRegressor()
def solves(): return make_pipeline(StandardScaler(), Ridge())
"""


@pytest.mark.parametrize("function", ["moves", "named", "alone"])
def test_recipe_of_ones_own_continues_with_what_came_before_its_last_step_left_as_it_was(
    function: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(OWN)
    x = np.random.default_rng(0).normal(size=200)
    rows = rows_of({"x": x, "y": 3 * x})
    kept = kept_of(
        rows.table,
        recipe=f"mine:{function}",
        folder=str(tmp_path),
        strategy="warm_start",
        features=("x",),
    )
    before = started(kept, rows, 100)
    made = make(kept, rows, before)
    assert (made.lineage["full"], len(made.learnt)) == (False, 100)
    assert scores(made.fitted, kept, rows) != scores(before.fitted, kept, rows)
    if function != "alone":
        old, new = (one.steps[0][1].mean_.tolist() for one in (before.fitted, made.fitted))  # type: ignore[attr-defined]
        assert old == new


def test_recipe_of_ones_own_that_cannot_continue_is_refused_at_its_first_fit(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(OWN)
    rows = rows_of({"x": np.arange(50.0), "y": np.arange(50.0)})
    kept = kept_of(
        rows.table,
        recipe="mine:solves",
        folder=str(tmp_path),
        strategy="warm_start",
        features=("x",),
    )
    with pytest.raises(RunFailed, match="makes a Ridge, which cannot continue"):
        make(kept, rows, None)


@pytest.mark.parametrize("recipe", ["sgd", "lightgbm", "xgboost"])
def test_version_that_continued_is_rebuilt_from_its_rows_and_the_one_before(
    recipe: str, tmp_path: Path
) -> None:
    if recipe != "sgd":
        need(recipe)
    kept, rows = model_of("binary", recipe, half_life=Span(4, "days")), mixed_rows("binary", 300)
    files = ArtifactFiles(tmp_path)
    first = started(kept, rows, 200)
    first = replace(first, fitted=files.load(files.save(first.fitted, "v1")))
    made = make(kept, rows, first)
    second = kept_as(kept, made, 299, 2)
    assert strategies.learnt(second.version, rows, first).time.tolist() == made.learnt.time.tolist()
    again = strategies.again(kept, second.version, rows, first)
    assert scores(again, kept, rows) == scores(made.fitted, kept, rows)
