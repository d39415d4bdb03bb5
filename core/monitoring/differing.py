"""Differing: how sure a mean difference is whose parts, in time, may resemble their neighbours."""

import math
from collections.abc import Sequence

import numpy as np

from core.domain.blocks import LEAST, blocks_of, scaled
from core.domain.student import t_within

FEWEST = 6
"""Parts below which nothing is said of chance."""


def half_width(rows: Sequence[int], leads: Sequence[float], confidence: float) -> float | None:
    """Half of the interval of the mean lead over parts in time order, each weighing as many rows as it has.

    As a gate has it of a few blocks: Student's t of blocks as long as the parts remember, with as if one more
    of the parts that differ did so each way. None for fewer than `FEWEST` parts.
    """
    weight, lead = np.array(rows, np.float64), np.array(leads, np.float64)
    weight, lead = weight[weight > 0], lead[weight > 0]
    if len(weight) < FEWEST:
        return None
    total, (lead, power) = float(weight.sum()), scaled(lead)
    blocks = blocks_of(weight * (lead - float(weight @ lead) / total), weight)
    if blocks.count < LEAST:
        return None
    there = int((np.abs(lead) > 1e-12 * np.abs(lead).max()).sum())
    error = blocks.error / total * math.sqrt(1 + 2 / max(there, 1))
    return float(np.ldexp(t_within(confidence, blocks.count - 1) * error, power))
