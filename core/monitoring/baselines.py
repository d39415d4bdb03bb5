"""Baselines: what one would have said without a model, scored on the same rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.domain.labels import Classes, in_order
from core.domain.learning import Predictions
from core.domain.metrics import Scored, score
from core.domain.tapes import Column, blocks, taken
from core.monitoring.grid import Slice
from core.monitoring.last_known import LastKnown


@dataclass(frozen=True)
class Past:
    """All rows as they are known as of a moment, looked through once so that each window's baselines are
    cheap.

    `label`, `known`: (n,) in source order, and when each became known, NEVER where there is none. `last`:
    looks up the newest earlier row whose label was known by a row's time. `classes`: of all labels known, in
    order; none for regression. `before`: by index of each window, what is known at its start of the labels
    before it: (sum, number) for regression, else (classes,) how many there are of each.
    """

    task: str
    label: Column
    known: Column
    as_of: int
    last: LastKnown
    classes: tuple[object, ...]
    before: dict[int, np.ndarray]
    positive: object

    @classmethod
    def of(
        cls,
        task: str,
        rows: tuple[Column, Column, Column],
        windows: Sequence[Slice],
        as_of: int,
        positive: object = None,
    ) -> "Past":
        """`rows`, in source order: (n,) ascending times, moments of knowing (both microseconds), labels.
        `windows`: all of them, one after the other.
        """
        time, known, label = rows
        classes: tuple[object, ...] = ()
        if task == "regression":
            before = _sums(known, label, windows, as_of)
        else:
            label = Classes.of(label)
            counts = _counts(known, label, windows, as_of)
            there = [label.classes[place] for place in np.flatnonzero(counts.sum(axis=0)).tolist()]
            classes = tuple(in_order(there))
            order = [label.classes.index(one) for one in classes]
            before = counts[:, order]
        known_before = np.cumsum(before, axis=0)
        by_index = {window.index: known_before[k] for k, window in enumerate(windows)}
        return cls(task, label, known, as_of, LastKnown(time, known, as_of), classes, by_index, positive)

    def baselines(self, window: Slice) -> dict[str, Scored]:
        """Metrics of each baseline on the labelled rows of a window.

        `mean` or `majority`: of all labels known at the window's start, of rows before it; the scores of
        classes are their shares. `last`: the label of the newest earlier row known by each row's time; no
        scores.
        """
        part = slice(window.first, window.stop)
        here = self.known[part] <= self.as_of
        label, n = self.label[part], int(here.sum())
        label = label if n == len(label) else label[here]
        name, constant = ("mean", self._mean) if self.task == "regression" else ("majority", self._majority)
        return {
            name: self._score(label, constant(self.before[window.index], n)),
            "last": self._score(label, self._last(self.last.of(window.first, window.stop)[here])),
        }

    def _score(self, label: np.ndarray, said: Predictions) -> Scored:
        return score(self.task, label, said, self.positive)

    def _mean(self, before: np.ndarray, n: int) -> Predictions:
        total, count = before
        return _predictions(np.full(n, total / count if count else np.nan))

    def _majority(self, counts: np.ndarray, n: int) -> Predictions:
        if not counts.sum():
            return _predictions(np.full(n, None, dtype=object))
        said = np.empty(n, dtype=object)
        said[:] = self.classes[int(counts.argmax())]
        shares = np.broadcast_to(counts / counts.sum(), (n, len(counts)))
        return _predictions(said, shares, self.classes)

    def _last(self, places: np.ndarray) -> Predictions:
        said = np.full(len(places), np.nan if self.task == "regression" else None, self.label.dtype)
        there = places >= 0
        said[there] = taken(self.label, places[there])
        return _predictions(said)


def _sums(known: Column, label: Column, windows: Sequence[Slice], as_of: int) -> np.ndarray:
    """(windows + 1, 2) sums and numbers of the labels by the first window that may know them."""
    found = np.zeros((len(windows) + 1, 2))
    for part, of in _first_window(known, windows):
        values, here = label[part], known[part] <= as_of
        here &= ~np.isnan(values)
        found[:, 0] += np.bincount(of[here], values[here], len(found))
        found[:, 1] += np.bincount(of[here], minlength=len(found))
    return found


def _counts(known: Column, label: Classes, windows: Sequence[Slice], as_of: int) -> np.ndarray:
    """(windows + 1, classes) numbers of labels by the first window that may know them."""
    found = np.zeros((len(windows) + 1, len(label.classes)), np.int64)
    for part, of in _first_window(known, windows):
        code = label.code[part]
        here = (known[part] <= as_of) & (code >= 0)
        np.add.at(found, (of[here], code[here]), 1)
    return found


def _first_window(known: Column, windows: Sequence[Slice]) -> Iterator[tuple[slice, np.ndarray]]:
    """(A block of rows, (n,) the first window after each row that begins once its label is known; the number
    of windows where none does.)
    """
    starts = np.array([window.start for window in windows], np.int64)
    firsts = [window.first for window in windows]
    edges = [0, *firsts, len(known)]
    for after, (first, stop) in enumerate(pairwise(edges)):
        for part in blocks(first, stop):
            came = known[part]
            if after < len(starts) and came.max() <= starts[after]:
                yield part, np.full(len(came), after)
            else:
                yield part, np.maximum(np.searchsorted(starts, came, "left"), after)


def _predictions(
    said: np.ndarray, scores: np.ndarray | None = None, classes: tuple[object, ...] = ()
) -> Predictions:
    return Predictions(np.zeros(len(said), np.uint64), said, scores, classes)
