"""The named recipes: what each is called, what it may be given, and how it is built.

The names and defaults are written out, so that listing and checking them needs no scikit-learn; a test
holds them against it.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from core.domain.errors import BadInput, Fault
from core.domain.models import TASKS
from core.retraining.encoding import STEP, encoder
from core.retraining.own_recipes import is_own, own

MAX_CATEGORIES = 60
"""Of each categorical column, unless the parameters say: the 59 most frequent, the rest as one."""

HGB_BINS = 255
"""HistGradientBoosting's most bins, and so its most codes of one column."""


@dataclass(frozen=True)
class Recipe:
    """A named recipe. `parameters`: name -> default; a default that hangs on the task is {task: default}."""

    name: str
    tasks: tuple[str, ...]
    parameters: Mapping[str, object]


@dataclass(frozen=True)
class _Kind:
    """How a recipe is built: scikit-learn's two classes, parameters (shared, and of one task), encoding."""

    regressor: str
    classifier: str
    shared: Mapping[str, object]
    regression: Mapping[str, object]
    classification: Mapping[str, object]
    categories: str | None  # None: it reads no columns
    missing: bool = False
    scale: bool = False

    def parameters(self, task: str) -> dict[str, object]:
        own_encoding: dict[str, object] = (
            {"categories": self.categories, "max_categories": MAX_CATEGORIES} if self.categories else {}
        )
        return {
            **self.shared,
            **(self.regression if task == "regression" else self.classification),
            **own_encoding,
        }


_TREE_BOOSTING = _Kind(
    "sklearn.ensemble.HistGradientBoostingRegressor",
    "sklearn.ensemble.HistGradientBoostingClassifier",
    {
        "learning_rate": 0.1,
        "max_iter": 100,
        "max_leaf_nodes": 31,
        "max_depth": None,
        "min_samples_leaf": 20,
        "l2_regularization": 0.0,
        "max_features": 1.0,
        "max_bins": HGB_BINS,
        "early_stopping": "auto",
        "scoring": "loss",
        "validation_fraction": 0.1,
        "n_iter_no_change": 10,
        "tol": 1e-7,
        "verbose": 0,
        "random_state": None,
    },
    {"loss": "squared_error", "quantile": None},
    {"loss": "log_loss", "class_weight": None},
    "ordinal",
    missing=True,
)

_LINEAR = _Kind(
    "sklearn.linear_model.Ridge",
    "sklearn.linear_model.LogisticRegression",
    {"fit_intercept": True, "tol": 1e-4, "random_state": None},
    {"alpha": 1.0, "copy_X": True, "max_iter": None, "solver": "auto", "positive": False},
    {
        "C": 1.0,
        "l1_ratio": 0.0,
        "dual": False,
        "intercept_scaling": 1,
        "class_weight": None,
        "solver": "lbfgs",
        "max_iter": 1000,
        "verbose": 0,
        "n_jobs": None,
    },
    "onehot",
    scale=True,
)

_FOREST = _Kind(
    "sklearn.ensemble.RandomForestRegressor",
    "sklearn.ensemble.RandomForestClassifier",
    {
        "n_estimators": 100,
        "max_depth": None,
        "min_samples_split": 2,
        "min_samples_leaf": 1,
        "min_weight_fraction_leaf": 0.0,
        "max_leaf_nodes": None,
        "min_impurity_decrease": 0.0,
        "bootstrap": True,
        "oob_score": False,
        "n_jobs": None,
        "random_state": None,
        "verbose": 0,
        "ccp_alpha": 0.0,
        "max_samples": None,
    },
    {"criterion": "squared_error", "max_features": 1.0},
    {"criterion": "gini", "max_features": "sqrt", "class_weight": None},
    "ordinal",
)

_SGD = _Kind(
    "sklearn.linear_model.SGDRegressor",
    "sklearn.linear_model.SGDClassifier",
    {
        "penalty": "l2",
        "alpha": 1e-4,
        "l1_ratio": 0.15,
        "fit_intercept": True,
        "max_iter": 1000,
        "tol": 1e-3,
        "shuffle": True,
        "verbose": 0,
        "epsilon": 0.1,
        "random_state": None,
        "eta0": 0.01,
        "early_stopping": False,
        "validation_fraction": 0.1,
        "n_iter_no_change": 5,
        "average": False,
    },
    {"loss": "squared_error", "learning_rate": "invscaling", "power_t": 0.25},
    {"loss": "log_loss", "learning_rate": "optimal", "power_t": 0.5, "n_jobs": None, "class_weight": None},
    "onehot",
    scale=True,
)

_DUMMY = _Kind(
    "sklearn.dummy.DummyRegressor",
    "sklearn.dummy.DummyClassifier",
    {"constant": None},
    {"strategy": "mean", "quantile": None},
    {"strategy": "prior", "random_state": None},
    None,
)

_KINDS = {
    "hist_gradient_boosting": _TREE_BOOSTING,
    "linear": _LINEAR,
    "random_forest": _FOREST,
    "sgd": _SGD,
    "dummy": _DUMMY,
}

OURS_TO_SET = {
    "categorical_features": "Name those columns under categorical, beside recipe.",
    "warm_start": "Leave it out: each version is fitted from scratch.",
    "monotonic_cst": "Leave it out: columns are encoded in an order of their own.",
    "interaction_cst": "Leave it out: columns are encoded in an order of their own.",
    "penalty": "Say l1_ratio and C instead.",
}
"""Parameters of scikit-learn that these recipes set themselves, and what to do instead."""


def catalogue() -> list[Recipe]:
    """Every named recipe, without importing scikit-learn."""
    return [Recipe(name, TASKS, _across(kind)) for name, kind in _KINDS.items()]


def _across(kind: _Kind) -> dict[str, object]:
    """The parameters of all tasks; where the defaults differ, {task: default}."""
    regression, classes = kind.parameters("regression"), kind.parameters("binary")
    shared = {name: value for name, value in regression.items() if classes.get(name, value) == value}
    split = {
        name: {"regression": regression[name], "binary": classes[name], "multiclass": classes[name]}
        for name in regression
        if name not in shared
    }
    return {**shared, **split, **{name: value for name, value in classes.items() if name not in regression}}


def defaults(recipe: str, task: str) -> dict[str, object]:
    """What a named recipe uses for a task where its parameters say nothing; empty for a person's own."""
    return _KINDS[recipe].parameters(task) if recipe in _KINDS else {}


def check_parameters(recipe: str, task: str, parameters: Mapping[str, object]) -> list[Fault]:
    """What is wrong with a recipe's name and parameters, all at once; a person's own is not looked into."""
    if is_own(recipe):
        return []
    if recipe not in _KINDS:
        near = _near(recipe, _KINDS) or f"Write one of {', '.join(_KINDS)}, or module:function."
        return [Fault(None, "recipe", f"There is no recipe {recipe!r}.", near)]
    known = _KINDS[recipe].parameters(task)
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
    kind = _KINDS[recipe]
    chosen = {**kind.parameters(task), **parameters}
    style, most = chosen.pop("categories", None), chosen.pop("max_categories", MAX_CATEGORIES)
    if "random_state" in chosen:
        chosen["random_state"] = parameters.get("random_state", seed)
    estimator = _class(kind.regressor if task == "regression" else kind.classifier)(**chosen)
    if style is None:
        return _pipeline([("model", estimator)])
    return _encoded(kind, estimator, str(style), most, categorical, numeric)


def _encoded(
    kind: _Kind, estimator: Any, style: str, most: Any, categorical: Sequence[str], numeric: Sequence[str]
) -> Any:
    boosting = kind is _TREE_BOOSTING
    if boosting and style == "ordinal":
        most = min(most, estimator.max_bins)  # no more codes than bins
        estimator.set_params(categorical_features=[len(numeric) + i for i in range(len(categorical))])
    encode = encoder(
        style,
        most,
        categorical,
        numeric,
        missing=kind.missing,
        scale=kind.scale,
        dense=boosting or style == "ordinal",
    )
    return _pipeline([(STEP, encode), ("model", estimator)])


def _pipeline(steps: list[tuple[str, Any]]) -> Any:
    from sklearn.pipeline import Pipeline

    return Pipeline(steps)


def _class(path: str) -> Any:
    module, name = path.rsplit(".", 1)
    return getattr(import_module(module), name)
