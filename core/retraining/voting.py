"""Voting: fitted estimators as one that says their weighted mean, of scikit-learn's own classes alone."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.domain.errors import RunFailed, words_of
from core.domain.learning import Fitted


def together(members: Sequence[Any], weights: Sequence[float], given: Any) -> Fitted:
    """A VotingRegressor, or a soft VotingClassifier, over FrozenEstimators.

    Classifiers have the same classes and say probabilities. `given`: a frame of at least one row, on which
    it is tried. RunFailed: they cannot be one.
    """
    from sklearn.ensemble import VotingClassifier, VotingRegressor
    from sklearn.frozen import FrozenEstimator

    named = [(f"fit{place}", FrozenEstimator(member)) for place, member in enumerate(members, 1)]
    classes = getattr(members[-1], "classes_", None)
    if classes is not None and not hasattr(members[-1], "predict_proba"):
        raise RunFailed(
            f"{type(members[-1]).__name__} says no probabilities, whose mean an ensemble of classifiers is.",
            "Take an estimator with predict_proba, or another strategy.",
        )
    few = given.iloc[:1]
    try:
        if classes is None:
            voting = VotingRegressor(named, weights=list(weights)).fit(few, np.zeros(1))
        else:
            voting = VotingClassifier(named, voting="soft", weights=list(weights)).fit(few, classes)
        if voting.predict(few).shape != (1,):
            raise ValueError("a member says more than one value a row")
        if classes is not None and voting.classes_.tolist() != np.asarray(classes).tolist():
            raise ValueError(f"the classes_ of {type(members[-1]).__name__} are not in their own order")
    except Exception as error:
        raise RunFailed(
            f"These fits cannot be one ensemble: {words_of(error)}.", "Take another strategy."
        ) from error
    return voting  # type: ignore[no-any-return]


def members(fitted: object) -> list[Fitted] | None:
    """The fits of what `together` made, oldest first; None of any other estimator."""
    frozen = getattr(fitted, "estimators_", None)
    if type(fitted).__name__ not in ("VotingRegressor", "VotingClassifier") or not frozen:
        return None
    if any(type(one).__name__ != "FrozenEstimator" for one in frozen):
        return None
    return [one.estimator for one in frozen]
