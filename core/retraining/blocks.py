"""Blocks: how long a stretch of rows has to be before it tells little of the next.

Politis and White, "Automatic block-length selection for the dependent bootstrap" (Econometric Reviews 23,
2004), with the correction of Patton, Politis and White (Econometric Reviews 28, 2009).
"""

import math
from dataclasses import dataclass

import numpy as np

MOST = 400
"""More stretches than these make an interval no better, and take longer."""

LEAST = 8
"""Fewer blocks than these say too little of how far they differ by chance: in simulations of rows that
resemble their neighbours, intervals from 8 on cover in 9 of 10 and more, those from fewer do not. A higher
number would be worse: among short series it would leave those whose memory was taken for too short.
"""

COARSEST, BEYOND = 14, 1.5
"""Down to how many blocks a longer length is tried, and how many standard deviations further it has to
spread.
"""


@dataclass(frozen=True)
class Blocks:
    """How a series is cut: into `count` stretches, equally long but for one row.

    `widening`: how many times wider an interval has to be than the spread of these blocks makes it, since
    neighbouring blocks still resemble each other.
    """

    count: int
    widening: float = 1.0


def blocks_of(values: np.ndarray) -> Blocks:
    """The blocks that suit a series (n,), n >= 1, of mean 0.

    The length is read from the autocorrelation of at most `MOST` stretches, and is made longer while their
    sums spread further than shorter ones would have them by chance: a weak likeness of many rows, such as
    those of one day, shows in long stretches only.
    """
    fine = sums(values, min(len(values), MOST))
    length, slope = _length(fine)
    first = max(1, int(len(fine) // length))
    count, spread = first, _variance(fine, first)
    floor, longer = spread, first // 2
    while longer >= COARSEST:
        found = _variance(fine, longer)
        if found > max(spread, floor * (1 + BEYOND * math.sqrt(2 / longer))):
            count, spread = longer, found
        longer //= 2
    return Blocks(count, 1 / math.sqrt(1 - min(max(slope * count / len(fine), 0.0), 0.5)))


def sums(values: np.ndarray, count: int) -> np.ndarray:
    """Sums (count,) of values (n,), n >= count >= 1, over as many stretches of their order."""
    starts = np.arange(count, dtype=np.int64) * len(values) // count
    found: np.ndarray = np.add.reduceat(values, starts)
    return found


def _variance(fine: np.ndarray, count: int) -> float:
    """That of the sum of everything, up to a factor, as blocks have it."""
    return count**2 * float(np.var(sums(fine, count))) / max(count - 1, 1)


def _length(values: np.ndarray) -> tuple[float, float]:
    """The length of a block, and by what share of it blocks of length 1 spread too little.

    With R the autocovariance, flat up to the series' memory and then let down to 0: spectrum S = Σ R(k) and
    slope G = Σ |k| R(k) over lags of both signs; the length is (3/2 (G/S)² n)^(1/3). Blocks of a length L
    have a variance that is too small by the share (G/S)/L.
    """
    n = len(values)
    longest = min(math.ceil(math.sqrt(n)) + _patience(n), n - 1)
    covariance = _autocovariance(values, longest)
    if covariance[0] <= 0:
        return 1.0, 0.0
    reach = min(2 * _memory(covariance / covariance[0], n), longest)
    lags = np.arange(1, reach + 1)
    weighted = np.minimum(1.0, 2 * (1 - lags / max(reach, 1))) * covariance[1 : reach + 1]
    spectrum = float(covariance[0]) + 2 * float(weighted.sum())
    if not reach or spectrum <= 0:
        return 1.0, 0.0
    slope = 2 * float((lags * weighted).sum()) / spectrum
    most = math.ceil(min(3 * math.sqrt(n), n / 3))
    return max(1.0, min((1.5 * slope**2 * n) ** (1 / 3), most)), slope


def _patience(n: int) -> int:
    return max(5, math.ceil(math.log10(n)))


def _memory(correlation: np.ndarray, n: int) -> int:
    """The last lag before `_patience` lags in a row within chance; else the last one beyond it."""
    within = np.abs(correlation[1:]) < 2 * math.sqrt(math.log10(max(n, 2)) / n)
    patience, row = _patience(n), 0
    for lag, quiet in enumerate(within.tolist(), start=1):
        row = row + 1 if quiet else 0
        if row == patience:
            return lag - patience
    beyond = np.flatnonzero(~within)
    return int(beyond[-1]) + 1 if len(beyond) else 0


def _autocovariance(values: np.ndarray, longest: int) -> np.ndarray:
    """(longest + 1,) at the lags 0 to longest, of values of mean 0."""
    n = len(values)
    return np.array([float(values[: n - lag] @ values[lag:]) / n for lag in range(longest + 1)])
