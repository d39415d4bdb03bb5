"""Reading: the rows of windows, a bounded number at a time, however many a window has."""

from collections.abc import Iterator, Sequence

import numpy as np

from core.domain.rows import Rows, together
from core.domain.sources import Source
from core.domain.tapes import blocks, place_of
from core.monitoring.grid import Slice
from core.monitoring.known import Known

BLOCK = 200_000
"""Rows that are read at a time: some windows, or a part of one."""
PIECE = 50_000
"""Rows that are given at a time: what is made of them may be several times as large."""


class Reading:
    """Reads windows of `wanted`, in order; `columns` None: every one. Rows of one moment are read at once."""

    def __init__(self, source: Source, known: Known, wanted: Sequence[Slice], columns: Sequence[str] | None):
        self._source, self._known, self._columns = source, known, columns
        self._ends = sorted(window.stop for window in wanted)
        self._first = 0
        self._rows: Rows | None = None

    def of(self, window: Slice) -> Iterator[Rows]:
        """A window's rows in order, in pieces."""
        if self._known.nth is not None:
            yield from _pieces(self._apart(window))
            return
        for part in blocks(window.first, window.stop, BLOCK):
            yield from _pieces(self._held(part.start, part.stop))

    def _held(self, first: int, stop: int) -> Rows:
        rows = self._rows
        if rows is None or first < self._first or stop > self._first + len(rows):
            rows = self._rows = None  # let go before the next ones are read
            self._first, rows = self._block(first, self._ahead(first, stop))
            self._rows = rows
        return rows.slice(first - self._first, stop - self._first)

    def _ahead(self, first: int, stop: int) -> int:
        """The end of the last window that a block from `first` on holds."""
        return max([stop, *(end for end in self._ends if first < end <= first + BLOCK)])

    def _block(self, first: int, stop: int) -> tuple[int, Rows]:
        """(The position of the first, rows up to position stop - 1 at least.)"""
        time = self._known.time
        start, end = int(time[first]), int(time[stop - 1]) + 1
        return place_of(time, start), self._source.read(start, end, self._columns)

    def _apart(self, window: Slice) -> Rows:
        """A window's rows where some came late: those older than its begin are read by themselves."""
        known = self._known
        assert known.nth is not None
        time, nth = (part[window.first : window.stop] for part in (known.time, known.nth))
        late = time < window.start
        parts = []
        for mask in (late, ~late):
            if mask.any():
                start, end = int(time[mask].min()), int(time[mask].max()) + 1
                rows = self._source.read(start, end, self._columns)
                parts.append(rows.take(np.searchsorted(rows.time, time[mask], "left") + nth[mask]))
        return together(parts)


def _pieces(rows: Rows) -> Iterator[Rows]:
    return (rows.slice(part.start, part.stop) for part in blocks(0, len(rows), PIECE))
