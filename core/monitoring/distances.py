"""Distances: how far two profiles of one column are apart, from their counts alone.

p and q are the shares of reference and window in the same bins; missing values are left aside, and each
infinity is a bin of its own.
"""

from collections.abc import Callable, Mapping

import numpy as np

from core.domain.profiles import ColumnProfile, Scale

EMPTY_SHARE = 0.0001
"""What PSI takes for a share of 0 (contract, *windows*)."""


def distances(scale: Scale, reference: ColumnProfile, window: ColumnProfile) -> Mapping[str, float | None]:
    """ks, js, psi, wasserstein for numbers; total_variation, js, psi for categories.

    None where one side has no value; wasserstein, in the column's own unit, where one has no finite one.
    """
    p, q = (_shares(bins(scale, side.counts)) for side in (reference, window))
    if scale.edges is not None:
        return {
            "ks": ks(p, q),
            "js": js(p, q),
            "psi": psi(p, q),
            "wasserstein": wasserstein(scale.edges, reference, window),
        }
    return {"total_variation": total_variation(p, q), "js": js(p, q), "psi": psi(p, q)}


def decisive(scale: Scale) -> str:
    """The name of the distance that a verdict goes by."""
    return "total_variation" if scale.edges is None else "ks"


def bins(scale: Scale, counts: np.ndarray) -> np.ndarray:
    """(..., bins) counts as they are compared: of categories, new ones count with the others.

    Values that stand in the reference once would else make every window differ: its own rows hold some that
    the reference happens not to have.
    """
    if scale.edges is not None:
        return counts
    return np.concatenate([counts[..., :-2], counts[..., -2:].sum(-1, keepdims=True)], -1)


def ks(p: np.ndarray, q: np.ndarray) -> float | None:
    """Kolmogorov-Smirnov: the largest difference of the distribution functions, at the edges."""
    return _of(p, q, lambda: min(1.0, np.abs(np.cumsum(p) - np.cumsum(q)).max()))


def total_variation(p: np.ndarray, q: np.ndarray) -> float | None:
    """Half of the sum of the absolute differences of shares."""
    return _of(p, q, lambda: min(1.0, np.abs(p - q).sum() / 2))


def js(p: np.ndarray, q: np.ndarray) -> float | None:
    """Jensen-Shannon distance: the square root of the divergence in base 2, 0 to 1."""

    def distance() -> float:
        middle = (p + q) / 2
        divergence = (_relative(p, middle) + _relative(q, middle)) / 2
        return float(np.sqrt(max(divergence, 0.0)))

    return _of(p, q, distance)


def psi(p: np.ndarray, q: np.ndarray) -> float | None:
    """Population stability index: sum of (q - p) ln(q / p), a share of 0 taken as EMPTY_SHARE."""

    def index() -> float:
        a, b = (np.where(side == 0, EMPTY_SHARE, side) for side in (p, q))
        return float(((b - a) * np.log(b / a)).sum())

    return _of(p, q, index)


def wasserstein(edges: np.ndarray, reference: ColumnProfile, window: ColumnProfile) -> float | None:
    """The area between the distribution functions of the finite numbers, each linear within a bin; None where
    it is larger than a number can be.
    """
    if not (_finite(reference) and _finite(window)):
        return None
    ends = [end for side in (reference, window) for end in (_below(side.low), side.high)]
    points = np.unique(np.concatenate([edges, ends]))
    with np.errstate(over="ignore", invalid="ignore"):
        gap = _distribution(edges, reference, points) - _distribution(edges, window, points)
        a, b, width = np.abs(gap[:-1]), np.abs(gap[1:]), np.diff(points)
        crossing = gap[:-1] * gap[1:] < 0
        whole = np.where(crossing, a + b, 1.0)
        area = float((width * np.where(crossing, (a * a + b * b) / whole, a + b) / 2).sum())
    return area if np.isfinite(area) else None


def _distribution(edges: np.ndarray, side: ColumnProfile, points: np.ndarray) -> np.ndarray:
    """Shares of the finite numbers up to each of some ascending points."""
    finite = side.counts[1:-1]
    known_at = np.concatenate([edges, [_below(side.low), side.high]])
    known = np.concatenate([np.cumsum(finite)[:-1] / finite.sum(), [0.0, 1.0]])
    order = np.argsort(known_at, kind="stable")
    found: np.ndarray = np.interp(points, known_at[order], np.maximum.accumulate(known[order]))
    return found


def _below(value: float) -> float:
    with np.errstate(over="ignore"):
        below = float(np.nextafter(value, -np.inf))
    return below if np.isfinite(below) else value  # of the lowest number that there is, itself


def _finite(side: ColumnProfile) -> bool:
    return bool(side.counts[1:-1].any())


def _relative(p: np.ndarray, middle: np.ndarray) -> float:
    there = p > 0
    return float((p[there] * np.log2(p[there] / middle[there])).sum())


def _shares(counts: np.ndarray) -> np.ndarray:
    """Shares of counts; empty where there is none."""
    total = counts.sum()
    return counts / total if total else np.zeros(0)


def _of(p: np.ndarray, q: np.ndarray, distance: Callable[[], float]) -> float | None:
    return float(distance()) if len(p) and len(q) else None
