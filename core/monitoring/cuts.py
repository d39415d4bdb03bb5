"""Cuts: windows by rows stay as they were cut once they are full; rows that come late join the open one."""

from collections.abc import Iterable, Sequence

import numpy as np

from core.domain.rows import Moments
from core.domain.tapes import Column

Cut = Moments
"""The times of a full window's rows, ascending."""


def arrange(time: Column, skipped: int, cuts: Sequence[Cut], as_of: int) -> tuple[np.ndarray | None, int]:
    """(The order (n,) in which rows stand window by window; how many cuts hold.)

    `time`: ascending, ties in the source's order, of which a cut takes the first that no earlier one took;
    `skipped` of them come before the origin. None: in order of time. Cuts hold up to the first of which a
    row is gone, or was not there as of a moment.
    """
    held = next((i for i, cut in enumerate(cuts) if not len(cut) or cut[-1] >= as_of), len(cuts))
    if _stand_first(time, skipped, cuts[:held]):
        return None, held
    time = time[:]
    while held:
        window, taken = _taken(time[skipped:], cuts[:held])
        gone = window[taken < 0]
        if not len(gone):
            order = _order(len(time) - skipped, taken) + skipped
            order = np.concatenate([np.arange(skipped), order])
            return (None if np.array_equal(order, np.arange(len(time))) else order), held
        held = int(gone.min())
    return None, 0


def _stand_first(time: Column, first: int, cuts: Iterable[Cut]) -> bool:
    """Whether the rows are those of the cuts, one after the other, and then all others: as long as none came
    late.
    """
    for cut in cuts:
        if not np.array_equal(time[first : first + len(cut)], cut):
            return False
        first += len(cut)
    return True


def _taken(time: Moments, cuts: Sequence[Cut]) -> tuple[np.ndarray, np.ndarray]:
    """(The window, and the position of its row (-1: gone)) of each row of the cuts, window by window."""
    window = np.repeat(np.arange(len(cuts)), [len(cut) for cut in cuts])
    wanted = np.concatenate(cuts)
    by_time = np.lexsort((window, wanted))
    sorted_ = wanted[by_time]
    nth = np.arange(len(sorted_)) - np.searchsorted(sorted_, sorted_, "left")
    place = np.searchsorted(time, sorted_, "left") + nth
    place[place >= np.searchsorted(time, sorted_, "right")] = -1
    taken = np.empty(len(wanted), np.int64)
    taken[by_time] = place
    return window, taken


def _order(n: int, taken: np.ndarray) -> np.ndarray:
    rest = np.ones(n, bool)
    rest[taken] = False
    return np.concatenate([taken, np.flatnonzero(rest)])


def nth_of_time(time: Moments) -> np.ndarray:
    """(n,) of ascending times: how many rows of the same time come before each."""
    found: np.ndarray = np.arange(len(time)) - np.searchsorted(time, time, "left")
    return found
