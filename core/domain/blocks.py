"""Blocks: a series cut into stretches that tell little of each other: so its mean is told from chance."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

MOST = 100
"""Stretches that the likeness of neighbours is read from; more make it no clearer."""

FINEST, LEAST = 32, 3
"""Blocks, at most and at least. More than 32 narrow an interval by 4 %, and miss a weak likeness that lasts
long; of fewer than three, Student's t says nothing.
"""

SEASONED = 8
"""Blocks, at least, from which less is read than from shorter ones."""

CLOSEST = 0.995
"""A likeness beyond this would be a series without a mean."""


@dataclass(frozen=True)
class Blocks:
    """`sums`, `sizes`: (m,) of a series of mean 0, and the rows of each. `widening`: how many times further
    than these say its total strays, since neighbouring blocks still resemble each other.
    """

    sums: np.ndarray
    sizes: np.ndarray
    widening: float = 1.0

    @property
    def count(self) -> int:
        """How many they are worth: m where they are equally long, fewer where one has most of the rows."""
        return round(1 / _alone(self.sizes))

    @property
    def error(self) -> float:
        """How far the total strays: its standard error. At least 2 blocks."""
        return self.widening * math.sqrt(float((self.sums**2).sum()) / (1 - _alone(self.sizes)))

    def joined(self, begins: np.ndarray) -> "Blocks":
        """Those from each position (k,) up to the next in one."""
        return Blocks(np.add.reduceat(self.sums, begins), np.add.reduceat(self.sizes, begins), self.widening)


def scaled(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Values (n,), n >= 1, by a power of two so that the largest is near 1, and the exponent that was taken.

    Nothing is rounded. Beyond 1e75 or so the products of values as they are would overflow.
    """
    power = int(np.frexp(np.abs(values).max())[1])
    return np.ldexp(values, -power), power


def stretches(time: np.ndarray, most: int = MOST) -> np.ndarray:
    """Where the stretches begin, as positions (k,), of n >= 1 rows at ascending times (n,).

    At most `most`, as equally long as can be; rows of one moment are never split, since they may share what
    happened then. Only where all rows are of one moment does their order stand for time.
    """
    n = len(time)
    moments = np.flatnonzero(np.r_[True, time[1:] != time[:-1]])
    if len(moments) == 1:
        moments = np.arange(n)
    size = -(-n // most)
    return _nearest(moments, np.arange(0, n - size // 2, size))


def blocks_of(sums: np.ndarray, sizes: np.ndarray) -> Blocks:
    """The blocks that suit a series of mean 0, given as the sums (k,), k >= LEAST, of its stretches, of
    `sizes` (k,) rows each.

    Their length is read from the likeness of neighbours, as if each took after the one before alone (an
    autoregression of order 1): the one of Politis and White (Econometric Reviews 23, 2004, with Patton, 28,
    2009). By it, too, the interval is widened by what blocks of that length miss; and by how much further
    longer ones spread: a weak likeness of many rows shows in these only.
    """
    k = len(sums)
    likeness = _likeness(sums / sizes)
    length = (1.5 * (2 * likeness / (1 - likeness**2)) ** 2 * k) ** (1 / 3)
    count = int(min(max(k // max(length, 1), LEAST), FINEST, k))
    begins = np.cumsum(sizes) - sizes
    wanted = np.arange(count) * sizes.sum() / count - sizes.mean() / 2
    found = Blocks(sums, sizes).joined(_nearest(begins, wanted, places=True))
    if found.count < LEAST:
        return found
    found = _seasoned(found)
    missed = math.sqrt(_seen(max(likeness, 0.0), len(found.sums), k))
    return Blocks(found.sums, found.sizes, _further(found) / missed)


def _nearest(begins: np.ndarray, wanted: np.ndarray, places: bool = False) -> np.ndarray:
    """The beginnings (or their places) at which, or after which, cuts are wanted."""
    found = np.unique(np.minimum(np.searchsorted(begins, wanted), len(begins) - 1))
    return found if places else begins[found]


def _alone(sizes: np.ndarray) -> float:
    """How likely two rows are of one block."""
    return float(((sizes / sizes.sum()) ** 2).sum())


def _likeness(means: np.ndarray) -> float:
    """Of each of k stretches with the next, -1 to 1; 0 where it is within two standard errors of chance.

    Short series look less alike than they are: Kendall (Biometrika 41, 1954) tells by how much. One standard
    error is added to what is above 0, since too little makes an interval lie and too much makes it wide.
    """
    k, off = len(means), means - means.mean()
    total = float(off @ off)
    products = off[1:] * off[:-1]
    if k <= LEAST or float(products.sum()) ** 2 <= 4 * float((products**2).sum()):
        return 0.0
    found = float(products.sum()) / total
    whole = (k * found + 1) / (k - 3)
    if found < 0:
        return max(whole, -CLOSEST)
    return min(whole + math.sqrt(max(1 - whole**2, 0.0) / k), CLOSEST)


def _seen(likeness: float, count: int, k: int) -> float:
    """The share of the total's variance that blocks of k stretches see, where each stretch takes after the
    one before by `likeness`.
    """
    if not likeness:
        return 1.0

    def variance(stretch: float) -> float:
        return float(
            stretch * (1 + likeness) / (1 - likeness)
            - 2 * likeness * (1 - likeness**stretch) / (1 - likeness) ** 2
        )

    return count / (count - 1) * (count * variance(k / count) / variance(k) - 1 / count)


def _seasoned(blocks: Blocks) -> Blocks:
    """2, 4 or 8 blocks in one where these spread less, beyond chance: what comes and goes within them, such
    as a week's rhythm, is no chance.
    """
    less = [joined for joined, apart in _joined(blocks, SEASONED) if apart < -2]
    return min([blocks, *less], key=lambda one: one.error)


def _further(blocks: Blocks) -> float:
    """How many times further 2, 4 or 8 blocks in one spread: 1 where that is within one standard error.

    The largest is taken, and counts as many blocks as before: being the largest, it is rather too large.
    """
    more = [joined.error for joined, apart in _joined(blocks, LEAST) if apart > 1]
    return max([blocks.error, *more]) / blocks.error if blocks.error else 1.0


def _joined(blocks: Blocks, least: int) -> Iterator[tuple[Blocks, float]]:
    """2, 4 and 8 blocks in one, and by how many standard errors these spread further.

    The error is taken from the blocks' own products, as White (Econometrica 48, 1980) does, so that a stretch
    with larger values is not taken for a likeness.
    """
    m, squares = len(blocks.sums), blocks.sums**2
    for count in (m // 2, m // 4, m // 8):
        if count >= least:
            begins = np.arange(count) * m // count
            joined, own = blocks.joined(begins), np.add.reduceat(squares, begins)
            chance = math.sqrt(max(2 * float((own**2 - np.add.reduceat(squares**2, begins)).sum()), 0.0))
            yield joined, float((joined.sums**2 - own).sum()) / chance if chance else 0.0
