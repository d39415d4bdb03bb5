"""Chance: by how much a challenger is better than the champion on the same rows, and how sure that is."""

import math
from dataclasses import dataclass

import numpy as np

from core.domain.blocks import FINEST, LEAST, Blocks, blocks_of, scaled, stretches
from core.domain.learning import Predictions
from core.domain.shares import shares, unlike, usable
from core.domain.student import t_within

DRAWS = 2000
"""Resamples of the blocks."""

DRAWN = 14
"""Blocks from which on their own draws say more of chance than Student's t."""

SUREST = 0.99
"""What is asked beyond this lies too far out for the draws, and is taken from Student's t."""


@dataclass(frozen=True)
class Difference:
    """`difference`: how much better the challenger is, in units of the metric; positive is better.

    `low`, `high`: the interval at `confidence`. `smallest`: the smallest difference that these rows could
    have shown, half of its width. `blocks`: stretches of rows that tell little of each other; under `LEAST`
    there is no interval. `answer`: "better" or "worse" beyond chance, else "tie". None: not defined.
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

    `truth`, `time`: (n,), in any order, `positive`: as in `core.domain.metrics.score`. A row counts where
    both said something. Each row's difference is its share of the metric's. These are cut into blocks as
    long as they remember (`blocks_of`); the interval is the symmetric studentised one of blocks drawn anew
    (Hall, The Bootstrap and Edgeworth Expansion, 1992, 3.6; for blocks Götze and Künsch, Annals of
    Statistics 24, 1996). Of a few blocks it is Student's t of their means (Ibragimov and Müller, Journal of
    Business and Economic Statistics 28, 2010), which covers where the blocks vary unequally, too.
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
    each, size = ours.rows - theirs.rows, abs(ours.worth) + abs(theirs.worth)
    if np.abs(each).max() <= 1e-12 * size:
        each = np.zeros(n)  # what is left is rounding
    differ = unlike(task, metric, *(_at(said, order) for said in (challenger, champion)))
    differ &= np.abs(each + difference) > 1e-12 * size
    blocks, half = half_width(each, time[order], confidence, seed, differ, max(ours.step, theirs.step))
    if half is None:
        return Difference(difference, None, None, confidence, n, blocks, None, "tie")
    low, high = difference - half, difference + half
    answer = "better" if low > 0 else "worse" if high < 0 else "tie"
    return Difference(difference, low, high, confidence, n, blocks, half, answer)


def half_width(
    each: np.ndarray,
    time: np.ndarray,
    confidence: float,
    seed: int | list[int],
    differ: np.ndarray | None = None,
    step: float = 0.0,
) -> tuple[int, float | None]:
    """Of the interval of a mean over rows (n,) at ascending times (n,), their mean taken off: (blocks, half
    of its width), None where there are too few blocks.

    `differ`: mask (n,) of the rows that make a difference; None: all. Where they are few, those that came up
    tell too little of those that might have: it counts as if one more differed each way (Bonett and Price,
    Journal of Educational and Behavioral Statistics 37, 2012), by `step` where none did.
    """
    begins, n = stretches(time), len(each)
    if len(begins) < LEAST:
        return len(begins), None
    there = len(begins) if differ is None else int(np.logical_or.reduceat(differ, begins).sum())
    if not there:
        return len(begins), math.sqrt(2) * step / n * t_within(confidence, min(len(begins), FINEST) - 1)
    each, power = scaled(each)
    blocks = blocks_of(np.add.reduceat(each, begins), np.diff(begins, append=n))
    if blocks.count < LEAST:
        return blocks.count, None
    error = blocks.error * math.sqrt(1 + 2 / there) / n
    half = error * _critical(blocks, confidence, seed) if error else 0.0
    return blocks.count, float(np.ldexp(half, power))


def _critical(blocks: Blocks, confidence: float, seed: int | list[int]) -> float:
    """How many standard errors away the mean gets, but for 1 - confidence of the time.

    A resample that drew hardly any spread counts with an m-th of the whole's, so that a few rows that differ
    tell little, and not nothing.
    """
    sums, m = blocks.sums, len(blocks.sums)
    if blocks.count < DRAWN:
        return t_within(confidence, blocks.count - 1)
    drawn = sums[np.random.default_rng(seed).integers(0, m, (DRAWS, m))]
    centre = drawn.mean(axis=1)
    spread = np.einsum("ij,ij->i", drawn, drawn) / m - centre**2
    away = np.abs(centre - sums.mean()) / np.sqrt(np.maximum(spread, np.var(sums) / m) / (m - 1))
    sure = min(confidence, SUREST)
    further = t_within(confidence, m - 1) / t_within(sure, m - 1)  # beyond what draws can tell
    return float(np.quantile(away, sure)) * further


def _at(said: Predictions, order: np.ndarray) -> Predictions:
    scores = None if said.scores is None else said.scores[order]
    return Predictions(said.key, said.prediction[order], scores, said.classes, said.version)
