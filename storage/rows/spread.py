"""Spread: rows kept out of many that come, spread evenly over all of them, in bounded memory."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from storage.rows.arrays import mask
from storage.rows.reader import Types

HEAD = 8
"""The first rows are kept whatever comes."""
_MIX = np.uint64(0x9E3779B97F4A7C15)

Take = Callable[[np.ndarray], Sequence[pa.Array]]
"""The columns of the rows of a mask (n,), in the fixed types."""


class Spread:
    """At most `most` rows (and a few more while one batch is seen). `seen`: how many came."""

    def __init__(self, types: Types, most: int):
        self._schema, self._most, self._bits, self._held = pa.schema(list(types.items())), most, 0, 0
        self._parts: list[tuple[np.ndarray, pa.RecordBatch]] = []
        self.seen = 0

    def see(self, rows: int, take: Take) -> None:
        """The next `rows` rows."""
        numbers = np.arange(self.seen, self.seen + rows, dtype=np.uint64)
        self.seen += rows
        chosen = self._chosen(numbers)
        if not chosen.any():
            return
        part = pa.RecordBatch.from_arrays(list(take(chosen)), schema=self._schema)
        self._parts.append((numbers[chosen], part))
        self._held += len(part)
        while self._held > self._most:
            self._bits += 1
            self._thin()

    def table(self) -> pa.Table:
        return pa.Table.from_batches([part for _, part in self._parts], self._schema)

    def _thin(self) -> None:
        thinner = []
        for numbers, part in self._parts:
            chosen = self._chosen(numbers)
            if chosen.any():
                thinner.append((numbers[chosen], part.filter(mask(chosen))))
        self._parts, self._held = thinner, sum(len(part) for _, part in thinner)

    def _chosen(self, numbers: np.ndarray) -> np.ndarray:
        # Mixed, since every k-th hour would be the same one of each day.
        mixed = numbers * _MIX >> np.uint64(32)
        chosen: np.ndarray = (mixed & np.uint64((1 << self._bits) - 1)) == 0
        return chosen | (numbers < HEAD)
