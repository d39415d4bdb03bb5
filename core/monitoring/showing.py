"""Showing: one column of two profiles as a person sees it best."""

from collections.abc import Iterator
from itertools import pairwise
from math import floor, inf

import numpy as np

from core.domain.drift import Spread
from core.domain.profiles import ColumnProfile, Profile, Reference
from core.monitoring.profile import spread

FEW = 24
"""Numbers that are all whole, with at most so many values, are shown one by one."""


def shown(reference: Reference, window: Profile, column: str) -> Spread | None:
    """As core.monitoring.profile.spread; few whole numbers as categories, each by its value."""
    scale, before, now = reference.scales.get(column), reference.profile.get(column), window.get(column)
    if scale is not None and before is not None and now is not None and scale.edges is not None:
        return _by_value(scale.edges, before, now) or spread(reference, window, column)
    return spread(reference, window, column)


def _by_value(edges: np.ndarray, before: ColumnProfile, now: ColumnProfile) -> Spread | None:
    """None where the reference's numbers are not whole, or not few, or one side has none."""
    inner = edges[(edges >= before.low) & (edges <= before.high)]
    if not np.allclose(inner, np.round(inner), rtol=0, atol=1e-9):
        return None
    found: dict[str, list[float]] = {}
    sides = [side.counts[1:-1] for side in (before, now)]
    for label, *counts in zip(_labels(edges, before.low, before.high), *sides, strict=True):
        if any(counts):
            if label is None:
                return None
            found[label] = [sum(pair) for pair in zip(found.get(label, (0, 0)), counts, strict=True)]
    totals = [int(side.sum()) for side in sides]
    if not all(totals) or len(found) > FEW:
        return None
    reference, window = ([float(pair[i]) / totals[i] for pair in found.values()] for i in (0, 1))
    return Spread(reference, window, labels=list(found))


def _labels(edges: np.ndarray, low: float, high: float) -> Iterator[str | None]:
    """The whole numbers in each bin; those beyond the reference together; None for a bin without one."""
    bounds = [-inf, *edges.tolist(), inf]
    for lower, upper in pairwise(bounds):
        first = -inf if lower == -inf else floor(lower) + 1
        last = inf if upper == inf else floor(upper)
        if last < low:
            yield f"under {low:g}" if first <= last else None
        elif first > high:
            yield f"over {high:g}" if first <= last else None
        elif first > last:
            yield None
        else:
            yield f"{last:g}" if max(first, low) >= last else f"{max(first, low):g} to {min(last, high):g}"
