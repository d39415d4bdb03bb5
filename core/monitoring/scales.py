"""Scales: where a reference's values are counted, from a sample of its rows."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from core.domain.cells import categories, numbers
from core.domain.profiles import Scale

if TYPE_CHECKING:
    import pyarrow as pa

BINS = 256
"""Equal-mass bins of the reference: KS at their edges is within 1/BINS of the exact one."""
LABELS = 200
OUTWARD = 2.0 ** np.arange(-5, 4)
"""How far beyond the reference's values there are edges, in parts of their range."""
OTHERS = 10_000
"""Further categories of a reference that are remembered, so that a new one is told from a rare one."""


def number_scale(column: "pa.ChunkedArray", whole: bool) -> Scale:
    """The scale of sampled numbers. `whole`: they are all that there are."""
    values = np.concatenate([np.zeros(0), *(numbers(chunk) for chunk in column.chunks)])
    # A sample's bins differ in mass: with a quarter more of them, each has 1/BINS of the reference at most.
    return Scale(edges=edges_of(values, BINS if whole else BINS * 5 // 4))


def label_scale(counts: Mapping[str, int]) -> Scale:
    """The scale of categories, by how often each was sampled."""
    ordered = sorted(counts, key=lambda label: (-counts[label], label))
    others = ordered[LABELS:]
    return Scale(labels=tuple(ordered[:LABELS]), others=frozenset(others[:OTHERS]), many=len(others) > OTHERS)


def edges_of(values: np.ndarray, bins: int) -> np.ndarray:
    """Ascending edges that leave at most 1/bins of the finite values between two neighbours, and some beyond
    the furthest of them, by which one sees how far a window has moved out.

    A value with more than that share has an edge just below it too, so that its own is counted exactly.
    """
    ordered = np.sort(values[np.isfinite(values)])
    if not len(ordered):
        return np.zeros(0)
    step = max(1, len(ordered) // bins)
    edges = np.unique(ordered[[*range(step - 1, len(ordered), step), -1]])
    mass = np.diff(np.searchsorted(ordered, edges, "right"), prepend=0)
    low, high = ordered[0], ordered[-1]
    with np.errstate(over="ignore"):
        heavy = np.nextafter(edges[mass * bins > len(ordered)], -np.inf)
        beyond = (high - low) * OUTWARD if high > low else np.zeros(0)
        tails = np.concatenate([low - beyond, high + beyond])
    found: np.ndarray = np.unique(np.concatenate([edges, heavy, tails]))
    return np.extract(np.isfinite(found), found)


def label_counts(column: "pa.ChunkedArray") -> Counter[str]:
    """Category -> how often it stands in a column."""
    counts: Counter[str] = Counter()
    for chunk in column.chunks:
        places, texts = categories(chunk)
        found = np.bincount(places[places >= 0], minlength=len(texts))
        counts.update(dict(zip(texts, found.tolist(), strict=True)))
    return counts
