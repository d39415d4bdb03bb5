"""Sample: some rows of a source, column by column, from which a model file is guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

MOST_VALUES = 1_000
"""More distinct values than these are not listed."""


@dataclass(frozen=True)
class Column:
    """One column of n sampled rows, in the source's order.

    `kind`: its Arrow type as text. `codes`: (n,) int64, the place of each value among the distinct ones, -1
    where it is missing. `values`: the distinct ones by code, empty where they are more than `MOST_VALUES`.
    `numbers`: (n,) float64 with NaN for missing, None for text. `times`: (n,) float64 microseconds with NaN
    for missing, None where the column is not read as times. `time_format`: in which its texts are times,
    None for ISO 8601 and for columns of times. `single`: it holds single values, no lists or structures.
    `first`: of text, the first distinct values, `MOST_VALUES` at most.
    """

    name: str
    kind: str
    codes: np.ndarray
    distinct: int
    values: Sequence[object] = ()
    numbers: np.ndarray | None = None
    times: np.ndarray | None = None
    time_format: str | None = None
    single: bool = True
    first: Sequence[object] = ()

    @property
    def missing(self) -> int:
        return int((self.codes < 0).sum())

    @property
    def empty(self) -> bool:
        return self.distinct == 0

    @property
    def bytes(self) -> bool:
        return self.kind.startswith(("binary", "fixed_size_binary"))

    @property
    def textual(self) -> bool:
        return self.kind == "string"

    @property
    def whole(self) -> bool:
        return self.kind.startswith(("int", "uint"))


@dataclass(frozen=True)
class Sample:
    """`taken` of a source's `rows`, spread over all of them. `head`: its first rows in words."""

    columns: tuple[Column, ...]
    rows: int
    taken: int
    head: Sequence[Mapping[str, str]] = field(default=())

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)
