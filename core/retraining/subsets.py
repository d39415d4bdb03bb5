"""Subsets: one metric on many subsets of the same rows, without going over every metric for each."""

from collections.abc import Callable, Sequence

import numpy as np

from core.domain.learning import Predictions
from core.domain.metrics import SMALLEST, roc_auc, score

Measure = Callable[[np.ndarray], float | None]
"""Positions (m,) among the rows -> the metric on them, None where it is not defined."""

COUNTED = ("precision", "recall", "f1")


def measure(task: str, metric: str, truth: np.ndarray, said: Predictions, positive: object = None) -> Measure:
    """As `core.domain.metrics.score` gives the metric for the rows at those positions; arguments as there."""
    if task != "regression" and metric == "accuracy":
        return _mean(_told(truth, said), _same(truth.tolist(), said.prediction.tolist()))
    if task != "regression" and metric in ("brier", "log_loss") and said.scores is not None:
        return _mean(*_losses(metric, task, truth, said, positive))
    if task == "binary" and (metric in COUNTED or metric == "roc_auc"):
        return _binary(
            metric, truth, said, said.classes[-1] if positive is None and said.classes else positive
        )
    if task == "multiclass" and (metric in COUNTED or (metric == "roc_auc" and said.scores is not None)):
        return _multiclass(metric, truth, said)
    return lambda rows: score(task, truth[rows], said.where(rows), positive)[metric]


def _mean(usable: np.ndarray, values: np.ndarray) -> Measure:
    def of(rows: np.ndarray) -> float | None:
        rows = rows[usable[rows]]
        return float(values[rows].mean()) if len(rows) else None

    return of


def _binary(metric: str, truth: np.ndarray, said: Predictions, positive: object) -> Measure:
    usable, yes = _told(truth, said), _is(truth, positive)
    if metric == "roc_auc":
        scores = _scores_of(said, positive)
        usable = usable & np.isfinite(scores)

        def area(rows: np.ndarray) -> float | None:
            rows = rows[usable[rows]]
            found = roc_auc(yes[rows], scores[rows])
            return found if np.isfinite(found) else None

        return area
    called = _is(said.prediction, positive)

    def counted(rows: np.ndarray) -> float | None:
        rows = rows[usable[rows]]
        hit, there, all_called = (int(flags[rows].sum()) for flags in (yes & called, yes, called))
        part, whole = {
            "precision": (hit, all_called),
            "recall": (hit, there),
            "f1": (2 * hit, there + all_called),
        }[metric]
        return part / whole if whole else None

    return counted


def _multiclass(metric: str, truth: np.ndarray, said: Predictions) -> Measure:
    """The mean over classes, each told by its place among all that there are."""
    usable, pairs = _told(truth, said), (truth.tolist(), said.prediction.tolist())
    places = {
        label: place for place, label in enumerate(dict.fromkeys((*said.classes, *pairs[0], *pairs[1])))
    }
    there, called = (np.array([places[label] for label in labels]) for labels in pairs)

    def counted(rows: np.ndarray) -> float | None:
        rows = rows[usable[rows]]
        t, g = there[rows], called[rows]
        of, by, hit = (np.bincount(some, minlength=len(places)) for some in (t, g, t[t == g]))
        parts, wholes = {"precision": (hit, by), "recall": (hit, of), "f1": (2 * hit, of + by)}[metric]
        met = of + by > 0
        return float((parts / np.maximum(wholes, 1))[met].mean()) if len(rows) else None

    def area(rows: np.ndarray) -> float | None:
        scores, none = said.scores, np.zeros(len(rows))
        assert scores is not None
        rows = rows[usable[rows]]
        rows = rows[~np.isnan(scores[rows]).any(axis=1)]
        t, known = there[rows], len(said.classes)
        areas = [
            roc_auc(t == c, scores[rows, c] if c < known else none[: len(t)]) for c in np.unique(t).tolist()
        ]
        found = float(np.mean(areas)) if areas else np.nan
        return found if np.isfinite(found) else None

    return area if metric == "roc_auc" else counted


def _losses(
    metric: str, task: str, truth: np.ndarray, said: Predictions, positive: object
) -> tuple[np.ndarray, np.ndarray]:
    """(Mask of the rows that have one, each row's part of the metric), both (n,)."""
    assert said.scores is not None
    if task == "binary":
        positive = said.classes[-1] if positive is None and said.classes else positive
        yes, scores = _is(truth, positive), _scores_of(said, positive)
        right, squares = np.where(yes, scores, 1 - scores), (scores - yes) ** 2
    else:
        is_class = np.column_stack([_is(truth, label) for label in said.classes])
        right = np.where(is_class.any(axis=1), (said.scores * is_class).sum(axis=1), 0.0)
        # A class that the version does not know has the score 0.
        squares = ((is_class - said.scores) ** 2).sum(axis=1) + ~is_class.any(axis=1)
        scores = said.scores.sum(axis=1)
    losses = squares if metric == "brier" else -np.log(np.clip(right, SMALLEST, 1 - SMALLEST))
    return _told(truth, said) & ~np.isnan(scores), losses


def _scores_of(said: Predictions, positive: object) -> np.ndarray:
    if said.scores is None:
        return np.full(len(said), np.nan)
    classes = list(said.classes)
    return said.scores[:, classes.index(positive) if positive in classes else len(classes) - 1]


def _told(truth: np.ndarray, said: Predictions) -> np.ndarray:
    """Mask (n,) of the rows that have a label and a prediction."""
    there = [
        a is not None and b is not None and a == a and b == b
        for a, b in zip(truth.tolist(), said.prediction.tolist(), strict=True)
    ]
    return np.array(there, dtype=bool)


def _is(values: np.ndarray, label: object) -> np.ndarray:
    return np.array([value == label for value in values.tolist()], dtype=bool)


def _same(a: Sequence[object], b: Sequence[object]) -> np.ndarray:
    return np.array([x == y for x, y in zip(a, b, strict=True)], dtype=np.float64)
