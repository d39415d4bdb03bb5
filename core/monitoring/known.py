"""Known: what is known of a model's rows at an as of, without their features."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.labels import labels
from core.domain.models import Kept
from core.domain.rows import Moments, Rows
from core.domain.sources import Source
from core.monitoring.grid import Slice, slices


@dataclass(frozen=True)
class Known:
    """n rows before `as_of`, in time order: times, when their labels became known, the labels; and their
    windows.
    """

    as_of: int
    time: Moments
    known: Moments
    label: np.ndarray
    windows: Sequence[Slice]
    left_out: int

    @property
    def labelled(self) -> np.ndarray:
        """(n,) mask of the rows whose label is known."""
        return self.known <= self.as_of

    def digest(self, window: Slice) -> str:
        """What changes when a row or a label of the window does."""
        part = slice(window.first, window.stop)
        seen = self.labelled[part]
        found = hashlib.blake2b(self.time[part].tobytes(), digest_size=16)
        found.update(seen.tobytes())
        label = self.label[part][seen]
        found.update(label.tobytes() if label.dtype != object else "\x1f".join(map(str, label)).encode())
        return found.hexdigest()


def know(kept: Kept, source: Source, as_of: int) -> Known:
    """Read times and labels of every row before `as_of`."""
    rows = source.read(None, as_of, [kept.model.target])
    return of_rows(kept, rows, as_of)


def of_rows(kept: Kept, rows: Rows, as_of: int) -> Known:
    windows = slices(kept.model, kept.origin, rows.time, as_of)
    return Known(as_of, rows.time, rows.known, labels(rows, kept.model), windows, rows.left_out)
