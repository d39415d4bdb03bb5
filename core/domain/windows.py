"""Window: a half-open slice of data time (or a number of rows) and what is known of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np

Metrics = Mapping[str, float | None]


@dataclass(frozen=True)
class Window:
    """The `index`-th slice from the model's origin on: `start` <= row time < `end`.

    By rows: `start` is its first row's time, `end` a microsecond after its last row's, and `upto` counts the
    rows from the origin to its last, so that rows of one time are cut right. `version`: the number of the
    version that
    was live when it began. `scored`: its rows have predictions.
    """

    index: int
    start: datetime
    end: datetime
    rows: int
    labelled: int
    closed: bool
    complete: bool
    version: int | None = None
    scored: bool = False
    metrics: Metrics = field(default_factory=dict)
    baseline: Mapping[str, Metrics] = field(default_factory=dict)
    digest: str = ""  # of the rows and labels that the metrics were computed from
    upto: int | None = None


class Windows(Protocol):
    """The store of windows, as last put right; pages read these."""

    def all(self, model_id: int) -> list[Window]:
        """By index."""
        ...

    def save(self, model_id: int, windows: Sequence[Window]) -> None:
        """Insert or replace by index."""
        ...

    def cuts(self, model_id: int) -> "Sequence[np.ndarray]":
        """By rows: the times (microseconds, ascending) of the rows of each window that was full, by index."""
        ...

    def cut(self, model_id: int, first: int, times: "Iterable[np.ndarray]") -> None:
        """Keep those of the windows from `first` on; what was kept of these is forgotten."""
        ...

    def drop_from(self, model_id: int, index: int) -> None:
        """Forget the windows from an index on."""
        ...

    def backfilled(self, model_id: int) -> Mapping[int, int | None]:
        """Window index -> the version that the retraining after it left, if any."""
        ...

    def backfill_step(self, model_id: int, index: int, version: int | None) -> None:
        """Remember that a backfill has retrained after a window."""
        ...
