"""Reader: what each format can do. A flow over files asks only this."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa

from storage.rows.listing import DataFile
from storage.rows.times import Read

Types = Mapping[str, pa.DataType]


@dataclass(frozen=True)
class Piece:
    """A part of a file that can be read alone: a row group of Parquet, else the whole.

    `bounds`: its oldest and newest time as the column holds them, None if unknown; `nulls`: missing times.
    """

    rows: int | None = None
    bounds: pa.Array | None = None
    nulls: int = 0


@dataclass(frozen=True)
class Batch:
    """Some rows as a file holds them, in its order. `place(i)` opens a sentence: where row i stands."""

    piece: int
    columns: Mapping[str, pa.Array]
    rows: int
    place: Callable[[int], str]


@dataclass(frozen=True)
class Found:
    """A batch with the times of its rows and the mask (n,) of those in the range. `file`: for messages."""

    file: str
    batch: Batch
    read: Read
    chosen: np.ndarray


class Reader(Protocol):
    """Every method may raise SourceFault; OSError is left to the caller."""

    def fix(self, files: Sequence[DataFile]) -> dict[str, pa.DataType]:
        """The columns of all files, in the first one's order, with the types that fit every value."""
        ...

    def pieces(self, file: DataFile, time: str) -> list[Piece]: ...

    def batches(self, file: DataFile, pieces: Sequence[int], types: Types) -> Iterator[Batch]:
        """The rows of some pieces, of the columns of `types`, as `fit` can read them."""
        ...

    def fit(self, array: pa.Array, kind: pa.DataType) -> pa.Array | None:
        """The same values in the fixed type; None if one of them would have to change."""
        ...
