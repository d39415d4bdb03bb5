"""Importance: how much worse a version is when one column's values are shuffled among the rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.domain.labels import labels, scored_class
from core.domain.learning import Fitted
from core.domain.metrics import score
from core.domain.models import Kept
from core.domain.rows import Rows
from core.retraining.fitting import features_of, frame_for, say

MOST = 5_000
"""Rows that are shuffled and scored, the newest."""
REPEATS = 3


def asked(rows: Rows, judged: Mapping[str, object], parent_train_to: int | None) -> Rows:
    """The newest `MOST` of the rows that judged a version, else of all that it learnt.

    `rows`: those of its snapshot, by time. `judged`: as the version has it, empty where nothing judged it.
    `parent_train_to`: microseconds, of the champion that it was judged against (None: of none): judged are
    the newest labelled rows that this one did not know.
    """
    count = judged.get("rows")
    if isinstance(count, int) and count > 0:
        unseen = np.ones(len(rows), bool) if parent_train_to is None else ~rows.learnable(parent_train_to)
        return rows.take(np.flatnonzero(unseen)[-min(count, MOST) :])
    return rows.slice(max(0, len(rows) - MOST), len(rows))


def importance(kept: Kept, fitted: Fitted, rows: Rows, seed: int) -> dict[str, float]:
    """Column -> by how much the decisive metric gets worse when its values are shuffled, the mean of three.

    In the metric's unit, above 0 for a column that the version needs (for bias, of its size). Permutation
    importance as of scikit-learn. Empty where the metric is not defined for the rows.
    """
    from sklearn.inspection import permutation_importance

    names, given = features_of(fitted, kept), frame_for(fitted, kept, rows)
    truth = labels(rows, kept.model)
    found = permutation_importance(
        fitted, given, truth, scoring=_scoring(kept), n_repeats=REPEATS, random_state=seed
    )
    means = found.importances_mean.tolist()
    return {name: mean for name, mean in zip(names, means, strict=True) if np.isfinite(mean)}


def _scoring(kept: Kept) -> Any:
    """The decisive metric as scikit-learn asks for it: higher is better, NaN where it is not defined."""
    model = kept.model
    positive = scored_class(kept)

    def scored(fitted: Fitted, given: Any, truth: np.ndarray) -> float:
        said = say(fitted, kept, given, np.empty(len(given), np.uint64), None)
        value = score(model.task, truth, said, positive)[model.metric]
        if value is None:
            return float("nan")
        if model.metric == "bias":
            return -abs(value)
        return -value if model.lower_is_better else value

    return scored
