"""Label index: which row an id means, and which labels were told of it, when."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.domain.clock import NEVER, iso, moment
from core.domain.errors import SourceFault
from core.domain.models import Model
from core.domain.rows import Rows
from storage.rows.arrays import fixed, mask, truths, valid, values
from storage.rows.label_files import UNSAID, Told
from storage.rows.labels import known_after, missing

CELLS = 10_000_000
"""How many features are held at a time to see whether rows of one id agree."""
EXACT = 2**53
"""From here on a double does not hold every whole number."""

Features = Callable[[Sequence[str]], pa.Table]
"""Some features of every row, in the order of the index's rows."""


@dataclass(frozen=True)
class LabelIndex:
    """k ids that come more than once, or of which a label was told apart.

    `id`: (k,) distinct. Their row is the `nth` (k,) of those with the id at its `time` (k,). Labels told,
    by id and then by when: `place` (m,) of the id, `known` (m,) microseconds, `label` (m,); one that says
    what the one before said is left out. `dropped`: how many lines were labels and no rows.
    """

    id: pa.Array
    time: np.ndarray
    nth: np.ndarray
    place: np.ndarray
    known: np.ndarray
    label: pa.Array
    dropped: int = 0

    def places(self, id: pa.Array) -> np.ndarray:
        """(n,) the place of each id, -1 for one that is not here."""
        found = pc.index_in(id, value_set=self.id)
        return np.where(valid(found), values(found, np.int32), -1)

    def owns(self, place: np.ndarray, time: np.ndarray, before: np.ndarray) -> np.ndarray:
        """Mask (n,) of rows that are rows: not those that only told a label; of one time in source order.

        `before`: (k,) how many of each id's rows at its time came in earlier batches; counted on here.
        """
        own = place < 0
        here = np.flatnonzero(~own)
        here = here[time[here] == self.time[place[here]]]
        own[here] = before[place[here]] + _nth(place[here]) == self.nth[place[here]]
        np.add.at(before, place[here], 1)
        return own

    def none_yet(self) -> np.ndarray:
        """What `owns` begins with."""
        return np.zeros(len(self.id), np.int64)

    def at(self, as_of: int | None) -> np.ndarray:
        """(k,) which label counts: the last that was known at a moment, else the first to come; -1: none."""
        every = np.arange(len(self.id))
        first = np.searchsorted(self.place, every, "left")
        known = self.known <= (NEVER - 1 if as_of is None else as_of)
        count = np.bincount(self.place[known], minlength=len(self.id))
        there = np.searchsorted(self.place, every, "right") > first
        return np.where(there, first + np.maximum(count - 1, 0), -1)


def index_of(
    model: Model, rows: Rows, names: Sequence[str], features: Features, told: Told
) -> LabelIndex | None:
    """The index over every row (with its id and target) and the labels told apart; None: no id needs one.

    `names`: of the features. SourceFault where rows of one id differ, or ids were rounded.
    """
    id_name, n = model.id or "", len(rows)
    ids = [rows.table.column(id_name), pa.chunked_array([told.id])]
    every = pa.chunked_array([*ids[0].chunks, *ids[1].chunks], told.id.type).combine_chunks()
    _exact(every, model)
    code, distinct = _coded(every)
    needed = np.bincount(code[:n][code[:n] >= 0], minlength=len(distinct))
    apart = np.bincount(code[n:], minlength=len(distinct))
    wanted = (needed > 1) | ((needed > 0) & (apart > 0))
    if not wanted.any():
        return None
    place_of = np.where(wanted, np.cumsum(wanted) - 1, -1)
    place = np.where(code >= 0, place_of[code], -1) if len(place_of) else code
    here = np.flatnonzero(place[:n] >= 0)
    owner = _owners(model, rows, here, place[:n], int(wanted.sum()), names, features)
    id = distinct.filter(mask(wanted))
    return _indexed(model, rows, here, place, owner, id, told)


def _indexed(
    model: Model, rows: Rows, here: np.ndarray, place: np.ndarray, owner: np.ndarray, id: pa.Array, told: Told
) -> LabelIndex:
    n, target = len(rows), rows.table.column(model.target).combine_chunks()
    labelled = here[~missing(target)[here]]
    apart = np.flatnonzero(place[n:] >= 0)
    places = np.concatenate([place[labelled], place[n:][apart]])
    row_time = rows.time[owner[places]]
    known = np.concatenate([rows.known[labelled], told.known[apart]])
    if model.label_delay is not None:
        known = known_after(model, row_time)
    known = np.where(known == UNSAID, row_time, known)
    label = pa.concat_arrays([_take(target, labelled), _take(told.label, apart)])
    order = np.lexsort((known, places))
    order = order[_changes(places[order], _take(label, order))]
    first = here[np.lexsort((here, rows.time[here], place[here]))]
    nth = _nth_at(place[first], rows.time[first])
    of_owner = np.zeros(n, np.int64)
    of_owner[first] = nth
    return LabelIndex(
        id,
        rows.time[owner],
        of_owner[owner],
        places[order],
        known[order],
        _take(label, order),
        len(here) - len(owner),
    )


def _owners(
    model: Model,
    rows: Rows,
    here: np.ndarray,
    place: np.ndarray,
    k: int,
    names: Sequence[str],
    features: Features,
) -> np.ndarray:
    """(k,) the row of each id: the first with a feature, else the first; the others must agree with it."""
    order = here[np.argsort(place[here], kind="stable")]
    first = np.searchsorted(place[order], np.arange(k), "left")
    if len(here) == k:
        return order[first]
    empty = np.ones(len(here), bool)
    groups = list(_groups(names, len(rows)))
    for group in groups:
        table = features(group)
        for name in group:
            empty &= missing(_take(table.column(name).combine_chunks(), here))
    bare = np.zeros(len(rows), bool)
    bare[here] = empty
    order = here[np.lexsort((here, bare[here], place[here]))]
    owner = order[np.searchsorted(place[order], np.arange(k), "left")]
    others = here[~bare[here] & (owner[place[here]] != here)]
    for group in groups if len(others) else ():
        table = features(group)
        for name in group:
            _agree(model, rows, name, table.column(name).combine_chunks(), others, owner[place[others]])
    return owner


def _groups(names: Sequence[str], rows: int) -> Iterator[Sequence[str]]:
    width = max(1, CELLS // max(rows, 1))
    for start in range(0, len(names), width):
        yield names[start : start + width]


def _agree(
    model: Model, rows: Rows, name: str, column: pa.Array, others: np.ndarray, owners: np.ndarray
) -> None:
    """SourceFault unless each of `others` is empty in a feature, or says what its row says."""
    said, own = _take(column, others), _take(column, owners)
    differ = ~missing(said) & (missing(own) | ~truths(pc.equal(said, own)))
    if differ.any():
        i = int(np.argmax(differ))
        id = rows.table.column(model.id or "")[int(others[i])].as_py()
        times = [iso(moment(int(rows.time[row]))) for row in (owners[i], others[i])]
        raise SourceFault(
            f"{id!r} stands on two rows that differ: {name} is {own[i].as_py()!r} at {times[0]} and "
            f"{said[i].as_py()!r} at {times[1]}.",
            "Give each row an id of its own; a line that only brings a label leaves its features empty.",
            file=model.source.place,
            key=model.id,
        )


def _exact(id: pa.Array, model: Model) -> None:
    """SourceFault for ids that are doubles too large to be told from their neighbours."""
    if not pa.types.is_floating(id.type):
        return
    numbers = values(pc.cast(id, pa.float64()), np.float64)
    with np.errstate(invalid="ignore"):
        large = valid(id) & (np.abs(numbers) >= EXACT)
    if large.any():
        raise SourceFault(
            f"{numbers[large][0]:.0f} is an id kept as a number with decimals, which rounds ids this long.",
            "Keep ids as whole numbers or as text.",
            file=model.source.place,
            key=model.id,
        )


def _coded(id: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """(n,) the place of each id among the distinct ones, -1 for a missing one; and those."""
    encoded = id.dictionary_encode()
    code = np.where(missing(id), -1, np.where(valid(encoded.indices), values(encoded.indices, np.int32), -1))
    return code.astype(np.int64), encoded.dictionary


def _changes(place: np.ndarray, label: pa.Array) -> np.ndarray:
    """Mask (m,) of the labels that differ from the one before of the same id."""
    code, _ = _coded(label)
    kept: np.ndarray = np.r_[True, (place[1:] != place[:-1]) | (code[1:] != code[:-1])][: len(place)]
    return kept


def _nth(place: np.ndarray) -> np.ndarray:
    """(n,) how many earlier ones have the same place."""
    order = np.argsort(place, kind="stable")
    found = np.empty(len(place), np.int64)
    found[order] = np.arange(len(place)) - np.searchsorted(place[order], place[order], "left")
    return found


def _nth_at(place: np.ndarray, time: np.ndarray) -> np.ndarray:
    """The same of places and times that stand in order of both."""
    new = np.r_[True, (place[1:] != place[:-1]) | (time[1:] != time[:-1])][: len(place)]
    at = np.arange(len(place))
    found: np.ndarray = at - np.maximum.accumulate(np.where(new, at, 0))
    return found


def _take(array: pa.Array, positions: np.ndarray) -> pa.Array:
    return array.take(fixed(pa.int64(), positions.astype(np.int64)))
