"""Importing: what fitting and predicting need of other packages, so that no later step pays for it."""

from collections.abc import Callable


def import_learning() -> None:
    """Import them now."""
    import pandas.util  # noqa: F401
    import sklearn.calibration
    import sklearn.compose
    import sklearn.dummy
    import sklearn.ensemble
    import sklearn.impute
    import sklearn.linear_model
    import sklearn.pipeline
    import sklearn.preprocessing  # noqa: F401


def rehearse(save: Callable[[object], object]) -> None:
    """Fit, predict and `save` something small: much is imported, and looked up, at its first use only."""
    import numpy as np
    import pandas as pd
    from pandas.util import hash_pandas_object

    from core.retraining.recipes import build

    rows = pd.DataFrame({"number": np.arange(40.0), "text": ["one", "other"] * 20})
    estimator = build("hist_gradient_boosting", "regression", {"max_iter": 2}, 0, ["text"], ["number"])
    estimator.fit(rows, rows["number"]).predict(rows)
    hash_pandas_object(rows, index=False)
    save(estimator)
