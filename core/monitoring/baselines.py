"""Baselines: what one would have said without a model, scored on the same rows."""

from dataclasses import dataclass

import numpy as np

from core.domain.clock import NEVER
from core.domain.labels import in_order
from core.domain.learning import Predictions
from core.domain.metrics import Scored, score
from core.domain.rows import Moments

BLOCK = 100_000
"""Rows that are looked up at a time."""


@dataclass(frozen=True)
class Past:
    """All rows as they are known as of a moment, arranged once so that each window's baselines are cheap.

    `label`: (n,) float64 or object, in source order. `known`: (n,) when each became known. `last`: (n,) the
    position of the newest earlier row whose label was known by the row's time, else -1. `has`: (n,) whether
    there is a label as of the moment. `code`: (n,) its place among `classes`, else -1; empty for
    regression.
    """

    task: str
    label: np.ndarray
    known: Moments
    last: np.ndarray
    has: np.ndarray
    code: np.ndarray
    classes: tuple[object, ...]
    positive: object

    @classmethod
    def of(
        cls, task: str, time: Moments, known: Moments, label: np.ndarray, as_of: int, positive: object = None
    ) -> "Past":
        """Rows in source order: (n,) ascending times, moments of knowing (both microseconds), labels."""
        has = (known <= as_of) & _present(task, label)
        classes = () if task == "regression" else tuple(in_order(label[has].tolist()))
        code = np.full(0 if task == "regression" else len(label), -1, np.int64)
        if task != "regression":
            places = {value: place for place, value in enumerate(classes)}
            code[has] = [places[value] for value in label[has].tolist()]
        last = last_known(time, known if has.all() else np.where(has, known, NEVER))
        return cls(task, label, known, last, has, code, classes, positive)

    def baselines(self, first: int, stop: int, start: int) -> dict[str, Scored]:
        """Metrics of each baseline on the labelled rows `first`..`stop`-1 of a window that begins at `start`.

        `mean` or `majority`: of all labels known at the window's start, of rows before it; the scores of
        classes are their shares. `last`: the label of the newest earlier row known by each row's time; no
        scores.
        """
        here = np.flatnonzero(self.has[first:stop]) + first
        before = self.has[:first] & (self.known[:first] <= start)
        name, constant = ("mean", self._mean) if self.task == "regression" else ("majority", self._majority)
        return {
            name: self._score(here, constant(before, len(here))),
            "last": self._score(here, self._last(here)),
        }

    def _score(self, here: np.ndarray, said: Predictions) -> Scored:
        return score(self.task, self.label[here], said, self.positive)

    def _mean(self, before: np.ndarray, n: int) -> Predictions:
        known = self.label[: len(before)]
        known = known if before.all() else known[before]  # a copy, of most labels: only where it is needed
        return _predictions(np.full(n, known.mean() if len(known) else np.nan))

    def _majority(self, before: np.ndarray, n: int) -> Predictions:
        counts = np.bincount(self.code[: len(before)][before], minlength=len(self.classes))
        if not counts.sum():
            return _predictions(np.full(n, None, dtype=object))
        said = np.empty(n, dtype=object)
        said[:] = self.classes[int(counts.argmax())]
        return _predictions(said, np.tile(counts / counts.sum(), (n, 1)), self.classes)

    def _last(self, here: np.ndarray) -> Predictions:
        nothing = np.nan if self.task == "regression" else None
        said = self.label[self.last[here]]  # a copy; -1 takes the newest of all, put right below
        said[self.last[here] < 0] = nothing
        return _predictions(said)


def last_known(time: Moments, known: Moments) -> np.ndarray:
    """(n,) for each row i the greatest j < i with known[j] <= time[i], else -1."""
    if len(time) > 1 and bool((time[1:] < time[:-1]).any()):
        return _last_known_unordered(time, known)
    # In order of time, a label that one row may know every later row may know.
    newest = np.full(len(time) + 1, -1)
    for first in range(0, len(known), BLOCK):  # so that no second array is as long as all rows
        rows = np.arange(first, min(first + BLOCK, len(known)))
        knows = np.searchsorted(time, known[first : first + BLOCK], "left")
        np.maximum.at(newest, np.maximum(knows, rows + 1), rows)
    found: np.ndarray = np.maximum.accumulate(newest, out=newest)[:-1]
    return found


def _last_known_unordered(time: Moments, known: Moments) -> np.ndarray:
    """The same of rows that came late among others.

    A sparse table holds, for each power of two, the earliest `known` among that many rows up to each; from
    its widest level down, each row skips the rows before it that were all known too late.
    """
    levels = [known]
    while 2 ** len(levels) <= len(known):
        half, below = 2 ** (len(levels) - 1), levels[-1]
        levels.append(np.concatenate([below[:half], np.minimum(below[half:], below[:-half])]))
    at = np.arange(len(known))  # the rows before `at` are still to look through
    for level in reversed(range(len(levels))):
        width = 2**level
        skip = (at >= width) & (levels[level][at - 1] > time)
        at = at - width * skip
    return at - 1


def _present(task: str, label: np.ndarray) -> np.ndarray:
    if task == "regression":
        return ~np.isnan(label.astype(np.float64, copy=False))
    return np.array([value is not None and value == value for value in label.tolist()], dtype=bool)


def _predictions(
    said: np.ndarray, scores: np.ndarray | None = None, classes: tuple[object, ...] = ()
) -> Predictions:
    return Predictions(np.zeros(len(said), np.uint64), said, scores, classes)
