"""Profile: rows in counts, and two profiles side by side for a chart.

Sorting a piece of a column and looking for the edges in it is the fastest exact way to count numbers.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.domain.cells import categories, numbers
from core.domain.drift import Spread
from core.domain.profiles import ColumnProfile, Profile, Reference, Scale, first_names
from core.domain.rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa

SPREAD_BINS = 32
TAIL = 0.005
LABELS_SHOWN = 20
OTHER, NEW = "other", "new"
LETTERS = 60
"""Of a new category's name that are kept."""


def profile(scales: Mapping[str, Scale], rows: Rows, seen: Mapping[str, np.ndarray]) -> Profile:
    """The columns of `scales` among some rows. `seen`: column -> mask (n,); elsewhere it is as if missing."""
    return {
        name: sum_of(
            [count(scale, chunk, there) for chunk, there in _chunks(rows, name, seen.get(name))], scale
        )
        for name, scale in scales.items()
    }


def merged(one: Profile | None, other: Profile) -> Profile:
    """Two profiles on the same scales, as one."""
    return other if one is None else {name: one[name] + column for name, column in other.items()}


def sum_of(parts: "list[ColumnProfile]", scale: Scale) -> ColumnProfile:
    """Profiles of one column, as one."""
    whole = ColumnProfile(np.zeros(scale.bins, np.int64))
    for part in parts:
        whole = whole + part
    return whole


def count(scale: Scale, array: "pa.Array", seen: np.ndarray | None = None) -> ColumnProfile:
    """A piece of a column on a scale."""
    if scale.edges is None:
        return _count_categories(scale, *categories(array), seen)
    values = numbers(array)
    return count_numbers(scale.edges, values if seen is None else np.where(seen, values, np.nan))


def count_numbers(edges: np.ndarray, values: np.ndarray) -> ColumnProfile:
    """Numbers (n,), NaN for missing, on edges: (-inf), up to each edge, above the last, (+inf)."""
    ordered = np.sort(values)
    first, last, there = (
        int(np.searchsorted(ordered, end, side))  # type: ignore[call-overload]
        for end, side in ((-np.inf, "right"), (np.inf, "left"), (np.inf, "right"))
    )
    finite = ordered[first:last]
    upto = np.searchsorted(finite, edges, "right")
    counts = np.diff(np.concatenate([[0, first], first + upto, [last, there]]))
    missing = len(values) - there
    if not len(finite):
        return ColumnProfile(counts, missing)
    with np.errstate(over="ignore", invalid="ignore"):
        total, squares = float(finite.sum()), float(np.dot(finite, finite))
    return ColumnProfile(counts, missing, float(finite[0]), float(finite[-1]), total, squares)


def _count_categories(
    scale: Scale, places: np.ndarray, texts: list[str], seen: np.ndarray | None
) -> ColumnProfile:
    bin_of = {label: i for i, label in enumerate(scale.labels)}
    other, new = len(bin_of), len(bin_of) + 1
    unknown = other if scale.many else new
    bins = [bin_of.get(text, other if text in scale.others else unknown) for text in texts]
    there = places >= 0 if seen is None else (places >= 0) & seen
    found = np.array(bins, np.int64).take(places[there]) if bins else np.zeros(0, np.int64)
    counts = np.bincount(found, minlength=scale.bins)
    fresh = _fresh(bins, new, texts, places[there]) if counts[new] else {}
    return ColumnProfile(counts, len(places) - len(found), fresh=fresh)


def _fresh(bins: Sequence[int], new: int, texts: Sequence[str], places: np.ndarray) -> Mapping[str, int]:
    """The categories that are in the bin `new`, by their names' first letters, with how often each came."""
    often = np.bincount(places, minlength=len(texts))
    counts = Counter[str]()
    for text, place, times in zip(texts, bins, often.tolist(), strict=True):
        if place == new and times:
            counts[text[:LETTERS]] += times
    return first_names(counts)


def _chunks(rows: Rows, name: str, seen: np.ndarray | None) -> "list[tuple[pa.Array, np.ndarray | None]]":
    first, found = 0, []
    for chunk in rows.table.column(name).chunks:
        found.append((chunk, None if seen is None else seen[first : first + len(chunk)]))
        first += len(chunk)
    return found


def spread(reference: Reference, window: Profile, column: str) -> Spread | None:
    """A column's values for a chart, the reference's and the window's on the same bins.

    None where either has no value in it. `stores.profiles.reference(model, number)` and `.window(model,
    number, index)` give the two; `number` is the `reference` of the window's drift.
    """
    scale, before, now = reference.scales.get(column), reference.profile.get(column), window.get(column)
    if scale is None or before is None or now is None:
        return None
    return _labels(scale, before, now) if scale.edges is None else _edges(scale.edges, before, now)


def _edges(edges: np.ndarray, before: ColumnProfile, now: ColumnProfile) -> Spread | None:
    """About SPREAD_BINS bins of even width, each bound an edge; infinities left aside."""
    sides = [side.counts[1:-1] for side in (before, now)]
    if not all(side.any() for side in sides):
        return None
    low, high = min(before.low, now.low), max(before.high, now.high)
    inside = np.flatnonzero((edges > low) & (edges < high))
    wanted = np.linspace(*_middle(edges, sides), SPREAD_BINS - 1)
    chosen = np.unique(np.searchsorted(edges, wanted))
    chosen = np.intersect1d(chosen, inside)
    bounds = [low, *edges[chosen].tolist(), high if high > low else float(np.nextafter(low, np.inf))]
    shares = []
    for side in sides:
        upto = np.concatenate([[0], np.cumsum(side)[chosen], [side.sum()]])
        shares.append((np.diff(upto) / side.sum()).tolist())
    return Spread(shares[0], shares[1], edges=bounds)


def _middle(edges: np.ndarray, sides: Sequence[np.ndarray]) -> tuple[float, float]:
    """Edges between which nearly all of both sides lies, so that few far values do not flatten the rest."""
    ends = []
    for side in sides:
        upto = np.cumsum(side)[:-1] / side.sum()
        first, last = (int(np.searchsorted(upto, share)) for share in (TAIL, 1 - TAIL))
        ends.append((edges[min(first, len(edges) - 1)], edges[min(last, len(edges) - 1)]))
    return float(min(low for low, _ in ends)), float(max(high for _, high in ends))


def _labels(scale: Scale, before: ColumnProfile, now: ColumnProfile) -> Spread | None:
    """The LABELS_SHOWN most frequent categories of the reference, the others, and the new ones."""
    if not (before.values and now.values):
        return None
    shown = min(LABELS_SHOWN, len(scale.labels))
    shares = []
    for side in (before, now):
        rest = side.counts[shown:-1].sum()
        shares.append((np.array([*side.counts[:shown], rest, side.counts[-1]]) / side.values).tolist())
    labels = [*scale.labels[:shown], OTHER, NEW]
    some = [i for i in range(len(labels)) if i < shown or shares[0][i] or shares[1][i]]
    some_of = [[side[i] for i in some] for side in shares]
    return Spread(some_of[0], some_of[1], labels=[labels[i] for i in some])
