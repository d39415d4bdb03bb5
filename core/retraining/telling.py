"""Telling: what a fitted version says of rows that are no window's, as columns to stand beside them."""

from typing import TYPE_CHECKING

import numpy as np

from core.domain.errors import RunFailed, words_of
from core.domain.labels import positive_class
from core.domain.learning import Fitted, Predictions
from core.domain.models import Kept
from core.domain.rows import Rows
from core.retraining.fitting import frame_for, say

if TYPE_CHECKING:
    import pyarrow as pa

PREDICTION, SCORE = "prediction", "score"


def tell(fitted: Fitted, kept: Kept, table: "pa.Table", version: int) -> "dict[str, pa.Array]":
    """Columns of n values for a table of n >= 1 rows that has the version's features.

    `prediction`; for a binary model `score`, that of the positive class, and for several classes
    `score_CLASS` for each, where the estimator gives them. RunFailed if it fails on these rows.
    """
    import pyarrow as pa

    nothing = np.zeros(len(table), np.int64)
    given = frame_for(fitted, kept, Rows(table, nothing, nothing))
    try:
        said = say(fitted, kept, given, nothing.view(np.uint64), version)
    except Exception as error:
        raise RunFailed(
            f"v{version} could not score the rows: {words_of(error)}.", "Look at its columns."
        ) from error
    scores = {name: pa.array(np.ascontiguousarray(values)) for name, values in _scores(kept, said).items()}
    return {PREDICTION: pa.array(said.prediction.tolist()), **scores}


def _scores(kept: Kept, said: Predictions) -> dict[str, np.ndarray]:
    if said.scores is None:
        return {}
    if kept.model.task == "binary" and len(said.classes) == 2:
        positive = positive_class(kept.model, said.classes)
        place = said.classes.index(positive) if positive in said.classes else 1
        return {SCORE: said.scores[:, place]}
    return {f"{SCORE}_{label}": said.scores[:, place] for place, label in enumerate(said.classes)}
