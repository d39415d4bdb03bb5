"""Ensembles: the newest fits of a line of versions as one, equal or weighed by how right they were lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.labels import labels, scored_class
from core.domain.learning import Fitted
from core.domain.metrics import score
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.strategies import Ensemble
from core.domain.versions import Version
from core.domain.wording import count
from core.retraining.fits import Before, Fit, Ingredients, news
from core.retraining.fitting import features_of, frame_for, predict, takes_raw
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


def make(given: Ingredients) -> Fit:
    """A fit from scratch, and beside it those that the version before holds.

    RunFailed: they cannot be one ensemble.
    """
    own, wanted, before = given.from_scratch(), given.kept.model.ensemble or Ensemble(), given.before
    joined = _join(given, own, wanted.size - 1)
    weights, how = _weights(given, joined, wanted.weights)
    fitted = voted(given.kept, given.rows, [*joined.fits, own], weights)
    why = "; ".join([f"{count(len(weights), 'fit')} as one, {how}", *joined.apart])
    lineage = {
        "continues": before.version.number if before and joined.numbers else None,
        "full": True,
        "members": [*joined.numbers, None],  # its own number comes when it is kept
        "weights": weights,
        "why": why,
    }
    return Fit(fitted, own, given.rows, lineage)


def voted(kept: Kept, rows: Rows, fits: Sequence[Fitted], weights: Sequence[float]) -> Fitted:
    """Fits, the newest last, as one estimator. `rows`: at least one, on which it is tried."""
    return together(fits, weights, frame_for(fits[-1], kept, rows.slice(0, 1)))


def fits_of(before: Before) -> tuple[list[int], list[Fitted]]:
    """The single fits that a version holds, oldest first, and the numbers of the versions that made them."""
    found, numbers = members(before.fitted), before.version.lineage.get("members")
    if before.version.strategy == "ensemble" and found and isinstance(numbers, list):
        return list(numbers), found
    return [before.version.number], [before.fitted]


def _join(given: Ingredients, own: Fitted, most: int) -> _Joined:
    if given.before is None:
        return _Joined((), (), ())
    numbers, fits = fits_of(given.before)
    found = list(zip(numbers[-most:], fits[-most:], strict=True))
    other = _all_apart(given, given.before)
    apart = [(number, other or _apart(given.kept, fitted, own)) for number, fitted in found]
    fitting = [one for one, (_, why) in zip(found, apart, strict=True) if not why]
    return _Joined(
        [number for number, _ in fitting],
        [fitted for _, fitted in fitting],
        [f"v{number} stands apart: {why}" for number, why in apart if why],
    )


def _all_apart(given: Ingredients, before: Before) -> str:
    """Why none of the fits that the version before holds may stand beside a new one; "" if they may."""
    if tuple(before.leave_out) != given.kept.model.leave_out:
        return "leave_out was another"
    return "its code was another" if _needs_other_code(before.version, given.code()) else ""


def _needs_other_code(version: Version, code: Mapping[str, object]) -> bool:
    """Whether its fits name classes of a person's own code, which is another now: one file has one code."""
    return version.artifact.endswith(".joblib") and version.code.get("files") != code.get("files")


def _apart(kept: Kept, older: Fitted, own: Fitted) -> str:
    """Why two fits cannot vote together; "" if they can."""
    if takes_raw(older) != takes_raw(own) or list(features_of(older, kept)) != list(features_of(own, kept)):
        return "it takes other columns"
    theirs, ours = (np.asarray(getattr(one, "classes_", ())).tolist() for one in (older, own))
    return "" if theirs == ours else "it knows other classes"


def _weights(given: Ingredients, joined: _Joined, wanted: str) -> tuple[list[float], str]:
    """The weight of each fit, its own last, and how they came about."""
    equal = [1 / (len(joined.fits) + 1)] * (len(joined.fits) + 1)
    if wanted == "equal" or given.before is None or not joined.fits:
        return equal, "each as much as the others"
    recent = given.judged[1] if given.judged else given.rows.where(news(given.before.version, given.rows))
    rows = count(len(recent), "judged row" if given.judged else "new row")
    if len(recent) < FEWEST:
        return equal, f"each as much as the others: {rows} would weigh them, and {FEWEST} are needed"
    errors, how = [squared_error(given.kept, one, recent) for one in joined.fits], f"weighed by {rows}"
    if given.judged:
        errors.append(squared_error(given.kept, given.judged[0].single, recent))
    else:  # it has learnt them
        errors.append(min((error for error in errors if error is not None), default=None))
        how = f"{how}, the newest as the best of the others"
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
    said = predict(fitted, kept, rows, None)
    found: Mapping[str, float | None] = score(model.task, labels(rows, model), said, scored_class(kept))
    if model.task != "regression":
        return found["brier"]
    return None if found["rmse"] is None else found["rmse"] ** 2
