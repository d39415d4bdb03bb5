"""Fit an estimator on rows, and let it say what it thinks of others."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.domain.errors import RunFailed, words_of
from core.domain.labels import in_order, labels, positive_class
from core.domain.learning import Fitted, Predictions
from core.domain.models import Kept, Model
from core.domain.rows import Rows
from core.retraining.encoding import PARTS, STEP, frame, kinds
from core.retraining.own_recipes import is_own, seed_globals
from core.retraining.recipes import build, told
from core.retraining.voting import members
from core.retraining.weighing import weigh, weights

if TYPE_CHECKING:
    import pandas as pd


def fit(kept: Kept, rows: Rows, seed: int, since: int | None = None) -> Fitted:
    """The model's recipe fitted from scratch on learnable rows, in their order.

    `since`: the moment (microseconds) from which `half_life` counts back; None: the newest row's. RunFailed:
    no rows, a label that cannot be learnt, one class only (or, for binary, more than two), a recipe that
    fails, or one that takes no weights where rows have some.
    """
    model = kept.model
    learnt = target(labels(rows, model), model)
    _refuse_classes(learnt, model)
    given = frame(rows, kept.features, raw=is_own(model.recipe))
    categorical, numeric = (
        [name for name in names if given[name].notna().any()]  # what is missing throughout teaches nothing
        for names in kinds(kept.features, kept.survey.schema.columns, model.categorical)
    )
    seed_globals(model.recipe, seed)
    estimator = build(
        model.recipe, model.task, model.recipe_parameters, seed, categorical, numeric, folder=model.folder
    )
    weighed = weights(model, rows.time, int(rows.time.max()) if since is None else since)
    beside = {
        **weigh(estimator, weighed),
        **told(model.recipe, model.recipe_parameters, categorical, numeric),
    }
    try:
        return estimator.fit(given, learnt, **beside)  # type: ignore[no-any-return]
    except Exception as error:
        raise RunFailed(
            f"The recipe {model.recipe} could not be fitted: {words_of(error)}.",
            "Look at [recipe_parameters] and at the rows.",
        ) from error


def predict(fitted: Fitted, kept: Kept, rows: Rows, version: int | None) -> Predictions:
    """What a fitted estimator says of rows. Binary: the positive class where its score >= `threshold`.

    RunFailed: a column that it learnt from is not among the rows, or it fails on them.
    """
    key = keys(kept, rows)
    if not len(rows):
        return Predictions(key, np.empty(0, _dtype(kept.model)), version=version)
    given = frame_for(fitted, kept, rows)
    try:
        return say(fitted, kept, given, key, version)
    except Exception as error:
        who = "The fitted model" if version is None else f"v{version}"
        raise RunFailed(
            f"{who} could not score the rows: {words_of(error)}.",
            "Look at the columns that changed in the source.",
        ) from error


def keys(kept: Kept, rows: Rows) -> np.ndarray:
    """(n,) uint64: a hash of each row's time and features, the same whatever rows stand beside it."""
    from pandas.util import hash_pandas_object

    table = frame(rows, kept.features)
    table.insert(0, "__time__", rows.time, allow_duplicates=True)
    return np.asarray(hash_pandas_object(table, index=False).to_numpy(), dtype=np.uint64)


def takes_raw(estimator: object) -> bool:
    """Whether it gets columns as they are, being a person's own; one of ours gets `encoding.frame`'s."""
    among = members(estimator)
    alone = among[-1] if among else estimator
    encode = getattr(alone, "named_steps", {}).get(STEP)  # a person's pipeline may have a step of that name
    return [name for name, *_ in getattr(encode, "transformers", ())] != list(PARTS)


def features_of(fitted: object, kept: Kept) -> Sequence[str]:
    """The features that it was fitted on, which a changed model file does not change."""
    learnt = getattr(fitted, "feature_names_in_", None)
    return kept.features if learnt is None else [str(name) for name in learnt]


def frame_for(fitted: object, kept: Kept, rows: Rows) -> "pd.DataFrame":
    """The columns of n rows as a fitted estimator takes them; RunFailed if one is not there."""
    return frame(rows, features_of(fitted, kept), raw=takes_raw(fitted))


def say(fitted: Any, kept: Kept, given: object, key: np.ndarray, version: int | None) -> Predictions:
    """What it says of a frame of n rows, whose keys (n,) are given; whatever it raises passes through."""
    model = kept.model
    if model.task == "regression":
        return Predictions(
            key, np.asarray(fitted.predict(given), dtype=np.float64).reshape(-1), version=version
        )
    classes = tuple(np.asarray(fitted.classes_).tolist())
    scores = np.asarray(fitted.predict_proba(given), np.float64) if hasattr(fitted, "predict_proba") else None
    if model.task == "binary" and scores is not None and len(classes) == 2:
        said = _by_threshold(scores, classes, positive_class(model, classes), model.threshold)
    else:
        said = np.asarray(fitted.predict(given)).tolist()
    return Predictions(key, _objects(said), scores, classes, version)


def _by_threshold(
    scores: np.ndarray, classes: Sequence[object], positive: object, threshold: float
) -> list[object]:
    yes = classes.index(positive) if positive in classes else len(classes) - 1
    return [classes[yes] if score >= threshold else classes[1 - yes] for score in scores[:, yes].tolist()]


def target(found: np.ndarray, model: Model) -> np.ndarray:
    """Labels (n,) in the type that scikit-learn takes; RunFailed: there are none, or one is no number."""
    if not len(found):
        raise RunFailed(
            "There is no labelled row to learn from.", "Wait for labels, or give a longer history."
        )
    if model.task != "regression":
        return np.array(found.tolist())
    if odd := int((~np.isfinite(found)).sum()):
        raise RunFailed(
            f"{odd} labels in {model.target} are missing or not finite.", "Mend them in the source."
        )
    return found


def _refuse_classes(learnt: np.ndarray, model: Model) -> None:
    if model.task == "regression":
        return
    classes = in_order(learnt.tolist())
    if len(classes) < 2:
        raise RunFailed(
            f"Every label in {model.target} is {classes[0]!r}: there is nothing to tell apart.",
            "Learn from a longer history, or choose another target.",
        )
    if model.task == "binary" and len(classes) > 2:
        raise RunFailed(
            f"{model.target} has {len(classes)} classes, and a binary model tells two apart.",
            'Write task = "multiclass".',
        )


def _dtype(model: Model) -> type:
    return np.float64 if model.task == "regression" else object


def _objects(values: Sequence[object]) -> np.ndarray:
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held
