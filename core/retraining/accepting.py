"""Accepting: whether a model that somebody else's code fitted can do what the task asks."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.domain.errors import RunFailed, words_of
from core.domain.labels import labels
from core.domain.learning import Fitted
from core.domain.models import Kept
from core.domain.rows import Rows
from core.retraining.fitting import frame_for, say

FEW = 50
"""Rows that it is asked to predict."""


def accept(fitted: Any, kept: Kept, rows: Rows, name: str) -> Fitted:
    """The model itself, once it has predicted a few of the rows (n >= 1) as the task asks.

    RunFailed, in words that begin with `name`: it is no estimator, was fitted on other columns, fails, or
    says what no label of the model is.
    """
    if not callable(getattr(fitted, "predict", None)):
        _refuse(
            f"{name} holds a {type(fitted).__name__}, which predicts nothing", "Write a fitted estimator."
        )
    _check_features(fitted, kept, name)
    return accept_predictions(fitted, kept, rows, name)


def accept_predictions(fitted: Any, kept: Kept, rows: Rows, name: str) -> Fitted:
    """As `accept`, of an estimator that was fitted here, on the features."""
    _check_kind(fitted, kept, name)
    few = rows.slice(0, min(len(rows), FEW))
    given = frame_for(fitted, kept, few)
    try:
        said = say(fitted, kept, given, np.zeros(len(few), np.uint64), None)
    except Exception as error:
        raise RunFailed(
            f"{name} cannot predict the rows: {words_of(error)}.",
            "It is given a DataFrame of exactly the features, raw: put their preparation into a Pipeline.",
        ) from error
    if len(said) != len(few) or len(said.prediction) != len(few):
        _refuse(f"{name} gives {len(said.prediction)} predictions for {len(few)} rows", "Give one a row.")
    if kept.model.task == "regression":
        _check_numbers(said.prediction, name)
    else:
        _check_classes(said.classes, kept, rows, name)
        _check_scores(said.scores, len(few), len(said.classes), name)
    return fitted  # type: ignore[no-any-return]


def _check_kind(fitted: Any, kept: Kept, name: str) -> None:
    classes = getattr(fitted, "classes_", None)
    if kept.model.task == "regression" and classes is not None:
        _refuse(f"{name} holds a classifier, and the task is regression", "Fit a regressor.")
    if kept.model.task != "regression" and classes is None:
        _refuse(
            f"{name} holds no classifier (it has no classes_), and the task is {kept.model.task}",
            "Fit a classifier.",
        )


def _check_features(fitted: Any, kept: Kept, name: str) -> None:
    learnt, count = getattr(fitted, "feature_names_in_", None), getattr(fitted, "n_features_in_", None)
    if learnt is not None:
        odd = [str(column) for column in learnt if str(column) not in kept.features]
        if odd:
            _refuse(
                f"{name} was fitted on {', '.join(odd[:5])}, and the features are {', '.join(kept.features)}",
                "Fit it on features only, or change `features`.",
            )
    elif count is not None and count != len(kept.features):
        _refuse(
            f"{name} was fitted on {count} columns, and there are {len(kept.features)} features",
            "Fit it on exactly the features.",
        )


def _check_numbers(said: np.ndarray, name: str) -> None:
    if odd := int((~np.isfinite(said)).sum()):
        _refuse(f"{name} predicts {odd} of {len(said)} rows as no finite number", "Mend the model.")


def _check_classes(classes: Sequence[object], kept: Kept, rows: Rows, name: str) -> None:
    known = {*kept.survey.distinct_labels, *labels(rows, kept.model).tolist()}
    odd = [one for one in classes if one not in known]
    if odd:
        there = _listed(sorted(known, key=str))
        _refuse(
            f"{name} tells {_listed(odd)} apart, and {kept.model.target} holds {there}",
            "Fit it on the labels as the column holds them.",
        )


def _check_scores(scores: np.ndarray | None, rows: int, classes: int, name: str) -> None:
    if scores is None:
        return
    if scores.shape != (rows, classes) or not np.isfinite(scores).all():
        _refuse(
            f"predict_proba of {name} gives {scores.shape}, not {rows} rows of {classes} finite shares",
            "Mend the model.",
        )


def _listed(values: Sequence[object]) -> str:
    return ", ".join(map(repr, values[:10])) + (", …" if len(values) > 10 else "")


def _refuse(problem: str, fix: str) -> None:
    raise RunFailed(f"{problem}.", fix)
