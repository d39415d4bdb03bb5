"""Laying: times and labels of rows laid on tapes in order of time, never all of them in memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.labels import LabelTape
from core.domain.models import Model
from core.domain.rows import Rows
from core.domain.tapes import Column, Tape, blocks, place_in

MOST = 262_144
"""Rows that are put in order at a time."""

Part = tuple[int, int]


@dataclass(frozen=True)
class Laid:
    """n rows in time order, ties as they came: times, when labels were known, labels."""

    time: Column
    known: Column
    label: Column
    left_out: int


def lay(model: Model, batches: Iterable[Rows]) -> Laid:
    """What batches, each in the source's order, tell of their rows."""
    time, known, label, left_out = Tape(np.int64), Tape(np.int64), LabelTape(model), 0
    starts: list[int] = []  # where rows begin that are older than the one before
    newest = None
    for rows in batches:
        left_out += rows.left_out
        if not len(rows):
            continue
        order = None if _ascends(rows.time) else np.argsort(rows.time, kind="stable")
        times = rows.time if order is None else rows.time[order]
        if newest is None or times[0] < newest:
            starts.append(len(time))
        newest = times[-1]
        time.append(times)
        known.append(rows.known if order is None else rows.known[order])
        label.append(rows, order)
    time, known, values = _merged([time, known, label.values], starts)
    return Laid(time, known, label.column(values), left_out)


def _ascends(time: np.ndarray) -> bool:
    return bool((time[1:] >= time[:-1]).all())


def _merged(tapes: Sequence[Tape], starts: Sequence[int]) -> Sequence[Tape]:
    """Tapes, of which the first ascends from each start to the next, in its order; ties as they came."""
    if len(starts) < 2:
        return tapes
    time, found = tapes[0], [Tape(tape.dtype) for tape in tapes]
    for parts in _in_turn(time, list(zip(starts, [*starts[1:], len(time)], strict=True))):
        order = np.argsort(_joined(time, parts), kind="stable")
        for tape, ordered in zip(tapes, found, strict=True):
            ordered.append(_joined(tape, parts)[order])
    return found


def _joined(tape: Tape, parts: Sequence[Part]) -> np.ndarray:
    return np.concatenate([tape[first:stop] for first, stop in parts])


def _in_turn(time: Tape, parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Parts of ascending parts, few rows at a time, none older than those given before."""
    parts = [part for part in parts if part[0] < part[1]]
    if sum(stop - first for first, stop in parts) <= MOST:
        yield list(parts)
        return
    low, high = min(int(time[first]) for first, _ in parts), max(int(time[stop - 1]) for _, stop in parts)
    if low == high:
        yield from ([(one.start, one.stop)] for part in parts for one in blocks(*part))
        return
    middle = low + (high - low) // 2 + 1
    cuts = [place_in(time, middle, *part) for part in parts]
    yield from _in_turn(time, [(first, cut) for (first, _), cut in zip(parts, cuts, strict=True)])
    yield from _in_turn(time, [(cut, stop) for (_, stop), cut in zip(parts, cuts, strict=True)])
