"""Known: what is known of a model's rows at an as of, without their features."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.labels import labels
from core.domain.models import Kept
from core.domain.rows import Moments, Rows
from core.domain.sources import Source
from core.monitoring.cuts import Cut, arrange, nth_of_time
from core.monitoring.grid import Slice, slices


@dataclass(frozen=True)
class Known:
    """n rows before `as_of`, in time order: times, when their labels became known, the labels; and their
    windows.

    By rows, where some came late, they stand window by window instead, and `nth` (n,) says how many rows of
    the same time come before each. `cut`: how many windows are as they were cut before.
    """

    as_of: int
    time: Moments
    known: Moments
    label: np.ndarray
    windows: Sequence[Slice]
    left_out: int
    nth: np.ndarray | None = None
    cut: int = 0

    @property
    def labelled(self) -> np.ndarray:
        """(n,) mask of the rows whose label is known."""
        return self.known <= self.as_of

    def seen(self, window: Slice) -> np.ndarray:
        """(rows,) mask of the window's rows whose label is known."""
        return self.known[window.first : window.stop] <= self.as_of

    def digest(self, window: Slice) -> str:
        """What changes when a row or a label of the window does."""
        part, seen = slice(window.first, window.stop), self.seen(window)
        found = hashlib.blake2b(self.time[part].tobytes(), digest_size=16)
        found.update(seen.tobytes())
        label = self.label[part][seen]
        found.update(label.tobytes() if label.dtype != object else "\x1f".join(map(str, label)).encode())
        return found.hexdigest()

    def upto(self, stop: int) -> np.ndarray | None:
        """Positions, in time order, of the rows up to a window's last; None where it is the first `stop`."""
        if self.nth is None:
            return None
        return np.sort(np.searchsorted(np.sort(self.time), self.time[:stop], "left") + self.nth[:stop])

    def full(self) -> list[Cut]:
        """By rows: the times of each window that was not cut before and is full now, oldest first."""
        new = [one for one in self.windows[self.cut :] if one.upto is not None and one.closed]
        return [np.sort(self.time[one.first : one.stop]) for one in new]


def know(kept: Kept, source: Source, as_of: int, cuts: Sequence[Cut] = ()) -> Known:
    """Read times and labels of every row before `as_of`. `cuts`: of windows by rows that were full before."""
    rows = source.as_known(as_of).read(None, as_of, [kept.model.target])
    return of_rows(kept, rows, as_of, cuts)


def of_rows(kept: Kept, rows: Rows, as_of: int, cuts: Sequence[Cut] = ()) -> Known:
    label, time, known, nth = labels(rows, kept.model), rows.time, rows.known, None
    order, cut = arrange(time, int(np.searchsorted(time, kept.origin, "left")), cuts, as_of)
    if order is not None:
        label, time, known, nth = label[order], time[order], known[order], nth_of_time(time)[order]
    windows = slices(kept.model, kept.origin, time, as_of)
    return Known(as_of, time, known, label, windows, rows.left_out, nth, cut)
