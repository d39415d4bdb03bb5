"""Last known: for each row, the newest earlier one whose label was known by the row's time."""

from functools import cached_property

import numpy as np

from core.domain.clock import NEVER
from core.domain.rows import Moments
from core.domain.tapes import BLOCK, Column, blocks


class LastKnown:
    """Looked up a block of rows at a time. Of earlier blocks, the newest that has a label known by a row's
    time is read: `_earliest` (blocks,) holds when the first label of each was known.
    """

    def __init__(self, time: Column, known: Column, as_of: int, block: int = BLOCK):
        self._time, self._known, self._as_of, self._block = time, known, as_of, block
        self._found: tuple[int, np.ndarray] = (-1, np.empty(0, np.int64))

    def of(self, first: int, stop: int) -> np.ndarray:
        """(stop - first,) for each row i the greatest j < i with known[j] <= time[i], else -1."""
        found = []
        for block in range(first // self._block, -(-stop // self._block)):
            begin = block * self._block
            found.append(self._of_block(block)[max(0, first - begin) : stop - begin])
        return np.concatenate([np.empty(0, np.int64), *found])

    def _of_block(self, block: int) -> np.ndarray:
        if self._found[0] != block:
            self._found = (block, self._look_up(block))
        return self._found[1]

    def _look_up(self, block: int) -> np.ndarray:
        begin = block * self._block
        time = self._time[begin : begin + self._block]
        found = last_known(time, self._known_in(block))
        found[found >= 0] += begin
        rest = np.flatnonzero(found < 0)
        if block and len(rest):
            found[rest] = self._before(block, time[rest])
        return found

    def _before(self, block: int, time: Moments) -> np.ndarray:
        """The same among earlier blocks, for rows at times (n,)."""
        found = np.full(len(time), -1)
        newest = np.searchsorted(_from_here_on(self._earliest[:block]), time, "right") - 1
        for earlier in np.unique(newest[newest >= 0]).tolist():
            here = newest == earlier
            known = _from_here_on(self._known_in(earlier))
            found[here] = earlier * self._block + np.searchsorted(known, time[here], "right") - 1
        return found

    @cached_property
    def _earliest(self) -> np.ndarray:
        parts = blocks(0, len(self._known), self._block)
        return np.array([_as_known(self._known[part], self._as_of).min() for part in parts], np.int64)

    def _known_in(self, block: int) -> Moments:
        return _as_known(self._known[block * self._block : (block + 1) * self._block], self._as_of)


def _as_known(known: Moments, as_of: int) -> Moments:
    later = known > as_of
    return np.where(later, NEVER, known) if later.any() else known


def _from_here_on(known: Moments) -> Moments:
    """(n,) the earliest of each and all after it, which ascends."""
    found: np.ndarray = np.minimum.accumulate(known[::-1])[::-1]
    return found


def last_known(time: Moments, known: Moments) -> np.ndarray:
    """(n,) for each row i the greatest j < i with known[j] <= time[i], else -1."""
    if len(time) > 1 and bool((time[1:] < time[:-1]).any()):
        return _last_known_unordered(time, known)
    rows = np.arange(len(time))
    newest = np.full(len(time) + 1, -1)
    at_once = known <= time
    # In order of time, a label that one row may know every later row may know.
    newest[1:][at_once] = rows[at_once]
    later = np.flatnonzero(~at_once & (known < NEVER))
    np.maximum.at(newest, np.maximum(np.searchsorted(time, known[later], "left"), later + 1), later)
    found: np.ndarray = np.maximum.accumulate(newest)[:-1]
    return found


def _last_known_unordered(time: Moments, known: Moments) -> np.ndarray:
    """The same of rows that came late among others.

    A sparse table holds, for each power of two, the earliest `known` among that many rows up to each; from
    its widest level down, each row skips the rows before it that were all known too late.
    """
    levels = [known]
    while 2 ** len(levels) <= len(known):
        half, below = 2 ** (len(levels) - 1), levels[-1]
        levels.append(np.concatenate([below[:half], np.minimum(below[half:], below[:-half])]))
    at = np.arange(len(known))  # the rows before `at` are still to look through
    for level in reversed(range(len(levels))):
        width = 2**level
        skip = (at >= width) & (levels[level][at - 1] > time)
        at = at - width * skip
    return at - 1
