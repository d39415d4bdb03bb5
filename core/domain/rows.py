"""Rows as they are known: a table with, for each row, its time and when its label became known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

Moments = np.ndarray
"""Microseconds since 1970 (UTC), int64."""


@dataclass(frozen=True)
class Rows:
    """n rows in time order, ties in the source's order.

    `table`: the model's columns, raw, in the types of the fixed schema. `time`: (n,) int64 microseconds.
    `known`: (n,) int64 microseconds when the label became known, `clock.NEVER` for a row without one.
    `left_out`: how many rows of the range had no readable time.
    """

    table: "pa.Table"
    time: Moments
    known: Moments
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.time)

    def slice(self, start: int, stop: int) -> "Rows":
        """Rows start..stop-1, without a copy."""
        return Rows(self.table.slice(start, stop - start), self.time[start:stop], self.known[start:stop])

    def between(self, start: int | None, end: int | None) -> "Rows":
        """Rows with start <= time < end (microseconds)."""
        low = 0 if start is None else int(np.searchsorted(self.time, start, "left"))
        high = len(self) if end is None else int(np.searchsorted(self.time, end, "left"))
        return self.slice(low, max(low, high))

    def where(self, mask: np.ndarray) -> "Rows":
        """Rows of a boolean mask (n,)."""
        import pyarrow as pa

        return Rows(self.table.filter(pa.array(mask)), self.time[mask], self.known[mask])

    def take(self, positions: np.ndarray) -> "Rows":
        """Rows at ascending positions (m,)."""
        import pyarrow as pa

        return Rows(self.table.take(pa.array(positions)), self.time[positions], self.known[positions])

    def learnable(self, as_of: int) -> np.ndarray:
        """Mask (n,) of the rows that a version made at `as_of` may learn: time < as_of, label known <=
        as_of.
        """
        return (self.time < as_of) & (self.known <= as_of)


def together(parts: Sequence[Rows]) -> Rows:
    """One after the other; at least one."""
    import pyarrow as pa

    if len(parts) == 1:
        return parts[0]
    table = pa.concat_tables([part.table for part in parts])
    return Rows(
        table, np.concatenate([part.time for part in parts]), np.concatenate([part.known for part in parts])
    )
