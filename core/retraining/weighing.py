"""Weighing: which rows are never learnt, and how much the others weigh."""

from datetime import timedelta
from typing import Any

import numpy as np

from core.domain.clock import MICROSECOND, iso, moment
from core.domain.errors import RunFailed
from core.domain.models import Model
from core.domain.ranges import bounds
from core.domain.rows import Moments

FAINTEST = 1e-9
"""Below it, all rows together weigh too little for a fit to mean anything."""


def left_out(model: Model, time: Moments) -> np.ndarray:
    """(n,) mask of the times within a range of `leave_out`: neither learnt nor judged."""
    mask = np.zeros(len(time), dtype=bool)
    for span in model.leave_out:
        start, end = bounds(span, model.tz)
        mask |= (time >= start) & (time < end)
    return mask


def weights(model: Model, time: Moments, since: int) -> np.ndarray | None:
    """(n,) weights 0.5 ** (age / half-life) of rows, their age counted back from `since` (microseconds).

    Rows from `since` on weigh 1. None: no `half_life`. RunFailed: all rows are so old that none weighs.
    """
    if model.half_life is None:
        return None
    age = np.maximum(since - time, 0) / (model.half_life.elapsed / MICROSECOND)
    found: np.ndarray = np.power(0.5, age)
    if len(found) and float(found.sum()) < FAINTEST:
        old = timedelta(microseconds=since - int(time.max()))
        raise RunFailed(
            f"With a half-life of {model.half_life} no row weighs anything: the newest is {old.days} days "
            f"older than {iso(moment(since))}.",
            'Give a longer half_life, or write as_of = "data" if the source lags behind.',
        )
    return found


def weigh(estimator: Any, weighed: np.ndarray | None) -> dict[str, np.ndarray]:
    """The parameters by which `fit` is told the weights; RunFailed if the estimator takes none, or would not
    hand them on to what it fits.
    """
    if weighed is None:
        return {}
    name = _parameter(estimator)
    if name is None:
        raise RunFailed(
            f"{_named(estimator)} takes no sample_weight, by which older rows would weigh less.",
            "Give a history in place of half_life, or take an estimator whose fit takes sample_weight.",
        )
    return {name: weighed}


def _parameter(estimator: Any) -> str | None:
    """`sample_weight`, through the last steps of pipelines; None where it is not taken."""
    from sklearn.ensemble import VotingClassifier, VotingRegressor
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        inner = _parameter(last)
        return None if inner is None else f"{name}__{inner}"
    if isinstance(estimator, VotingClassifier | VotingRegressor):
        taken = all(_parameter(one) == "sample_weight" for _, one in estimator.estimators)
        return "sample_weight" if taken else None
    within = getattr(estimator, "estimator", None)  # a CalibratedClassifierCV would keep them to itself
    if within is not None and _parameter(within) != "sample_weight":
        return None
    return "sample_weight" if has_fit_parameter(estimator, "sample_weight") else None


def _named(estimator: Any) -> str:
    within = getattr(estimator, "estimator", None)
    name = type(estimator).__name__
    return name if within is None else f"{name} over {type(within).__name__}"
