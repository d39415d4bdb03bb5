"""Changes: what differs between the rows of two snapshots, read in batches of bounded size.

Chunks that both have are the same rows and are not read for it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.domain.cells import is_category, is_number
from core.domain.changes import Changes, ColumnChange
from core.domain.learning import Snapshot, Snapshots
from core.domain.profiles import ColumnProfile, Profile, Scale
from core.domain.rows import Rows, together
from core.monitoring.distances import decisive, distances
from core.monitoring.profile import merged, profile
from core.monitoring.row_prints import of_cells, prints
from core.monitoring.scales import label_counts, label_scale, number_scale

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 50_000
"""Rows of the first snapshot that set the scales on which its columns are compared."""


def changes(
    one: Snapshot, other: Snapshot, files: Snapshots, id: str | None, *, bounded: bool = False
) -> Changes:
    """From `one` to `other`, both of one model. `id`: the column that identifies a row. `bounded`: a history
    says how far back a snapshot goes.

    ArtifactFault if a chunk is gone.
    """
    types, since = _types(one, files), _types(other, files)
    both = [name for name in types if name in since]
    new, gone, aged, altered = _rows(one, other, files, both, id if id in both else None, bounded)
    return Changes(
        (one.rows, other.rows),
        new,
        gone,
        aged,
        altered,
        added=[name for name in since if name not in types],
        lost=[name for name in types if name not in since],
        types={name: (types[name], since[name]) for name in both if types[name] != since[name]},
        columns=_columns(one, other, files, [name for name in both if types[name] == since[name]]),
    )


def _types(snapshot: Snapshot, files: Snapshots) -> dict[str, str]:
    first = next(iter(files.stream(snapshot)), None)
    return {} if first is None else {field.name: str(field.type) for field in first.table.schema}


def _rows(
    one: Snapshot,
    other: Snapshot,
    files: Snapshots,
    columns: Sequence[str],
    id: str | None,
    bounded: bool,
) -> tuple[int, int, int, int]:
    """(New, gone, aged, altered)."""
    before, after = _apart(one, other)
    was, is_ = _Side.of(before, files, columns, id), _Side.of(after, files, columns, id)
    gone, new = was.without(is_), is_.without(was)
    aged = gone.time < _start(other, files) if bounded else np.zeros(len(gone.time), bool)
    gone = gone.where(~aged)
    altered = _paired(gone.key, new.key)
    return len(new.key) - altered, len(gone.key) - altered, int(aged.sum()), altered


def _apart(one: Snapshot, other: Snapshot) -> tuple[Snapshot, Snapshot]:
    """The chunks of each that the other does not have from the same row on."""
    mine = {(chunk.hash, chunk.first) for chunk in one.chunks}
    theirs = {(chunk.hash, chunk.first) for chunk in other.chunks}
    return (
        replace(one, chunks=[chunk for chunk in one.chunks if (chunk.hash, chunk.first) not in theirs]),
        replace(other, chunks=[chunk for chunk in other.chunks if (chunk.hash, chunk.first) not in mine]),
    )


class _Side:
    """Of n rows: `row` (n,) prints, `key` (n,) what identifies them, `time` (n,) microseconds."""

    def __init__(self, row: np.ndarray, key: np.ndarray, time: np.ndarray):
        self.row, self.key, self.time = row, key, time

    @classmethod
    def of(cls, snapshot: Snapshot, files: Snapshots, columns: Sequence[str], id: str | None) -> "_Side":
        rows, keys, times = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
        for batch in files.stream(snapshot):
            rows.append(prints(batch, columns))
            keys.append(_ids(batch, id) if id is not None else batch.time.view(np.uint64))
            times.append(batch.time)
        return cls(np.concatenate(rows), np.concatenate(keys), np.concatenate(times))

    def where(self, mask: np.ndarray) -> "_Side":
        return _Side(self.row[mask], self.key[mask], self.time[mask])

    def without(self, other: "_Side") -> "_Side":
        """The rows that the other does not have, each as often as it has it less."""
        order = np.argsort(self.row, kind="stable")
        ordered = self.row[order]
        nth = np.arange(len(ordered)) - np.searchsorted(ordered, ordered, "left")
        theirs = np.sort(other.row)
        times = np.searchsorted(theirs, ordered, "right") - np.searchsorted(theirs, ordered, "left")
        return self.where(np.sort(order[nth >= times]))


def _ids(batch: Rows, id: str) -> np.ndarray:
    return np.concatenate([of_cells(chunk) for chunk in batch.table.column(id).chunks])


def _start(snapshot: Snapshot, files: Snapshots) -> int:
    """Its oldest row's time."""
    firsts = (next(iter(files.stream(replace(snapshot, chunks=[chunk])))) for chunk in snapshot.chunks)
    return min(int(batch.time[0]) for batch in firsts)


def _paired(gone: np.ndarray, new: np.ndarray) -> int:
    """How many of the gone have a new one of the same key."""
    theirs = Counter(new.tolist())
    return sum(min(count, theirs[key]) for key, count in Counter(gone.tolist()).items())


def _columns(
    one: Snapshot, other: Snapshot, files: Snapshots, names: Sequence[str]
) -> Sequence[ColumnChange]:
    scales = _scales(one, files, names)
    before, after = (_profile(snapshot, files, scales) for snapshot in (one, other))
    found = [_change(name, scales[name], before[name], after[name]) for name in scales]
    return sorted(found, key=lambda change: -(change.distance or 0.0))


def _change(name: str, scale: Scale, before: ColumnProfile, after: ColumnProfile) -> ColumnChange:
    distance = distances(scale, before, after).get(decisive(scale))
    return ColumnChange(name, distance, _said(scale, before), _said(scale, after))


def _said(scale: Scale, column: ColumnProfile) -> dict[str, float | None]:
    said: dict[str, float | None] = {"missing": column.missing / column.rows if column.rows else None}
    if scale.edges is not None:
        finite = int(column.counts[1:-1].sum())
        said["mean"] = column.total / finite if finite else None
    return said


def _scales(snapshot: Snapshot, files: Snapshots, names: Sequence[str]) -> dict[str, Scale]:
    step = max(1, -(-snapshot.rows // SAMPLE))
    parts = [batch.take(np.arange(0, len(batch), step)) for batch in files.stream(snapshot)]
    if not parts:
        return {}
    sample = together(parts)
    found = {name: _scale(sample.table.column(name), step == 1) for name in names}
    return {name: scale for name, scale in found.items() if scale is not None}


def _scale(column: "pa.ChunkedArray", whole: bool) -> Scale | None:
    import pyarrow as pa

    if is_category(column.type):
        return label_scale(label_counts(column))
    if is_number(column.type) or pa.types.is_temporal(column.type):
        return number_scale(column, whole)
    return None


def _profile(snapshot: Snapshot, files: Snapshots, scales: dict[str, Scale]) -> Profile:
    total: Profile | None = None
    for batch in files.stream(snapshot):
        total = merged(total, profile(scales, batch, {}))
    return total or {name: ColumnProfile(np.zeros(scale.bins, np.int64)) for name, scale in scales.items()}
