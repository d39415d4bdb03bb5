"""Shares: how good predictions are by a metric, and what each row adds to that.

A row's share is the metric's influence function: the metric over resampled rows is, to first order, its
value plus the mean of their shares. So the rows of any metric can be compared, blocked and resampled as
those of a plain mean are. For the area under the curve these are the placements of DeLong, DeLong and
Clarke-Pearson (Biometrics 44, 1988).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.learning import Predictions
from core.domain.metrics import SMALLEST

OF_SCORES = ("roc_auc", "log_loss", "brier")
"""Metrics that look at scores, not at classes."""


@dataclass(frozen=True)
class Shares:
    """`worth`: the metric, turned so that higher is better (-rmse, -|bias|). `rows`: (n,), of mean 0.

    `step`: by how much a row's share may change where another class is said of it; 0 where the metric looks
    at numbers.
    """

    worth: float
    rows: np.ndarray
    step: float = 0.0


def usable(task: str, metric: str, truth: np.ndarray, said: Predictions) -> np.ndarray:
    """Mask (n,) of the rows that a metric can look at: with a label, and a prediction or all of its scores.

    The same rows as in `core.domain.metrics.score`.
    """
    if task == "regression":
        missing = (np.isnan(values.astype(np.float64)) for values in (truth, said.prediction))
        return ~np.logical_or(*missing)
    there: np.ndarray = np.logical_and(_there(truth), _there(said.prediction))
    if metric in OF_SCORES:
        there &= False if said.scores is None else ~np.isnan(said.scores).any(axis=1)
    return there


def shares(task: str, metric: str, truth: np.ndarray, said: Predictions, positive: object = None) -> Shares:
    """Of n usable rows, n >= 1. A metric that is not defined on them has a worth that is not finite.

    `positive`: as in `core.domain.metrics.score`.
    """
    with np.errstate(all="ignore"):
        if task == "regression":
            return _regression(metric, truth.astype(np.float64), said.prediction.astype(np.float64))
        if metric in OF_SCORES:
            return _of_scores(task, metric, truth, said, positive)
        if task == "binary":
            return _binary(metric, truth, said, positive)
        return _multiclass(metric, truth, said.prediction)


def unlike(task: str, metric: str, one: Predictions, other: Predictions) -> np.ndarray:
    """Mask (n,) of the usable rows of which two do not say the same, as far as a metric looks."""
    if metric in OF_SCORES and one.scores is not None and other.scores is not None:
        if one.classes != other.classes:
            return np.ones(len(one), dtype=bool)
        found: np.ndarray = (one.scores != other.scores).any(axis=1)
        return found
    if task == "regression":
        return np.asarray(one.prediction != other.prediction)
    return np.asarray(_equal(one.prediction, other.prediction) == 0)


def _there(values: np.ndarray) -> np.ndarray:
    return np.array([value is not None and value == value for value in values.tolist()], dtype=bool)


def _ratio(above: np.ndarray, below: np.ndarray, step: float = 0.0) -> Shares:
    """Σ above / Σ below; `step`: by how much a row may change what is above."""
    whole = below.mean()
    worth = above.mean() / whole
    return Shares(float(worth), (above - worth * below) / whole, float(step / whole))


def _mean(values: np.ndarray, step: float = 0.0) -> Shares:
    return Shares(float(values.mean()), values - values.mean(), step)


def _regression(metric: str, truth: np.ndarray, guess: np.ndarray) -> Shares:
    error = guess - truth
    if metric == "mae":
        return _mean(-np.abs(error))
    if metric == "bias":
        return Shares(-abs(float(error.mean())), -np.sign(error.mean()) * (error - error.mean()))
    if metric == "r2":
        found = _ratio(-(error**2), (truth - truth.mean()) ** 2)
        return Shares(1 + found.worth, found.rows)
    root = float(np.sqrt((error**2).mean()))
    return Shares(-root, (root**2 - error**2) / (2 * root) if root else error * 0)


def _binary(metric: str, truth: np.ndarray, said: Predictions, positive: object) -> Shares:
    if positive is None and said.classes:
        positive = said.classes[-1]
    if metric == "accuracy":
        return _mean(_equal(truth, said.prediction), 1.0)
    yes, called = (_equal(values, positive) for values in (truth, said.prediction))
    if metric == "precision":
        return _ratio(yes * called, called, 1.0)
    if metric == "recall":
        return _ratio(yes * called, yes, 1.0)
    return _ratio(2 * yes * called, yes + called, 2.0)


def _multiclass(metric: str, truth: np.ndarray, guess: np.ndarray) -> Shares:
    """The mean over classes; each row belongs to the class that it is, and to the one that it is called."""
    (t, g), n = _codes(truth, guess), len(truth)
    right = (t == g).astype(np.float64)
    if metric == "accuracy":
        return _mean(right, 1.0)
    count = int(max(t.max(), g.max())) + 1
    there, called = (np.bincount(codes, minlength=count).astype(np.float64) for codes in (t, g))
    hit = np.bincount(t[t == g], minlength=count)
    weights = {"precision": (0, 1), "recall": (1, 0), "f1": (1, 1)}[metric]
    below = weights[0] * there + weights[1] * called
    top = sum(weights)
    each = top * hit / np.maximum(below, 1)
    rows = top * right / np.maximum(below, 1)[t if weights[0] else g]
    for weight, codes in zip(weights, (t, g), strict=True):
        rows = rows - weight * (each / np.maximum(below, 1))[codes]
    rows *= n / count
    return Shares(float(each.mean()), rows, float(np.ptp(rows)))


def _of_scores(task: str, metric: str, truth: np.ndarray, said: Predictions, positive: object) -> Shares:
    assert said.scores is not None
    if task == "binary":
        classes = list(said.classes)
        positive = classes[-1] if positive is None and classes else positive
        column = classes.index(positive) if positive in classes else len(classes) - 1
        score, yes = said.scores[:, column], _equal(truth, positive)
        if metric == "roc_auc":
            return _area(yes.astype(bool), score)
        if metric == "brier":
            return _mean(-((score - yes) ** 2))
        return _mean(_log(np.where(yes, score, 1 - score)))
    (known, t), scores = _codes(np.array([*said.classes], dtype=object), truth), said.scores
    scores = np.hstack([scores, np.zeros((len(t), max(int(t.max()) + 1 - len(known), 0)))])
    if metric == "roc_auc":
        areas = [_area(t == c, scores[:, c]) for c in np.unique(t)]
        return Shares(float(np.mean([area.worth for area in areas])), sum_of(areas) / len(areas))
    own = scores[np.arange(len(t)), t]
    return _mean(_log(own) if metric == "log_loss" else -((scores**2).sum(axis=1) - 2 * own + 1))


def sum_of(parts: Sequence[Shares]) -> np.ndarray:
    """(n,) what each row adds to all of them."""
    found: np.ndarray = np.sum([part.rows for part in parts], axis=0)
    return found


def _area(yes: np.ndarray, score: np.ndarray) -> Shares:
    """A row's placement is the share of rows of the other kind that it is in order with, ties half."""
    _, place = np.unique(score, return_inverse=True)
    above, below = (np.bincount(place[kind]).astype(np.float64) for kind in (yes, ~yes))
    above, below = (np.pad(part, (0, place.max() + 1 - len(part))) for part in (above, below))
    under = (np.cumsum(below) - below / 2) / below.sum()
    over = 1 - (np.cumsum(above) - above / 2) / above.sum()
    placement = np.where(yes, under[place], over[place])
    worth, positives = float(placement[yes].mean()) if yes.any() else np.nan, yes.mean()
    return Shares(worth, (placement - worth) / np.where(yes, positives, 1 - positives))


def _log(right: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.log(np.clip(right, SMALLEST, 1 - SMALLEST))
    return found


def _equal(values: np.ndarray, other: object) -> np.ndarray:
    """1.0 where they are equal, else 0.0; by Python's own equality, as labels of any kind have it."""
    others = other.tolist() if isinstance(other, np.ndarray) else [other] * len(values)
    return np.array([a == b for a, b in zip(values.tolist(), others, strict=True)], dtype=np.float64)


def _codes(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as numbers of classes, in the order in which they come up."""
    places: dict[object, int] = {}
    a, b = (
        np.array([places.setdefault(value, len(places)) for value in values.tolist()], dtype=np.int64)
        for values in (first, second)
    )
    return a, b
