"""Warm start: a fit that continues that of the version before, on the rows which that one did not know."""

import inspect
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, cast

import numpy as np

from core.domain.errors import RunFailed, words_of
from core.domain.labels import labels
from core.domain.learning import Fitted
from core.domain.making import used_seed
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.strategies import EPOCHS, TREES, Warm
from core.domain.wording import count
from core.retraining.boosters import grown
from core.retraining.encoding import STEP, frame, kinds
from core.retraining.fits import Before, Fit, Ingredients, news
from core.retraining.fitting import frame_for, takes_raw, target
from core.retraining.own_recipes import seed_globals
from core.retraining.weighing import weights


def make(given: Ingredients) -> Fit:
    """Continue the version before on the rows that it did not know; from scratch on all where it cannot.

    RunFailed: what the recipe makes cannot be continued at all.
    """
    before, rows = given.before, given.rows
    new = rows if before is None else rows.where(news(before.version, rows))
    why = next(_why_afresh(given, new), None)
    if why is None and before is not None:
        fitted = carry_on(given.kept, new, given.since, before)
        how = _how(given.kept, fitted)
        facts = f"continues v{before.version.number} on {count(len(new), 'row')} that it did not know, {how}"
        return Fit(fitted, fitted, new, _lineage(before, facts))
    fitted = given.from_scratch()
    if not (hasattr(_last(fitted), "partial_fit") or _boosts(fitted)):
        raise RunFailed(
            f"{given.kept.model.learner} makes a {type(_last(fitted)).__name__}, which cannot continue: it "
            "has no partial_fit.",
            'Take one that has, such as SGDRegressor, or write strategy = "scratch" or "ensemble".',
        )
    return Fit(fitted, fitted, rows, _lineage(None, f"from scratch: {why}"))


def carry_on(kept: Kept, new: Rows, since: int, before: Before) -> Fitted:
    """The estimator of `before` after it learnt the new rows too; that of `before` stays as it is.

    What was learnt of columns (categories, means, medians) is left as it was, so a category that came since
    counts as unknown.
    """
    fitted: Any = deepcopy(before.fitted)
    seed_globals(kept.model.recipe, used_seed(kept.model))
    warm = kept.model.warm or Warm()
    learnt = target(labels(new, kept.model), kept.model)
    weighed = weights(kept.model, new.time, since)
    try:
        given: Any = frame_for(fitted, kept, new)
        for step in _first(fitted):
            given = step.transform(given)
        if not _boosts(fitted):
            return _passed(fitted, given, learnt, warm.epochs or EPOCHS, weighed)
        more = grown(_last(fitted), given, learnt, warm.trees or TREES, weighed, _codes(fitted))
        return cast(Fitted, _with_last(fitted, more))
    except RunFailed:
        raise
    except Exception as error:
        raise RunFailed(
            f"v{before.version.number} could not be continued: {words_of(error)}.",
            'Look at the new rows, or write strategy = "scratch".',
        ) from error


def _passed(
    fitted: Fitted, given: Any, learnt: np.ndarray, epochs: int, weighed: np.ndarray | None
) -> Fitted:
    last = _last(fitted)
    weight = {} if weighed is None else {"sample_weight": weighed}
    if weight and "sample_weight" not in inspect.signature(last.partial_fit).parameters:
        raise RunFailed(
            f"The partial_fit of {type(last).__name__} takes no sample_weight.", "Leave half_life out."
        )
    for _ in range(epochs):
        last.partial_fit(given, learnt, **weight)
    return fitted


def why_another(kept: Kept, before: Before, code: Mapping[str, object]) -> Iterator[str]:
    """Reasons, in words, why a version is not to be continued, whatever rows have come since.

    `code`: what makes versions now, as `Version.code` keeps it.
    """
    version, model, every = before.version, kept.model, (kept.model.warm or Warm()).full_every
    since_full = version.lineage.get("continued", 0)
    if every is not None and isinstance(since_full, int) and since_full + 1 >= every:
        yield "every one is" if every == 1 else f"one of {every} is"
    if version.strategy == "ensemble":
        yield f"v{version.number} is an ensemble"
    if version.recipe != model.learner or _told(version.parameters) != _told(model.recipe_parameters):
        yield f"v{version.number} was made by another recipe or other parameters"
    if version.code.get("files") != code.get("files"):
        yield f"the recipe's code changed since v{version.number}"
    if tuple(version.features) != tuple(kept.features) or _changed_kinds(kept, before.fitted):
        yield f"the features changed since v{version.number}"
    if tuple(before.leave_out) != model.leave_out:
        yield f"leave_out changed since v{version.number}"


def _why_afresh(given: Ingredients, new: Rows) -> Iterator[str]:
    """Reasons, in words, to fit from scratch."""
    kept, before = given.kept, given.before
    if before is None:
        yield "there is none to continue"
        return
    yield from why_another(kept, before, given.code())
    if not len(new):
        yield "no new row lies within the history"
        return
    yield from _of_empty_columns(kept, new, before)
    if kept.model.task != "regression":
        yield from _of_classes(kept, new, before)


def _of_empty_columns(kept: Kept, new: Rows, before: Before) -> Iterator[str]:
    """A feature without any value is left out of a fit; once it has some, only a new fit can learn it."""
    fitted: Any = before.fitted
    if takes_raw(fitted):
        return
    taken = {name for _, _, names in fitted.named_steps[STEP].transformers for name in names}
    empty = [name for name in kept.features if name not in taken]
    came = frame(new, empty).notna().any()
    yield from (f"{name} has values now, and had none" for name in empty if came[name])


def _of_classes(kept: Kept, new: Rows, before: Before) -> Iterator[str]:
    known = set(np.asarray(getattr(before.fitted, "classes_", ())).tolist())
    there = set(target(labels(new, kept.model), kept.model).tolist())
    if there - known:
        yield f"class {min(map(str, there - known))} is new"
    elif there != known and _boosts(before.fitted):
        yield f"no new row is of class {min(map(str, known - there))}"


def _told(parameters: Mapping[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()}


def _changed_kinds(kept: Kept, fitted: Fitted) -> bool:
    """Whether a column that the encoder takes for a number is a category now, or the other way round."""
    encode = getattr(fitted, "named_steps", {}).get(STEP)
    if encode is None or takes_raw(fitted):
        return False
    categorical, numeric = map(set, kinds(kept.features, kept.survey.schema.columns, kept.model.categorical))
    numbers, codes = (set(columns) for _, _, columns in encode.transformers)
    return not (numbers <= numeric and codes <= categorical)


def _codes(fitted: Any) -> list[int]:
    """Where columns of codes stand behind the encoder; none if categories have columns of their own."""
    from sklearn.preprocessing import OrdinalEncoder

    if takes_raw(fitted):
        return []
    (_, _, numbers), (_, way, names) = fitted.named_steps[STEP].transformers
    return [len(numbers) + i for i in range(len(names))] if isinstance(way, OrdinalEncoder) else []


def _lineage(before: Before | None, why: str) -> dict[str, object]:
    if before is None:
        return {"continues": None, "full": True, "continued": 0, "why": why}
    version, so_far = before.version, before.version.lineage.get("continued", 0)
    return {
        "continues": version.number,
        "full": False,
        "continued": (so_far if isinstance(so_far, int) else 0) + 1,
        "why": why,
    }


def _how(kept: Kept, fitted: Fitted) -> str:
    warm = kept.model.warm or Warm()
    return (
        f"by {warm.trees or TREES} trees more" if _boosts(fitted) else f"{warm.epochs or EPOCHS} times over"
    )


def _first(fitted: Any) -> list[Any]:
    return [step for _, step in getattr(fitted, "steps", [])[:-1] if step not in (None, "passthrough")]


def _last(fitted: Any) -> Any:
    return fitted.steps[-1][1] if hasattr(fitted, "steps") else fitted


def _with_last(fitted: Any, last: Any) -> Any:
    if not hasattr(fitted, "steps"):
        return last
    fitted.steps[-1] = (fitted.steps[-1][0], last)
    return fitted


def _boosts(fitted: Any) -> bool:
    """Whether its last step is LightGBM's or XGBoost's, as our recipes build them."""
    last = _last(fitted)
    alone = getattr(last, "estimators_", [last])[0] if type(last).__name__ == "VotingClassifier" else last
    return hasattr(alone, "get_booster") or hasattr(alone, "booster_")
