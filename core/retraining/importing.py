"""Importing: what fitting and predicting need of other packages, so that no later step pays for it."""


def import_learning() -> None:
    """Import them now."""
    import pandas.util  # noqa: F401
    import sklearn.compose
    import sklearn.dummy
    import sklearn.ensemble
    import sklearn.impute
    import sklearn.linear_model
    import sklearn.pipeline
    import sklearn.preprocessing  # noqa: F401
