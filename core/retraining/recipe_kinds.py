"""Kinds of named recipes: of which classes each is made, and which parameters it takes.

The names and defaults are written out, so that listing and checking them needs no scikit-learn; a test
holds them against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MAX_CATEGORIES = 60
"""Of each categorical column, unless the parameters say: the 59 most frequent, the rest as one."""

HGB_BINS = 255
"""HistGradientBoosting's most bins, and so its most codes of one column."""


@dataclass(frozen=True)
class Kind:
    """How a recipe is built: its two classes, parameters (shared, and of one task), encoding.

    `codes`: how ordinal codes are declared categorical to it. `extra`: what has to be installed for it.
    `continues`: by which key of `warm` it goes on from an earlier fit; "" where it cannot, for `fresh`.
    """

    regressor: str
    classifier: str
    shared: Mapping[str, object]
    regression: Mapping[str, object]
    classification: Mapping[str, object]
    categories: str | None  # None: it reads no columns
    missing: bool = False
    scale: bool = False
    codes: str = ""
    extra: str = ""
    continues: str = ""
    fresh: str = ""

    def parameters(self, task: str) -> dict[str, object]:
        own_encoding: dict[str, object] = (
            {"categories": self.categories, "max_categories": MAX_CATEGORIES} if self.categories else {}
        )
        return {
            **self.shared,
            **(self.regression if task == "regression" else self.classification),
            **own_encoding,
        }


_TREE_BOOSTING = Kind(
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
    codes="categorical_features",
    fresh="on new rows its warm_start was worse than never retraining, on five of six data sets",
)

_LINEAR = Kind(
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
    fresh="it is solved anew each time, and nothing of the fit before goes into it",
)

_FOREST = Kind(
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
    fresh="its trees stay as they were, and more of them would not put the old ones right",
)

_SGD = Kind(
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
    continues="epochs",
)

_DUMMY = Kind(
    "sklearn.dummy.DummyRegressor",
    "sklearn.dummy.DummyClassifier",
    {"constant": None},
    {"strategy": "mean", "quantile": None},
    {"strategy": "prior", "random_state": None},
    None,
    fresh="it learns one value, and there is nothing to go on from",
)

_LIGHTGBM = Kind(
    "lightgbm.LGBMRegressor",
    "lightgbm.LGBMClassifier",
    {
        "num_leaves": 31,
        "max_depth": -1,
        "learning_rate": 0.1,
        "n_estimators": 100,
        "subsample_for_bin": 200_000,
        "min_split_gain": 0.0,
        "min_child_weight": 1e-3,
        "min_child_samples": 20,
        "subsample": 1.0,
        "subsample_freq": 0,
        "colsample_bytree": 1.0,
        "reg_alpha": 0.0,
        "reg_lambda": 0.0,
        "random_state": None,
        "n_jobs": 0,  # as many threads as OpenMP is given
        "verbosity": -1,
    },
    {"objective": None},
    {"class_weight": None},
    "ordinal",
    missing=True,
    codes="categorical_feature",
    extra="lightgbm",
    continues="trees",
)

_XGBOOST = Kind(
    "xgboost.XGBRegressor",
    "xgboost.XGBClassifier",
    {
        "max_depth": None,
        "max_leaves": None,
        "max_bin": None,
        "grow_policy": None,
        "learning_rate": None,
        "n_estimators": None,
        "tree_method": None,
        "gamma": None,
        "min_child_weight": None,
        "max_delta_step": None,
        "subsample": None,
        "colsample_bytree": None,
        "colsample_bylevel": None,
        "colsample_bynode": None,
        "reg_alpha": None,
        "reg_lambda": None,
        "base_score": None,
        "random_state": None,
        "n_jobs": None,
        "verbosity": 0,
    },
    {"objective": "reg:squarederror"},
    {"scale_pos_weight": None},
    "ordinal",
    missing=True,
    codes="feature_types",
    extra="xgboost",
    continues="trees",
)

KINDS = {
    "hist_gradient_boosting": _TREE_BOOSTING,
    "linear": _LINEAR,
    "random_forest": _FOREST,
    "sgd": _SGD,
    "lightgbm": _LIGHTGBM,
    "xgboost": _XGBOOST,
    "dummy": _DUMMY,
}
