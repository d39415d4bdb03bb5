"""Metrics: how right predictions were. By numpy alone: the server shows them and does without scikit-learn.

Definitions are those of scikit-learn's `metrics`; what it warns about and replaces for binary is None here.
"""

import math
from collections.abc import Sequence

import numpy as np

from core.domain.learning import Predictions
from core.domain.models import CLASS_METRICS, REGRESSION_METRICS

Scored = dict[str, float | None]

SMALLEST = float(np.finfo(np.float64).eps)
"""Probabilities are kept this far from 0 and 1 in the log loss, as scikit-learn does."""


def score(task: str, truth: np.ndarray, said: Predictions, positive: object = None) -> Scored:
    """Every metric of a task over n rows; one that is not defined is None.

    `truth`: (n,) float64 with NaN (regression) or object with None for a row without label; such rows are
    left out, and so are rows without a prediction. `positive`: binary's positive class, by default the last
    of `classes`. Multiclass: `precision`, `recall` and `f1` are means over the classes in truth or
    predictions, one that is never predicted counting 0; `roc_auc` is the mean, over the classes in truth,
    of one against the rest.
    """
    if task == "regression":
        guess = said.prediction.astype(np.float64, copy=False)
        return _defined(REGRESSION_METRICS, _regression(truth.astype(np.float64, copy=False), guess))
    usable = np.array(
        [
            a is not None and b is not None and a == a and b == b
            for a, b in zip(truth.tolist(), said.prediction.tolist(), strict=True)
        ],
        dtype=bool,
    )
    true, guess = truth[usable].tolist(), said.prediction[usable].tolist()
    if not true:
        return _defined(CLASS_METRICS, {})
    scores = None if said.scores is None else said.scores[usable]
    if task == "binary":
        return _defined(CLASS_METRICS, _binary(true, guess, scores, said.classes, positive))
    return _defined(CLASS_METRICS, _multiclass(true, guess, scores, said.classes))


def _defined(names: Sequence[str], found: dict[str, float]) -> Scored:
    return {
        name: float(found[name]) if name in found and math.isfinite(found[name]) else None for name in names
    }


def _regression(truth: np.ndarray, guess: np.ndarray) -> dict[str, float]:
    usable = ~(np.isnan(truth) | np.isnan(guess))
    if not usable.all():  # copies are as long as a window: only where they are needed
        truth, guess = truth[usable], guess[usable]
    if not len(truth):
        return {}
    with np.errstate(all="ignore"):
        error, apart = guess - truth, truth - truth.mean()
        squared, spread = float(np.sum(error**2)), float(np.sum(np.square(apart, out=apart)))
        del apart
        found = {
            "rmse": math.sqrt(squared / len(error)),
            "mae": float(np.abs(error).mean()),
            "bias": float(error.mean()),
        }
    return {**found, "r2": 1 - squared / spread} if spread > 0 else found


def _binary(
    true: list[object],
    guess: list[object],
    scores: np.ndarray | None,
    classes: Sequence[object],
    positive: object,
) -> dict[str, float]:
    if positive is None and classes:
        positive = classes[-1]
    yes = np.array([label == positive for label in true])
    said = np.array([label == positive for label in guess])
    hit, called, there = float((yes & said).sum()), float(said.sum()), float(yes.sum())
    found = {
        "accuracy": _agreement(true, guess),
        "precision": _ratio(hit, called),
        "recall": _ratio(hit, there),
        "f1": _ratio(2 * hit, called + there),
    }
    if scores is None:
        return found
    column = list(classes).index(positive) if positive in classes else len(classes) - 1
    scored = ~np.isnan(scores[:, column])
    return {**found, **_of_scores(yes[scored], scores[scored, column])}


def _of_scores(yes: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    if not len(yes):
        return {}
    right = np.where(yes, scores, 1 - scores)
    return {
        "roc_auc": roc_auc(yes, scores),
        "brier": float(((scores - yes) ** 2).mean()),
        "log_loss": _log_loss(right),
    }


def _multiclass(
    true: list[object], guess: list[object], scores: np.ndarray | None, classes: Sequence[object]
) -> dict[str, float]:
    found = {"accuracy": _agreement(true, guess), **_macro(true, guess)}
    if scores is None:
        return found
    scored = ~np.isnan(scores).any(axis=1)
    return {
        **found,
        **_of_class_scores([t for t, ok in zip(true, scored, strict=True) if ok], scores[scored], classes),
    }


def _macro(true: list[object], guess: list[object]) -> dict[str, float]:
    places = {label: place for place, label in enumerate(dict.fromkeys([*true, *guess]))}
    t, g = (np.array([places[label] for label in labels]) for labels in (true, guess))
    there, called = np.bincount(t, minlength=len(places)), np.bincount(g, minlength=len(places))
    hit = np.bincount(t[t == g], minlength=len(places))
    return {
        "precision": float((hit / np.maximum(called, 1)).mean()),
        "recall": float((hit / np.maximum(there, 1)).mean()),
        "f1": float((2 * hit / (called + there)).mean()),
    }


def _of_class_scores(true: list[object], scores: np.ndarray, classes: Sequence[object]) -> dict[str, float]:
    """A class that the version does not know has the score 0 everywhere."""
    if not true:
        return {}
    everything = list(dict.fromkeys([*classes, *true]))
    scores = np.hstack([scores, np.zeros((len(true), len(everything) - len(classes)))])
    places = {label: place for place, label in enumerate(everything)}
    t = np.array([places[label] for label in true])
    is_class = t[:, None] == np.arange(len(everything))
    areas = [roc_auc(is_class[:, c], scores[:, c]) for c in np.unique(t)]
    return {
        "roc_auc": float(np.mean(areas)),
        "brier": float(((is_class - scores) ** 2).sum(axis=1).mean()),
        "log_loss": _log_loss(scores[np.arange(len(t)), t]),
    }


def roc_auc(yes: np.ndarray, scores: np.ndarray) -> float:
    """The share of (positive, negative) pairs that scores put in order, ties half; NaN without such a pair.

    Mann and Whitney's U over the number of pairs, by ranks. `yes`: (n,) bool, `scores`: (n,) float64.
    """
    positives, n = int(yes.sum()), len(yes)
    if positives in (0, n):
        return math.nan
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2
    above = float(rank[place][yes].sum()) - positives * (positives + 1) / 2
    return above / (positives * (n - positives))


def _agreement(true: list[object], guess: list[object]) -> float:
    return sum(a == b for a, b in zip(true, guess, strict=True)) / len(true)


def _log_loss(right: np.ndarray) -> float:
    return float(-np.log(np.clip(right, SMALLEST, 1 - SMALLEST)).mean())


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
