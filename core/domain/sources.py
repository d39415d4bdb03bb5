"""Sources: where a model's rows come from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from core.domain.addresses import without_password

if TYPE_CHECKING:
    from core.domain.rows import Rows


@dataclass(frozen=True)
class SourceSpec:
    """What a model file says under [source]: a file, folder or glob, or else a database's `url` and a
    `query`; and how to read it where a guess would be wrong.
    """

    path: str = ""
    url: str | None = None
    query: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    time_format: str | None = None
    time_unit: str | None = None
    labels: str | None = None  # a file, folder or glob of labels that come apart from the rows

    @property
    def place(self) -> str:
        """What messages call it: the path, or the database's address without its password."""
        return self.path if self.url is None else without_password(self.url)


@dataclass(frozen=True)
class Schema:
    """The columns of a source, fixed once when it is applied: exact names and types that fit every file.

    `columns`: name -> Arrow type as text ("int64", "double", "string", "bool", "timestamp[us, tz=UTC]", ...).
    `from_labels`: those of them that only the files of labels have.
    """

    columns: Mapping[str, str]
    from_labels: tuple[str, ...] = ()

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

    def as_known(self, as_of: int) -> "Source":
        """The same rows, each with the label that was known at a moment (microseconds) where it was put right
        later; without it, with the last.
        """
        ...

    def stream(self, start: int | None, end: int | None, columns: Sequence[str]) -> Iterator["Rows"]:
        """The same rows in batches of bounded size, in the source's order; never all in memory. `left_out` of
        all batches adds up; the last may hold no row.
        """
        ...

    def newest(self, not_after: int) -> int | None:
        """The newest row's time that is not after a moment; None without rows."""
        ...

    def stamp(self) -> dict[str, list[int]]:
        """What tells a change: {file: [size, mtime in ns, ctime in ns]}; reads no row."""
        ...
