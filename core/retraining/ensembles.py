"""Ensembles: the newest fits of a line of versions as one, equal or weighed by how right they were lately."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.clock import micros
from core.domain.labels import labels, positive_class
from core.domain.learning import Fitted
from core.domain.metrics import score
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.strategies import Ensemble
from core.domain.versions import Version
from core.domain.wording import count
from core.retraining.encoding import frame
from core.retraining.fits import Before, Fit, Learn
from core.retraining.fitting import features_of, predict, takes_raw
from core.retraining.voting import members, together

FEWEST = 30
"""Rows by which fits are weighed, or more; by fewer, all weigh the same."""


@dataclass(frozen=True)
class _Joined:
    """The older fits that stand beside a new one, oldest first, by their versions' numbers; why others do
    not.
    """

    numbers: Sequence[int]
    fits: Sequence[Fitted]
    apart: Sequence[str]


def make(
    kept: Kept,
    rows: Rows,
    since: int,
    before: Before | None,
    learn: Learn,
    code: Callable[[], Mapping[str, object]],
    judged: tuple[Fit, Rows] | None,
) -> Fit:
    """A fit from scratch, and beside it those that the version before holds.

    `code`: asks, once it is fitted, what made it. `judged`: what was fitted first, and the rows that judged
    it. RunFailed: they cannot be one ensemble.
    """
    own, wanted = learn(rows, since), kept.model.ensemble or Ensemble()
    joined = _join(kept, own, before, wanted.size - 1, code())
    weights, how = _weights(kept, rows, before, joined, wanted.weights, judged)
    fitted = voted(kept, rows, [*joined.fits, own], weights)
    why = "; ".join([f"{count(len(weights), 'fit')} as one, {how}", *joined.apart])
    lineage = {
        "continues": before.version.number if before and joined.numbers else None,
        "full": True,
        "members": [*joined.numbers, None],  # its own number comes when it is kept
        "weights": weights,
        "why": why,
    }
    return Fit(fitted, own, rows, lineage)


def voted(kept: Kept, rows: Rows, fits: Sequence[Fitted], weights: Sequence[float]) -> Fitted:
    """Fits, the newest last, as one estimator. `rows`: at least one, on which it is tried."""
    newest = fits[-1]
    return together(fits, weights, frame(rows.slice(0, 1), features_of(newest, kept), raw=takes_raw(newest)))


def fits_of(before: Before) -> tuple[list[int], list[Fitted]]:
    """The single fits that a version holds, oldest first, and the numbers of the versions that made them."""
    found, numbers = members(before.fitted), before.version.lineage.get("members")
    if before.version.strategy == "ensemble" and found and isinstance(numbers, list):
        return list(numbers), found
    return [before.version.number], [before.fitted]


def _join(kept: Kept, own: Fitted, before: Before | None, most: int, code: Mapping[str, object]) -> _Joined:
    if before is None:
        return _Joined((), (), ())
    numbers, fits = fits_of(before)
    found = list(zip(numbers[-most:], fits[-most:], strict=True))
    other = "its code was another" if _needs_other_code(before.version, code) else ""
    apart = [(number, other or _apart(kept, fitted, own)) for number, fitted in found]
    fitting = [one for one, (_, why) in zip(found, apart, strict=True) if not why]
    return _Joined(
        [number for number, _ in fitting],
        [fitted for _, fitted in fitting],
        [f"v{number} stands apart: {why}" for number, why in apart if why],
    )


def _needs_other_code(version: Version, code: Mapping[str, object]) -> bool:
    """Whether its fits name classes of a person's own code, which is another now: one file has one code."""
    return version.artifact.endswith(".joblib") and version.code.get("files") != code.get("files")


def _apart(kept: Kept, older: Fitted, own: Fitted) -> str:
    """Why two fits cannot vote together; "" if they can."""
    if takes_raw(older) != takes_raw(own) or list(features_of(older, kept)) != list(features_of(own, kept)):
        return "it takes other columns"
    theirs, ours = (np.asarray(getattr(one, "classes_", ())).tolist() for one in (older, own))
    return "" if theirs == ours else "it knows other classes"


def _weights(
    kept: Kept,
    rows: Rows,
    before: Before | None,
    joined: _Joined,
    wanted: str,
    judged: tuple[Fit, Rows] | None,
) -> tuple[list[float], str]:
    """The weight of each fit, its own last, and how they came about."""
    equal = [1 / (len(joined.fits) + 1)] * (len(joined.fits) + 1)
    if wanted == "equal" or before is None or not joined.fits:
        return equal, "each as much as the others"
    if judged is not None:
        first, recent = judged
        errors = [squared_error(kept, one, recent) for one in [*joined.fits, first.single]]
        how = f"weighed by {count(len(recent), 'judged row')}"
    else:
        recent = rows.where(~rows.learnable(micros(before.version.train_to)))
        if len(recent) < FEWEST:
            few = f"{count(len(recent), 'new row')} would weigh them, and {FEWEST} are needed"
            return equal, f"each as much as the others: {few}"
        errors = [squared_error(kept, one, recent) for one in joined.fits]
        errors.append(min((error for error in errors if error is not None), default=None))
        how = f"weighed by {count(len(recent), 'new row')}, the newest as the best of the others"
    if any(error is None for error in errors):
        return equal, "each as much as the others: their errors are not defined"
    return inverse([error for error in errors if error is not None]), how


def inverse(errors: Sequence[float]) -> list[float]:
    """Weights in inverse proportion to mean squared errors (each 0 or more), with the sum 1.

    The optimal ones of unbiased forecasts with independent errors: Bates and Granger, The Combination of
    Forecasts, 1969. An error counts as a millionth of the largest at least.
    """
    squared = np.asarray(errors, dtype=np.float64)
    if not squared.max() > 0:
        return [1 / len(squared)] * len(squared)
    relative = np.maximum(squared / squared.max(), 1e-6)
    found = (1 / relative) / (1 / relative).sum()
    return [float(weight) for weight in found]


def squared_error(kept: Kept, fitted: Fitted, rows: Rows) -> float | None:
    """Of values: their mean squared error; of classes: the Brier score, that of their probabilities."""
    model = kept.model
    positive = positive_class(model, kept.survey.distinct_labels) if model.task == "binary" else None
    found: Mapping[str, float | None] = score(
        model.task, labels(rows, model), predict(fitted, kept, rows, None), positive
    )
    if model.task != "regression":
        return found["brier"]
    return None if found["rmse"] is None else found["rmse"] ** 2
