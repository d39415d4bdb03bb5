"""Referring: the reference of a version, out of the rows that it was trained on, in two passes.

Edges come from a sample of bounded size, counts from all rows, so that memory does not grow with them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from core.domain.cells import mask
from core.domain.profiles import ColumnProfile, Profile, Reference, Scale
from core.domain.rows import Moments, Rows
from core.monitoring.natures import IDENTIFIER, LOOKED_AT, Clockwork, are_identifiers, nature
from core.monitoring.profile import merged, profile
from core.monitoring.scales import label_counts, label_scale, number_scale
from core.monitoring.usual import usual

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 100_000
BLOCKS = 104
"""The newest blocks, each held by itself; older rows are in the reference, and not in what is usual."""


@dataclass(frozen=True)
class Training:
    """A version's training rows: how many, and how to read them, again and again, in batches."""

    number: int
    rows: int
    read: Callable[[], Iterable[Rows]]


@dataclass(frozen=True)
class Terms:
    """`columns`: what is profiled. `one_by_one`: whether a column of a type is counted as categories.
    `starts`: where the model's windows begin (microseconds). `alarms`: the share of windows that may be
    called drift without one.
    """

    columns: Sequence[str]
    one_by_one: Callable[[str, "pa.DataType"], bool]
    starts: Moments
    zone: ZoneInfo
    alarms: float


def refer(training: Training, terms: Terms) -> Reference | None:
    """None where there is no row, or no column that is still one of the model's."""
    sample, whole = _sample(training)
    if sample is None:
        return None
    names = [name for name in terms.columns if name in sample.table.column_names]
    scales, left_out = _scales(sample, names, terms, whole)
    if not scales:
        return None
    again: Iterable[Rows] = [sample] if whole else training.read()
    before, blocks = _blocks(again, scales, terms.starts)
    parts = [*blocks, *([before] if before else [])]
    total: Profile | None = None
    for part in parts:
        total = merged(total, part)
    if total is None:
        return None
    scales, total = _without_new(scales, total)
    limits = {
        name: found
        for name in scales
        if name not in left_out
        and blocks
        and (found := usual(scales[name], [block[name] for block in blocks]))
    }
    # Bonferroni: all columns together keep to the budget.
    each = terms.alarms / max(1, len(scales) - len(left_out))
    return Reference(training.number, scales, total, len(blocks), each, limits, left_out)


def _sample(training: Training) -> tuple[Rows | None, bool]:
    """(About SAMPLE rows at most, whether they are all that there are)."""
    import pyarrow as pa

    share = SAMPLE / training.rows if training.rows > SAMPLE else 1.0
    chance = np.random.default_rng(training.number)
    kept = []
    for rows in training.read():
        chosen = rows if share == 1.0 else _chosen(rows, chance.random(len(rows)) < share)
        if len(chosen):
            kept.append(chosen)
    if not kept:
        return None, True
    table = pa.concat_tables([rows.table for rows in kept])
    time, known = (np.concatenate([getattr(rows, name) for rows in kept]) for name in ("time", "known"))
    return Rows(table, time, known), share == 1.0


def _chosen(rows: Rows, flags: np.ndarray) -> Rows:
    return Rows(rows.table.filter(mask(flags)), rows.time[flags], rows.known[flags])


def _scales(
    sample: Rows, names: Sequence[str], terms: Terms, whole: bool
) -> tuple[dict[str, Scale], dict[str, str]]:
    """(Scales by column, why a column drifts by nature)."""
    few = _chosen(sample, _spread_out(len(sample)))
    clock = Clockwork.of(few.time, terms.zone)
    scales, left_out = {}, {}
    for name in names:
        column = sample.table.column(name)
        category = terms.one_by_one(name, column.type)
        why = nature(few.table.column(name), category, few.time, clock)
        if category:
            counts = label_counts(column)
            scales[name] = label_scale(counts)
            why = why or (IDENTIFIER if are_identifiers(counts) else None)
        else:
            scales[name] = number_scale(column, whole)
        if why:
            left_out[name] = why
    return scales, left_out


def _spread_out(rows: int) -> np.ndarray:
    """Mask (n,) of about LOOKED_AT rows, at uneven steps, lest they all stand at one hour."""
    return np.random.default_rng(0).random(rows) < LOOKED_AT / max(rows, 1)


def _blocks(
    parts: Iterable[Rows], scales: Mapping[str, Scale], starts: Moments
) -> tuple[Profile | None, list[Profile]]:
    """(The rows before the newest BLOCKS blocks, if any; those blocks, each with a row at least)."""
    found: dict[int, Profile] = {}
    before: Profile | None = None
    for rows in parts:
        for block, some in by_place(rows, np.searchsorted(starts, rows.time, "right")):
            found[block] = merged(found.get(block), profile(scales, some, {}))
        for block in sorted(found)[:-BLOCKS]:
            before = merged(before, found.pop(block))
    return before, [found[block] for block in sorted(found)]


def by_place(rows: Rows, places: np.ndarray) -> Iterator[tuple[int, Rows]]:
    """The rows of each place, places (n,) at or above 0; rows of place -1 are passed over."""
    import pyarrow as pa

    if len(places) > 1 and bool((np.diff(places) < 0).any()):
        order = np.argsort(places, kind="stable")
        taken = pa.Array.from_buffers(pa.int64(), len(order), [None, pa.py_buffer(order.astype(np.int64))])
        rows, places = Rows(rows.table.take(taken), rows.time[order], rows.known[order]), places[order]
    ends = np.flatnonzero(np.diff(places)) + 1
    for first, stop in zip([0, *ends.tolist()], [*ends.tolist(), len(places)], strict=True):
        if stop > first and places[first] >= 0:
            yield int(places[first]), rows.slice(first, stop)


def _without_new(scales: Mapping[str, Scale], total: Profile) -> tuple[dict[str, Scale], Profile]:
    """A category that the sample did not hold is not new: where there are such, none can be told to be."""
    found, profile_of = dict(scales), dict(total)
    for name, column in total.items():
        if found[name].edges is None and column.counts[-1]:
            counts = column.counts.copy()
            counts[-2:] = counts[-2:].sum(), 0
            found[name] = replace(found[name], many=True)
            profile_of[name] = ColumnProfile(counts, column.missing)
    return found, profile_of
