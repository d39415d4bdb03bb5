"""Scoring: what a version, or production itself, said of a window's rows, kept for late labels."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.domain.cells import is_number, numbers
from core.domain.labels import in_order, positive_class
from core.domain.learning import PredictionFiles, Predictions
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.versions import Version

if TYPE_CHECKING:
    import pyarrow as pa

Pieces = Callable[[], Iterable[Rows]]
"""Reads a window's rows, a bounded number at a time, and again when it is called again."""
Predict = Callable[[Kept, Version, Iterable[Rows]], Iterable[Predictions]]
Keys = Callable[[Kept, Rows], np.ndarray]


@dataclass(frozen=True)
class Scorer:
    """Finds the predictions of a window's rows. `predict` None: only looks up what is kept."""

    files: PredictionFiles
    keys: Keys
    predict: Predict | None

    def of(self, kept: Kept, index: int, version: Version, read: Pieces) -> Predictions | None:
        """The version's predictions of the rows, in their order; None if some are missing and may not be
        made.
        """
        stored = self.files.load(kept.id, index)
        if stored is not None and stored.version == version.number:
            key = np.concatenate([self.keys(kept, rows) for rows in read()])
            if (places := _places(stored.key, key)) is not None:
                return _taken(stored, places)
        if self.predict is None or version.let_go is not None:
            return None
        made = joined(list(self.predict(kept, version, read())))
        self.files.save(kept.id, index, made)
        return made


def shipped(kept: Kept, pieces: Iterable[Rows]) -> Predictions | None:
    """The predictions that the source carries, if the model's file names their column; else reads nothing."""
    column = kept.model.prediction
    return None if column is None else joined([_shipped(kept, column, rows) for rows in pieces])


def _shipped(kept: Kept, prediction: str, rows: Rows) -> Predictions:
    model = kept.model
    column = rows.table.column(prediction)
    if model.task == "regression":
        values = _numbers(column)
    else:
        values = np.empty(len(column), dtype=object)
        values[:] = column.to_pylist()
    key = np.zeros(len(values), np.uint64)
    if model.task != "binary" or model.score is None:
        return Predictions(key, values)
    classes = tuple(in_order(kept.survey.distinct_labels))
    score = _numbers(rows.table.column(model.score))
    yes = len(classes) == 2 and classes[1] == positive_class(model, classes)
    scores = np.column_stack([1 - score, score] if yes else [score, 1 - score])
    return Predictions(key, values, scores, classes)


def joined(parts: Sequence[Predictions]) -> Predictions:
    """One after the other, of the same version; at least one."""
    first = parts[0]
    if len(parts) == 1:
        return first
    scores = [part.scores for part in parts if part.scores is not None]
    return Predictions(
        np.concatenate([part.key for part in parts]),
        np.concatenate([part.prediction for part in parts]),
        np.concatenate(scores) if scores else None,
        first.classes,
        first.version,
    )


def _numbers(column: "pa.ChunkedArray") -> np.ndarray:
    """(n,) float64, NaN for missing."""
    if is_number(column.type):
        return np.concatenate([np.zeros(0), *(numbers(chunk) for chunk in column.chunks)])
    return np.array([np.nan if value is None else float(value) for value in column.to_pylist()])


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
