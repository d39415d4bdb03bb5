"""Flow: the drift of windows put right, in one streaming pass over their rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.domain.cells import is_category
from core.domain.drift import WindowDrift
from core.domain.models import Kept
from core.domain.profiles import Profile, Reference, Scale
from core.domain.rows import Rows
from core.domain.sources import Source
from core.monitoring.drift_verdict import LABELS_TO_COME, columns_of, verdict_of
from core.monitoring.grid import Slice
from core.monitoring.known import Known
from core.monitoring.places import places
from core.monitoring.profile import merged, profile
from core.monitoring.referring import by_place

if TYPE_CHECKING:
    import pyarrow as pa

CELLS = 40_000
"""Columns of windows that are counted at a time: about 80 MB."""
NEARLY_ALL = 0.9
"""The share of labels that must be known for a verdict on them: early ones are seldom like late ones."""


@dataclass(frozen=True)
class Drifted:
    """A window's drift, and its profile on the scales of that reference."""

    drift: WindowDrift
    profile: Profile


@dataclass(frozen=True)
class _Due:
    window: Slice
    reference: Reference
    digest: str


def put_right(
    kept: Kept,
    source: Source,
    known: Known,
    number_at: Callable[[Slice], int | None],
    reference: Callable[[int], Reference | None],
    stored: Mapping[int, WindowDrift],
    only: set[int] | None = None,
) -> Iterator[list[Drifted]]:
    """The drift of every window with rows that is not as `stored`, some windows at a time, oldest first.

    `number_at`: the version whose rows a window is held against, None before there is one; `reference`: its
    rows in counts, None where they are gone. `only`: of these indices.
    """
    due: list[_Due] = []
    for window in known.windows:
        wanted = window.rows and (only is None or window.index in only)
        number = number_at(window) if wanted else None
        if number is None or _stands(stored.get(window.index), number, digest := known.digest(window)):
            continue
        if (found := reference(number)) is not None:
            due.append(_Due(window, found, digest))
        if len(due) * len(kept.columns) >= CELLS:
            yield _drifted(kept, source, known, due)
            due = []
    if due:
        yield _drifted(kept, source, known, due)


def _stands(stored: WindowDrift | None, number: int, digest: str) -> bool:
    return stored is not None and stored.reference == number and stored.digest == digest


def _drifted(kept: Kept, source: Source, known: Known, due: Sequence[_Due]) -> list[Drifted]:
    profiles = _profiles(kept, source, known, due)
    found = []
    for one in due:
        window, mine = one.window, profiles.get(one.window.index, {})
        late = {kept.model.target: LABELS_TO_COME} if settled(known, window) is None else {}
        columns = columns_of(one.reference, mine, late)
        drift = WindowDrift(window.index, one.reference.number, verdict_of(columns), columns, one.digest)
        found.append(Drifted(drift, mine))
    return found


def settled(known: Known, window: Slice) -> int | None:
    """How many labels of a window a verdict on the target goes by; None while too many are still to come."""
    labelled = int(known.seen(window).sum())
    return None if labelled < NEARLY_ALL * window.rows else labelled


def _profiles(kept: Kept, source: Source, known: Known, due: Sequence[_Due]) -> Mapping[int, Profile]:
    """Window index -> its profile, in one pass from the first window's begin to the last one's end."""
    asked = [name for name in columns(kept) if any(name in one.reference.scales for one in due)]
    where, profiles = places(known, [one.window for one in due]), dict[int, Profile]()
    start, end = _range(known, due)
    for batch in source.as_known(known.as_of).stream(start, end, asked):
        for place, found in _counted(kept, known, due, by_place(batch, where.of(batch.time))):
            index = due[place].window.index
            profiles[index] = merged(profiles.get(index), found)
        del batch  # let go before the next one is read
    return profiles


def _counted(
    kept: Kept, known: Known, due: Sequence[_Due], parts: Iterable[tuple[int, Rows]]
) -> Iterator[tuple[int, Profile]]:
    for place, rows in parts:
        seen = {kept.model.target: rows.known <= known.as_of}
        yield place, profile(_fitting(kept, due[place].reference, rows), rows, seen)


def _range(known: Known, due: Sequence[_Due]) -> tuple[int, int]:
    """From the oldest row of the windows to the newest; by rows, some may be older than a window's begin."""
    if known.nth is None:
        return int(known.time[due[0].window.first]), int(known.time[due[-1].window.stop - 1]) + 1
    times = [known.time[one.window.first : one.window.stop] for one in due]
    return min(int(time.min()) for time in times), max(int(time.max()) for time in times) + 1


def columns(kept: Kept) -> tuple[str, ...]:
    """What is profiled: the features, and the target as far as it is known."""
    return (*kept.features, kept.model.target)


def _fitting(kept: Kept, reference: Reference, rows: Rows) -> dict[str, Scale]:
    """The scales of the columns that are there, and are categories or numbers as they were."""
    fields = dict(zip(rows.table.column_names, rows.table.schema.types, strict=True))
    return {
        name: scale
        for name, scale in reference.scales.items()
        if name in fields and (scale.edges is None) == counts_one_by_one(kept, name, fields[name])
    }


def counts_one_by_one(kept: Kept, name: str, kind: "pa.DataType") -> bool:
    """Text, truth values, what the model's file declares, and classes; all else is counted on edges."""
    model = kept.model
    classes = name == model.target and model.task != "regression"
    return classes or name in model.categorical or is_category(kind)
