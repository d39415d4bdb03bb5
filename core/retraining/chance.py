"""Chance: by how much a challenger is better than the champion on the same rows, and how sure that is."""

import math
from dataclasses import dataclass

import numpy as np

from core.domain.learning import Predictions
from core.retraining.blocks import LEAST, blocks_of, sums
from core.retraining.shares import shares, usable

DRAWS = 2000
"""Resamples of the blocks."""

SUREST = 0.99
"""What is asked beyond this lies too far out for the draws, and is taken from Student's t."""


@dataclass(frozen=True)
class Difference:
    """`difference`: how much better the challenger is, in units of the metric; positive is better.

    `low`, `high`: the interval at `confidence`. `smallest`: the smallest difference that these rows could
    have shown, half of its width. `blocks`: independent stretches of rows; under `LEAST` there is no
    interval. `answer`: "better" or "worse" beyond chance, else "tie". None: not defined.
    """

    difference: float | None
    low: float | None
    high: float | None
    confidence: float
    rows: int
    blocks: int
    smallest: float | None
    answer: str


def paired(
    task: str,
    metric: str,
    truth: np.ndarray,
    challenger: Predictions,
    champion: Predictions,
    time: np.ndarray,
    confidence: float,
    seed: int | list[int],
    positive: object = None,
) -> Difference:
    """Compare what two said of the same n rows by a bootstrap of blocks over time.

    `truth`, `time`: (n,), `positive`: as in `core.domain.metrics.score`. A row counts where both said
    something. Each row's difference is its share of the metric's. These are cut into blocks as long as they
    remember (`blocks_of`); the blocks are drawn anew, and the interval is the symmetric studentised one
    (Hall, The Bootstrap and Edgeworth Expansion, 1992, 3.6; for blocks Götze and Künsch, Annals of
    Statistics 24, 1996): with a dozen blocks percentiles are too narrow.
    """
    both = usable(task, metric, truth, challenger) & usable(task, metric, truth, champion)
    order = np.flatnonzero(both)[np.argsort(time[both], kind="stable")]
    n = len(order)
    if not n:
        return Difference(None, None, None, confidence, 0, 0, None, "tie")
    ours, theirs = (
        shares(task, metric, truth[order], _at(said, order), positive) for said in (challenger, champion)
    )
    difference = ours.worth - theirs.worth
    if not math.isfinite(difference):
        return Difference(None, None, None, confidence, n, 0, None, "tie")
    each = ours.rows - theirs.rows
    if np.abs(each).max() <= 1e-12 * (abs(ours.worth) + abs(theirs.worth)):
        each = np.zeros(n)  # what is left is rounding
    blocks, half = half_width(each, confidence, seed)
    if half is None:
        return Difference(difference, None, None, confidence, n, blocks, None, "tie")
    low, high = difference - half, difference + half
    answer = "better" if low > 0 else "worse" if high < 0 else "tie"
    return Difference(difference, low, high, confidence, n, blocks, half, answer)


def half_width(each: np.ndarray, confidence: float, seed: int | list[int]) -> tuple[int, float | None]:
    """Of the interval of a mean over rows (n,) in time order, their mean taken off: (blocks, half of its
    width), None where there are too few blocks.
    """
    blocks = blocks_of(each)
    if blocks.count < LEAST:
        return blocks.count, None
    means = sums(each, blocks.count) * blocks.count / len(each)
    error = math.sqrt(float(np.var(means)) / (blocks.count - 1))
    return blocks.count, error * blocks.widening * _critical(means, confidence, seed) if error else 0.0


def _critical(means: np.ndarray, confidence: float, seed: int | list[int]) -> float:
    """How many standard errors away resamples of the blocks' means (m,) get, but for 1 - confidence of them.

    A resample that drew hardly any spread counts with an m-th of the whole's, so that a few rows that differ
    tell little, and not nothing.
    """
    m = len(means)
    drawn = means[np.random.default_rng(seed).integers(0, m, (DRAWS, m))]
    centre = drawn.mean(axis=1)
    spread = np.einsum("ij,ij->i", drawn, drawn) / m - centre**2
    away = np.abs(centre - means.mean()) / np.sqrt(np.maximum(spread, np.var(means) / m) / (m - 1))
    sure = min(confidence, SUREST)
    return float(np.quantile(away, sure)) * _further(m - 1, sure, confidence)


def _further(freedom: int, sure: float, surer: float) -> float:
    """How many times wider Student's t is at a higher confidence."""
    if surer <= sure:
        return 1.0
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + surer) / 2) / stdtrit(freedom, (1 + sure) / 2))


def _at(said: Predictions, order: np.ndarray) -> Predictions:
    scores = None if said.scores is None else said.scores[order]
    return Predictions(said.key, said.prediction[order], scores, said.classes, said.version)
