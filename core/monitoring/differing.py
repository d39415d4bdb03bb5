"""Differing: how sure a mean difference is whose parts, in time, may resemble their neighbours.

Batch means: neighbouring parts are joined until the batches resemble each other no more, then the t interval
of their mean (Law and Carson, 1979, in short).
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

FEWEST = 6
"""Batches below which nothing is said of chance."""


def half_width(rows: Sequence[int], leads: Sequence[float], confidence: float) -> float | None:
    """Half of the interval of the mean lead over parts in time order, each weighing as many rows as it has.

    None for fewer than `FEWEST` parts.
    """
    if len(rows) < FEWEST:
        return None
    weight, lead = np.array(rows, np.float64), np.array(leads, np.float64)
    total = weight.sum()
    off = weight * (lead - (weight * lead).sum() / total)
    while len(off) // 2 >= FEWEST and _resemblance(off) > 1 / np.sqrt(len(off)):
        off = np.add.reduceat(off, np.arange(0, len(off) - len(off) % 2, 2))
    batches = len(off)
    spread = float(np.sqrt((off**2).sum() * batches / (batches - 1))) / float(total)
    return quantile((1 + confidence) / 2, batches - 1) * spread


def quantile(p: float, freedom: int) -> float:
    """Of Student's t, to 1 % from five degrees of freedom on: Abramowitz and Stegun, 26.7.5."""
    z = NormalDist().inv_cdf(p)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    return float(sum(term / freedom**power for power, term in enumerate(terms)))


def _resemblance(off: np.ndarray) -> float:
    """The correlation of each batch with the next."""
    total = float((off**2).sum())
    return float((off[1:] * off[:-1]).sum()) / total if total else 0.0
