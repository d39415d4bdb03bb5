"""Places: to which of some windows each row of a stream belongs."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from core.domain.rows import Moments
from core.domain.tapes import place_of
from core.monitoring.grid import Slice
from core.monitoring.known import Known


class Places(Protocol):
    def of(self, time: Moments) -> np.ndarray:
        """(n,) places among the windows of the next n rows, in the source's order; -1 for none."""
        ...


def places(known: Known, windows: Sequence[Slice]) -> Places:
    """For a stream that holds every known row of the windows' times; at least one window."""
    if windows[0].upto is None:
        return _ByTime(windows)
    return _ByRows(known, windows) if known.nth is None else _Late(known, windows)


class _ByTime:
    def __init__(self, windows: Sequence[Slice]):
        self._starts = np.array([window.start for window in windows])
        self._ends = np.array([window.end for window in windows])

    def of(self, time: Moments) -> np.ndarray:
        place = np.searchsorted(self._starts, time, "right") - 1
        return np.where((place >= 0) & (time < self._ends[place]), place, -1)


class _ByRows:
    """Windows by rows may part rows of one time: these are told apart by how many of it came before."""

    def __init__(self, known: Known, windows: Sequence[Slice]):
        def ends(places: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
            times = [int(known.time[place]) for place in places]
            before = [place - place_of(known.time, time) for place, time in zip(places, times, strict=True)]
            return np.array(times, np.int64), np.array(before, np.int64)

        self._first, self._first_nth = ends([window.first for window in windows])
        self._last, self._last_nth = ends([window.stop - 1 for window in windows])
        self._seen = dict.fromkeys([*self._first.tolist(), *self._last.tolist()], 0)
        self._told_apart = np.unique(np.array(list(self._seen), np.int64))

    def of(self, time: Moments) -> np.ndarray:
        place, nth = np.searchsorted(self._first, time, "right") - 1, np.zeros(len(time), np.int64)
        for when in np.unique(time[np.isin(time, self._told_apart)]).tolist():
            here = np.flatnonzero(time == when)
            nth[here] = self._seen[when] + np.arange(len(here))
            self._seen[when] += len(here)
            first, stop = (int(np.searchsorted(self._first, when, side)) for side in ("left", "right"))
            place[here] = first + np.searchsorted(self._first_nth[first:stop], nth[here], "right") - 1
        last = self._last[place]
        inside = (time < last) | ((time == last) & (nth <= self._last_nth[place]))
        return np.where((place >= 0) & inside, place, -1)


class _Late:
    """Where rows came late, any of them may belong to any window."""

    def __init__(self, known: Known, windows: Sequence[Slice]):
        place = np.full(len(known.time), -1)
        for i, window in enumerate(windows):
            place[window.first : window.stop] = i
        times, nth = known.time[:], np.asarray(known.nth)
        order = np.lexsort((nth, times))
        self._time, self._place = times[order], place[order]
        self._seen = np.zeros(len(order), np.int64)

    def of(self, time: Moments) -> np.ndarray:
        first = np.searchsorted(self._time, time, "left")
        there = first < len(self._time)
        first = np.minimum(first, len(self._time) - 1)
        position = first + self._seen[first] + _nth(first)
        np.add.at(self._seen, first, 1)
        position = np.minimum(position, len(self._time) - 1)
        return np.where(there & (self._time[position] == time), self._place[position], -1)


def _nth(values: np.ndarray) -> np.ndarray:
    """(n,) how many of the same value come before each."""
    order = np.argsort(values, kind="stable")
    ordered, found = values[order], np.empty(len(values), np.int64)
    found[order] = np.arange(len(values)) - np.searchsorted(ordered, ordered, "left")
    return found
