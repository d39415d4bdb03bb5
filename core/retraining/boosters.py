"""Boosters: LightGBM and XGBoost, each an extra, as recipes that can go on from their earlier trees."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from core.retraining.recipe_kinds import Kind


def missing(kind: Kind) -> str:
    """What would install what a recipe needs; "" where it is there, or nothing is needed."""
    if not kind.extra or find_spec(kind.extra) is not None:
        return ""
    return f"pip install 'evermodel[{kind.extra}]'"


def prepared(kind: Kind, estimator: Any, numeric: Sequence[str], codes: Sequence[str]) -> Any:
    """XGBoost is told which columns hold codes, and its classes are put into its numbers and back.

    XGBClassifier takes the classes 0, 1, … alone; a VotingClassifier over it alone has an encoder of labels.
    """
    if kind.extra != "xgboost":
        return estimator
    from sklearn.base import is_classifier
    from sklearn.ensemble import VotingClassifier

    if codes:
        types = ["q"] * len(numeric) + ["c"] * len(codes)
        estimator.set_params(enable_categorical=True, feature_types=types)
    return (
        VotingClassifier([("xgboost", estimator)], voting="soft") if is_classifier(estimator) else estimator
    )


def told(kind: Kind, places: Sequence[int]) -> Mapping[str, object]:
    """What the fit of a recipe is told beside rows and weights. `places`: of the columns that hold codes."""
    return {"categorical_feature": list(places)} if kind.extra == "lightgbm" and places else {}


def grown(
    model: Any, given: Any, target: np.ndarray, trees: int, weighed: np.ndarray | None, places: Sequence[int]
) -> Any:
    """A booster with so many trees more, learnt from rows of its own classes; the one given stays as it is.

    `given`: (n, columns) as the encoder gives them. `places`: of the columns that hold codes.
    """
    from sklearn.base import clone

    weight = {} if weighed is None else {"sample_weight": weighed}
    if hasattr(model, "booster_"):
        codes = {"categorical_feature": list(places)} if places else {}
        more = clone(model).set_params(n_estimators=trees)
        return more.fit(given, target, init_model=model.booster_, **weight, **codes)
    alone = model.estimators_[0] if hasattr(model, "estimators_") else model
    numbers = model.le_.transform(target) if hasattr(model, "le_") else target
    more = clone(alone).set_params(n_estimators=trees)
    more.fit(given, numbers, xgb_model=alone.get_booster(), **weight)
    return more if alone is model else _within(model, more)


def _within(voting: Any, more: Any) -> Any:
    from sklearn.base import clone
    from sklearn.utils import Bunch

    again = clone(voting)
    again.le_, again.classes_ = voting.le_, voting.classes_
    again.estimators_, again.named_estimators_ = [more], Bunch(xgboost=more)
    return again
