"""Known: what is known of a model's rows at an as of, without their features."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.domain.labels import Classes
from core.domain.models import Kept
from core.domain.sources import Source
from core.domain.tapes import Column, blocks, head, place_of
from core.monitoring.cuts import Cut, arrange, nth_of_time
from core.monitoring.grid import Slice, slices
from core.monitoring.laying import Laid, lay


@dataclass(frozen=True)
class Known:
    """n rows before `as_of`, in time order: times, when their labels became known, the labels; and their
    windows. They lie in files that go with it: what is read of them is a window, or a block of rows.

    By rows, where some came late, they stand window by window instead, in memory, and `nth` (n,) says how
    many rows of the same time come before each. `cut`: how many windows are as they were cut before.
    """

    as_of: int
    time: Column
    known: Column
    label: Column
    windows: Sequence[Slice]
    left_out: int
    nth: np.ndarray | None = None
    cut: int = 0
    _digests: dict[Slice, str] = field(default_factory=dict, compare=False, repr=False)

    def labelled(self) -> int:
        """How many labels are known."""
        return sum(int((self.known[part] <= self.as_of).sum()) for part in blocks(0, len(self.known)))

    def seen(self, window: Slice) -> np.ndarray:
        """(rows,) mask of the window's rows whose label is known."""
        return self.known[window.first : window.stop] <= self.as_of

    def digest(self, window: Slice) -> str:
        """What changes when a row or a label of the window does."""
        if window not in self._digests:
            self._digests[window] = self._digest(window)
        return self._digests[window]

    def _digest(self, window: Slice) -> str:
        found, seen, first = hashlib.blake2b(digest_size=16), self.seen(window), True
        for part in blocks(window.first, window.stop):
            found.update(self.time[part].tobytes())
        found.update(seen.tobytes())
        for part in blocks(window.first, window.stop):
            label = self.label[part][seen[part.start - window.first : part.stop - window.first]]
            if label.dtype != object:
                found.update(label.tobytes())
            elif len(label):
                found.update(("" if first else "\x1f").encode() + "\x1f".join(map(str, label)).encode())
                first = False
        return found.hexdigest()

    def then(self, last: Slice) -> "Known":
        """What was known when a window closed. By rows: of the rows up to its last in source order."""
        stop = last.stop
        return replace(
            self,
            as_of=last.end,
            time=head(self.time, stop),
            known=head(self.known, stop),
            label=head(self.label, stop),
            windows=[window for window in self.windows if window.index <= last.index],
            nth=None if self.nth is None else self.nth[:stop],
            cut=0,
            _digests={},
        )

    def upto(self, stop: int) -> np.ndarray | None:
        """Positions, in time order, of the rows up to a window's last; None where it is the first `stop`."""
        if self.nth is None:
            return None
        time = self.time[:]
        return np.sort(np.searchsorted(np.sort(time), time[:stop], "left") + self.nth[:stop])

    def full(self) -> Iterator[Cut]:
        """By rows: the times of each window that was not cut before and is full now, oldest first."""
        new = (one for one in self.windows[self.cut :] if one.upto is not None and one.closed)
        return (np.sort(self.time[one.first : one.stop]) for one in new)


def know(kept: Kept, source: Source, as_of: int, cuts: Sequence[Cut] = ()) -> Known:
    """Read times and labels of every row before `as_of`. `cuts`: of windows by rows that were full before."""
    laid = lay(kept.model, source.as_known(as_of).stream(None, as_of, [kept.model.target]))
    order, cut = arrange(laid.time, place_of(laid.time, kept.origin), cuts, as_of)
    nth = None if order is None else nth_of_time(laid.time[:])[order]
    laid = laid if order is None else _in_memory(laid, order)
    windows = slices(kept.model, kept.origin, laid.time, as_of)
    return Known(as_of, laid.time, laid.known, laid.label, windows, laid.left_out, nth, cut)


def _in_memory(laid: Laid, order: np.ndarray) -> Laid:
    """In another order, (n,) places."""
    label = laid.label
    values = label.code if isinstance(label, Classes) else label
    label = Classes(values[:][order], label.classes) if isinstance(label, Classes) else values[:][order]
    return Laid(laid.time[:][order], laid.known[:][order], label, laid.left_out)
