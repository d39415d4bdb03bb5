"""Ensembles: what members say together, who stands among them, and by which weights."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.clock import moment
from core.domain.errors import RunFailed
from core.domain.learning import Fitted
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.strategies import Ensemble
from core.domain.versions import Version
from core.retraining import strategies
from core.retraining.ensembles import inverse, squared_error
from core.retraining.fits import Before, Fit, Ingredients
from core.retraining.fitting import fit, predict, takes_raw
from core.retraining.voting import members, together
from storage.artifacts import ArtifactFiles
from tests.home_kit import NOW, version_of
from tests.learning_kit import HOUR, LABELS, kept_of, mixed_rows


def model_of(task: str = "regression", size: int = 3, weights: str = "equal", **said: object) -> Kept:
    made: dict[str, object] = {
        "task": task,
        "recipe": "linear",
        "metric": "rmse" if task == "regression" else "accuracy",
        "strategy": "ensemble",
        "ensemble": Ensemble(size, weights),
    }
    return kept_of(mixed_rows(task).table, **(made | said))


def make(kept: Kept, rows: Rows, before: Before | None, judged: tuple[Fit, Rows] | None = None) -> Fit:
    def learn(some: Rows, since: int) -> Fitted:
        return fit(kept, some, 0, since)

    return strategies.make(Ingredients(kept, rows, int(rows.time[-1]), before, learn, dict, judged))


def kept_as(number: int, made: Fit, upto: int) -> Before:
    """What was made, as the version of that number, which knows the first `upto` rows."""
    members_ = [number if one is None else one for one in made.lineage.get("members", [])]  # type: ignore[attr-defined]
    lineage = {**made.lineage, "members": members_} if made.lineage else {}
    strategy = "ensemble" if made.lineage else "scratch"
    version = version_of(
        1, 1, NOW, number=number, strategy=strategy, lineage=lineage, train_to=moment(upto * HOUR)
    )
    return Before(version, made.fitted)


def line(kept: Kept, rows: Rows, ends: list[int]) -> list[Before]:
    """One version after another, each of the rows up to its end."""
    found: list[Before] = []
    for end in ends:
        made = make(kept, rows.slice(0, end), found[-1] if found else None)
        found.append(kept_as(len(found) + 1, made, end))
    return found


@pytest.mark.parametrize("task", LABELS)
def test_ensemble_says_the_weighted_mean_of_its_members_before_and_after_it_is_kept(
    task: str, tmp_path: Path
) -> None:
    kept, rows = model_of(task, weights="recent"), mixed_rows(task, 300)
    last = line(kept, rows, [120, 200, 280])[-1]
    weights, fits = last.version.lineage["weights"], members(last.fitted)
    assert fits is not None
    assert last.version.lineage["members"] == [1, 2, 3]
    assert len(set(weights)) > 1  # type: ignore[call-overload]
    alone = [predict(one, kept, rows, None) for one in fits]
    files = ArtifactFiles(tmp_path)
    for fitted in (last.fitted, files.load(files.save(last.fitted, "v"))):
        said = predict(fitted, kept, rows, None)
        if task == "regression":
            mean = np.average([one.prediction for one in alone], axis=0, weights=weights)
            assert np.abs(said.prediction - mean).max() <= 1e-12
        else:
            mean = np.average([one.scores for one in alone], axis=0, weights=weights)
            assert said.scores is not None
            assert np.abs(said.scores - mean).max() <= 1e-12
            assert said.classes == LABELS[task]
        assert not takes_raw(fitted)


def test_oldest_fits_leave_and_no_ensemble_stands_within_another() -> None:
    kept, rows = model_of(size=2), mixed_rows("regression", 200)
    found = line(kept, rows, [80, 120, 160, 200])
    assert [one.version.lineage["members"] for one in found] == [[1], [1, 2], [2, 3], [3, 4]]
    for older, newer in pairwise(found[1:]):
        first, last = members(newer.fitted), members(older.fitted)
        assert first is not None
        assert last is not None
        assert first[0] is last[-1]
        assert all(members(one) is None for one in first)
        assert newer.version.lineage["continues"] == older.version.number


def test_single_version_before_is_one_member() -> None:
    kept, rows = model_of(), mixed_rows("regression", 120)
    alone = kept_as(7, make(replace(kept, model=replace(kept.model, strategy="scratch")), rows, None), 80)
    made = make(kept, rows, alone)
    assert made.lineage["members"] == [7, None]
    assert made.lineage["weights"] == [0.5, 0.5]


@pytest.mark.parametrize("change", ["features", "classes", "recipe"])
def test_member_that_cannot_vote_with_the_others_stands_apart_and_says_why(
    change: str, tmp_path: Path
) -> None:
    kept, rows = model_of("multiclass"), mixed_rows("multiclass", 200)
    before = line(kept, rows, [120])[-1]
    if change == "features":
        kept = replace(kept, model=replace(kept.model, features=("number", "text")))
    elif change == "recipe":
        (tmp_path / "mine.py").write_text(
            "from sklearn.dummy import DummyClassifier\ndef make(): return DummyClassifier()\n"
        )
        own = {"recipe": "mine:make", "recipe_parameters": {}, "folder": str(tmp_path)}
        kept = replace(kept, model=replace(kept.model, **own))  # type: ignore[arg-type]
    else:
        labels = np.array(rows.table.column("y").to_pylist())
        rows = rows.where(labels != 9)
    made = make(kept, rows, before)
    assert made.lineage["members"] == [None]
    assert made.lineage["continues"] is None
    words = "it knows other classes" if change == "classes" else "it takes other columns"
    assert f"v1 stands apart: {words}" in str(made.lineage["why"])


@pytest.mark.parametrize(("artifact", "apart"), [("a.joblib", True), ("a.skops", False)])
def test_members_that_need_code_which_changed_stand_apart(artifact: str, apart: bool) -> None:
    kept, rows = model_of(), mixed_rows("regression", 120)
    before = line(kept, rows, [80])[-1]
    code = {"files": [{"path": "mine.py", "sha256": "0" * 64, "bytes": 1}]}
    before = replace(before, version=replace(before.version, artifact=artifact, code=code))
    made = make(kept, rows, before)
    assert made.lineage["members"] == ([None] if apart else [1, None])
    assert ("v1 stands apart: its code was another" in str(made.lineage["why"])) == apart


def test_members_that_may_have_learnt_what_is_left_out_now_stand_apart() -> None:
    kept, rows = model_of(), mixed_rows("regression", 200)
    second = line(kept, rows, [80, 120])[-1]
    said = (("1970-01-02", "1970-01-02"),)
    kept = replace(kept, model=replace(kept.model, leave_out=said))
    third = kept_as(3, make(kept, rows.slice(0, 160), second), 160)
    assert third.version.lineage["members"] == [3]
    assert "v1 stands apart: leave_out was another" in str(third.version.lineage["why"])
    fourth = make(kept, rows, replace(third, leave_out=said))
    assert fourth.lineage["members"] == [3, None]


def test_classifiers_that_list_their_classes_in_another_order_are_refused() -> None:
    """Voting takes the columns of probabilities to be in the classes' own order."""
    from sklearn.dummy import DummyClassifier

    given = mixed_rows("binary", 4).table.select(["number"]).to_pandas()
    fitted = DummyClassifier(strategy="prior").fit(given, ["no", "yes", "no", "yes"])
    assert together([fitted, fitted], [0.5, 0.5], given).predict(given).tolist() == ["no"] * 4
    fitted.classes_ = fitted.classes_[::-1]
    with pytest.raises(RunFailed, match="the classes_ of DummyClassifier are not in their own order"):
        together([fitted, fitted], [0.5, 0.5], given)


def test_classifiers_without_probabilities_are_refused() -> None:
    from sklearn.svm import LinearSVC

    rows = mixed_rows("binary", 60)
    given = rows.table.select(["number"]).to_pandas().fillna(0)
    fitted = LinearSVC().fit(given, np.array(rows.table.column("y").to_pylist()))
    with pytest.raises(RunFailed, match="says no probabilities"):
        together([fitted, fitted], [0.5, 0.5], given)


def test_first_judged_then_fitted_again_the_judged_rows_weigh_every_member() -> None:
    kept, rows = model_of(weights="recent"), mixed_rows("regression", 300)
    before = line(kept, rows, [100, 200])[-1]
    judged = rows.slice(250, 300)
    first = make(kept, rows.slice(0, 250), before)
    again = make(kept, rows, before, (first, judged))
    older = members(before.fitted)
    assert older is not None
    errors = [squared_error(kept, one, judged) for one in [*older, first.single]]
    assert again.lineage["weights"] == inverse(errors)  # type: ignore[arg-type]
    assert "weighed by 50 judged rows" in str(again.lineage["why"])


def test_judged_rows_too_few_to_tell_weigh_no_member() -> None:
    kept, rows = model_of(weights="recent"), mixed_rows("regression", 300)
    before = line(kept, rows, [100, 200])[-1]
    first = make(kept, rows.slice(0, 271), before)
    again = make(kept, rows, before, (first, rows.slice(271, 300)))
    assert again.lineage["weights"] == [1 / 3] * 3
    assert "29 judged rows would weigh them, and 30 are needed" in str(again.lineage["why"])


def test_without_judging_no_fit_is_weighed_by_rows_that_it_learnt() -> None:
    """The newest fit has learnt the new rows: it counts as the best of the others."""
    kept, rows = model_of(weights="recent"), mixed_rows("regression", 300)
    before = line(kept, rows, [100, 200])[-1]
    made = make(kept, rows, before)
    older = members(before.fitted)
    assert older is not None
    errors = [squared_error(kept, one, rows.slice(200, 300)) or 0.0 for one in older]
    assert made.lineage["weights"] == inverse([*errors, min(errors)])
    few = make(kept, rows.slice(0, 220), before)
    assert few.lineage["weights"] == [1 / 3] * 3
    assert "20 new rows would weigh them" in str(few.lineage["why"])


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=8))
def test_weights_sum_to_one_and_the_smaller_error_weighs_no_less(errors: list[float]) -> None:
    found = inverse(errors)
    assert sum(found) == pytest.approx(1)
    assert min(found) > 0
    for a, x in zip(errors, found, strict=True):
        for b, y in zip(errors, found, strict=True):
            assert a > b or x >= y


@given(st.floats(0.01, 1e3), st.floats(0.01, 1e3))
def test_weights_are_in_inverse_proportion_to_squared_errors(a: float, b: float) -> None:
    x, y = inverse([a, b])
    assert x * a == pytest.approx(y * b)


@pytest.mark.parametrize("weights", ["equal", "recent"])
def test_ensemble_is_rebuilt_from_its_rows_and_the_version_that_it_continues(
    weights: str, tmp_path: Path
) -> None:
    kept, rows = model_of(weights=weights), mixed_rows("regression", 300)
    *_, before, last = line(kept, rows, [100, 200, 300])
    files = ArtifactFiles(tmp_path)
    loaded: list[Before] = [
        Before(one.version, files.load(files.save(one.fitted, str(one.version.number))))
        for one in (before, last)
    ]
    version: Version = replace(last.version, seed=0)
    rebuilt = strategies.again(kept, version, rows, loaded[0])
    said, was = (predict(one, kept, rows, None).prediction for one in (rebuilt, loaded[1].fitted))
    assert said.tolist() == was.tolist()
