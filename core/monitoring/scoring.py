"""Scoring: what a version, or production itself, said of a window's rows, kept for late labels."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.domain.labels import in_order, positive_class
from core.domain.learning import PredictionFiles, Predictions
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.versions import Version

Predict = Callable[[Kept, Version, Rows], Predictions]
Keys = Callable[[Kept, Rows], np.ndarray]


@dataclass(frozen=True)
class Scorer:
    """Finds the predictions of a window's rows. `predict` None: only looks up what is kept."""

    files: PredictionFiles
    keys: Keys
    predict: Predict | None

    def of(self, kept: Kept, index: int, version: Version, rows: Rows) -> Predictions | None:
        """The version's predictions of the rows, in their order; None if some are missing and may not be
        made.
        """
        stored = self.files.load(kept.id, index)
        if stored is not None and stored.version == version.number:
            key = self.keys(kept, rows)
            if (places := _places(stored.key, key)) is not None:
                return _taken(stored, places)
        if self.predict is None or version.let_go is not None:
            return None
        made = self.predict(kept, version, rows)
        self.files.save(kept.id, index, made)
        return made


def shipped(kept: Kept, rows: Rows) -> Predictions | None:
    """The predictions that the source carries, if the model's file names their column."""
    model = kept.model
    if model.prediction is None:
        return None
    said = rows.table.column(model.prediction).to_pylist()
    if model.task == "regression":
        values = np.array([np.nan if value is None else float(value) for value in said])
    else:
        values = np.empty(len(said), dtype=object)
        values[:] = said
    if model.task != "binary" or model.score is None:
        return Predictions(np.zeros(len(said), np.uint64), values)
    classes = tuple(in_order(kept.survey.distinct_labels))
    score = np.array(
        [np.nan if value is None else float(value) for value in rows.table.column(model.score).to_pylist()]
    )
    yes = len(classes) == 2 and classes[1] == positive_class(model, classes)
    scores = np.column_stack([1 - score, score] if yes else [score, 1 - score])
    return Predictions(np.zeros(len(said), np.uint64), values, scores, classes)


def _places(stored: np.ndarray, wanted: np.ndarray) -> np.ndarray | None:
    """Where each wanted key stands among the stored ones, repeats in order; None if one is not there."""
    if len(stored) == len(wanted) and bool((stored == wanted).all()):
        return np.arange(len(wanted))
    order, ranks = np.argsort(stored, kind="stable"), np.argsort(wanted, kind="stable")
    a, b = stored[order], wanted[ranks]
    first = np.searchsorted(a, b, "left")
    repeat = np.arange(len(b)) - np.searchsorted(b, b, "left")
    spot = first + repeat
    if len(b) and (spot.max() >= len(a) or not bool((a[spot] == b).all())):
        return None
    found = np.empty(len(wanted), dtype=np.int64)
    found[ranks] = order[spot]
    return found


def _taken(said: Predictions, places: np.ndarray) -> Predictions:
    scores = None if said.scores is None else said.scores[places]
    return Predictions(said.key[places], said.prediction[places], scores, said.classes, said.version)
