"""Sources: where a model's rows come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.rows import Rows


@dataclass(frozen=True)
class SourceSpec:
    """What a model file says under [source]: a file, folder or glob, and how to read it where a guess would
    be wrong.
    """

    path: str
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    time_format: str | None = None
    time_unit: str | None = None


@dataclass(frozen=True)
class Schema:
    """The columns of a source, fixed once when it is applied: exact names and types that fit every file.

    `columns`: name -> Arrow type as text ("int64", "double", "string", "bool", "timestamp[us, tz=UTC]", ...).
    """

    columns: Mapping[str, str]

    def plain(self) -> dict[str, str]:
        return dict(self.columns)


@dataclass(frozen=True)
class Survey:
    """What one look at a whole source found; kept by `apply`, never recomputed by a page."""

    schema: Schema
    rows: int
    first: int | None  # microseconds of the oldest readable time
    last: int | None
    unreadable_times: int
    distinct_labels: tuple[object, ...] = field(default=())  # of a classification's target, at most 1,000


class Source(Protocol):
    """Rows by time range, each read held against the fixed schema. Every method may raise SourceFault."""

    def survey(self) -> Survey:
        """Look at every file once and fix the schema; memory does not grow with the rows."""
        ...

    def read(self, start: int | None, end: int | None, columns: Sequence[str] | None = None) -> "Rows":
        """Rows with start <= time < end (microseconds; None: open), of the given columns (None: all of the
        model's).
        """
        ...

    def newest(self, not_after: int) -> int | None:
        """The newest row's time that is not after a moment; None without rows."""
        ...

    def stamp(self) -> dict[str, list[int]]:
        """What tells a change: {file: [size, mtime in ns]}; reads no row."""
        ...
