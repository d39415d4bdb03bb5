"""The named recipes: what each is called, what it may be given, and how it is built."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from core.domain.errors import BadInput, Fault
from core.domain.models import TASKS
from core.retraining import boosters
from core.retraining.encoding import STEP, encoder
from core.retraining.own_recipes import is_own, own
from core.retraining.recipe_kinds import KINDS, MAX_CATEGORIES, Kind


@dataclass(frozen=True)
class Recipe:
    """A named recipe. `parameters`: name -> default; a default that hangs on the task is {task: default}."""

    name: str
    tasks: tuple[str, ...]
    parameters: Mapping[str, object]


OURS_TO_SET = {
    "categorical_features": "Name those columns under categorical, beside recipe.",
    "warm_start": 'Leave it out; where a recipe can continue, strategy = "warm_start" says so.',
    "monotonic_cst": "Leave it out: columns are encoded in an order of their own.",
    "interaction_cst": "Leave it out: columns are encoded in an order of their own.",
    "penalty": "Say l1_ratio and C instead.",
}
"""Parameters of scikit-learn that these recipes set themselves, and what to do instead."""


def catalogue() -> list[Recipe]:
    """Every named recipe, without importing scikit-learn."""
    return [Recipe(name, TASKS, _across(kind)) for name, kind in KINDS.items()]


def _across(kind: Kind) -> dict[str, object]:
    """The parameters of all tasks; where the defaults differ, {task: default}."""
    regression, classes = kind.parameters("regression"), kind.parameters("binary")
    shared = {name: value for name, value in regression.items() if classes.get(name, value) == value}
    split = {
        name: {"regression": regression[name], "binary": classes[name], "multiclass": classes[name]}
        for name in regression
        if name not in shared
    }
    return {**shared, **split, **{name: value for name, value in classes.items() if name not in regression}}


def check_parameters(recipe: str, task: str, parameters: Mapping[str, object]) -> list[Fault]:
    """What is wrong with a recipe's name and parameters, all at once; a person's own is not looked into."""
    if is_own(recipe):
        return []
    if recipe not in KINDS:
        near = _near(recipe, KINDS) or f"Write one of {', '.join(KINDS)}, or module:function."
        return [Fault(None, "recipe", f"There is no recipe {recipe!r}.", near)]
    if install := boosters.missing(KINDS[recipe]):
        return [Fault(None, "recipe", f"{recipe} is not installed.", f"Install it: {install}.")]
    known = KINDS[recipe].parameters(task)
    unknown = [_unknown(recipe, task, name, known) for name in parameters if name not in known]
    return unknown + (_check_encoding(known, parameters) if "categories" in known else [])


def _unknown(recipe: str, task: str, name: str, known: Mapping[str, object]) -> Fault:
    fix = OURS_TO_SET.get(name) or _near(name, known) or f"It takes {', '.join(known)}."
    return Fault(None, f"recipe_parameters.{name}", f"{recipe} for {task} takes no parameter {name!r}.", fix)


def _near(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, known)
    return f"Did you mean {' or '.join(near)}?" if near else ""


def _check_encoding(known: Mapping[str, object], parameters: Mapping[str, object]) -> list[Fault]:
    style = parameters.get("categories", known["categories"])
    most = parameters.get("max_categories", 2)  # by default it makes way for max_bins
    bins = parameters.get("max_bins", known.get("max_bins"))
    faults = []
    if style not in ("ordinal", "onehot"):
        faults.append(
            Fault(
                None,
                "recipe_parameters.categories",
                f"{style!r} is no way to encode categories.",
                'Write "ordinal" or "onehot".',
            )
        )
    if not isinstance(most, int) or isinstance(most, bool) or most < 2:
        faults.append(
            Fault(
                None,
                "recipe_parameters.max_categories",
                f"{most!r} is no number of categories.",
                "Write a whole number from 2 on.",
            )
        )
    elif style == "ordinal" and isinstance(bins, int) and most > bins:
        faults.append(
            Fault(
                None,
                "recipe_parameters.max_categories",
                f"{most} codes do not fit {bins} bins.",
                f"Write at most {bins}, or raise max_bins (255 at most).",
            )
        )
    return faults


def build(
    recipe: str,
    task: str,
    parameters: Mapping[str, object],
    seed: int,
    categorical: Sequence[str],
    numeric: Sequence[str],
    *,
    folder: str | None = None,
) -> Any:
    """An unfitted estimator over a DataFrame of exactly the features.

    A named recipe: a scikit-learn Pipeline over `encoding.frame`. `module:function`: what the function
    returns, looked for in `folder` (the model file's) first. A `random_state` among the parameters wins
    over `seed`. BadInput: an unknown recipe or parameter; RunFailed: a person's function that fails.
    """
    if is_own(recipe):
        return own(recipe, parameters, seed, folder)
    if faults := check_parameters(recipe, task, parameters):
        raise BadInput.of(faults)
    kind = KINDS[recipe]
    chosen = {**kind.parameters(task), **parameters}
    style, most = chosen.pop("categories", None), chosen.pop("max_categories", MAX_CATEGORIES)
    if "random_state" in chosen:
        chosen["random_state"] = parameters.get("random_state", seed)
    estimator = _class(kind.regressor if task == "regression" else kind.classifier)(**chosen)
    if style is None:
        return _pipeline([("model", estimator)])
    return _encoded(kind, estimator, str(style), most, categorical, numeric)


def _encoded(
    kind: Kind, estimator: Any, style: str, most: Any, categorical: Sequence[str], numeric: Sequence[str]
) -> Any:
    codes = categorical if kind.codes and style == "ordinal" else ()
    if codes and kind.codes == "categorical_features":
        most = min(most, estimator.max_bins)  # no more codes than bins
        estimator.set_params(categorical_features=places(numeric, codes))
    encode = encoder(
        style,
        most,
        categorical,
        numeric,
        missing=kind.missing,
        scale=kind.scale,
        dense=kind.missing or style == "ordinal",
    )
    return _pipeline([(STEP, encode), ("model", boosters.prepared(kind, estimator, numeric, codes))])


def told(
    recipe: str, parameters: Mapping[str, object], categorical: Sequence[str], numeric: Sequence[str]
) -> dict[str, object]:
    """What the pipeline's fit is told beside rows and weights."""
    kind = KINDS.get(recipe)
    if kind is None or parameters.get("categories", kind.categories) != "ordinal":
        return {}
    said = boosters.told(kind, places(numeric, categorical))
    return {f"model__{name}": value for name, value in said.items()}


def places(numeric: Sequence[str], codes: Sequence[str]) -> list[int]:
    """Where the encoder puts the codes: behind the numbers."""
    return [len(numeric) + i for i in range(len(codes))]


def _pipeline(steps: list[tuple[str, Any]]) -> Any:
    from sklearn.pipeline import Pipeline

    return Pipeline(steps)


def _class(path: str) -> Any:
    module, name = path.rsplit(".", 1)
    return getattr(import_module(module), name)
