"""Changes: what differs between the rows of two snapshots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.clock import iso, moment
from core.domain.learning import Snapshot
from core.domain.wording import count


@dataclass(frozen=True)
class ColumnChange:
    """How one column's values differ.

    `distance`: KS for numbers, total variation for categories; None where a side has no value. `before`,
    `after`: share of missing values, and for numbers the mean (None where there is no finite one).
    """

    name: str
    distance: float | None
    before: Mapping[str, float | None]
    after: Mapping[str, float | None]


@dataclass(frozen=True)
class Changes:
    """From the rows of one snapshot to those of another.

    `new`: rows that only the other has. `gone`: only the one has, though the other's history reaches as far
    back; `aged`: only the one has, being older than that. `altered`: pairs of a gone and a new row that are
    one row put right: they have one id, or where the model has none, one time. `added`, `lost`: columns;
    `types`: column -> its two types. `columns`: those that both have, the furthest apart first.
    """

    rows: tuple[int, int]
    new: int
    gone: int
    aged: int
    altered: int
    added: Sequence[str] = ()
    lost: Sequence[str] = ()
    types: Mapping[str, tuple[str, str]] | None = None
    columns: Sequence[ColumnChange] = ()

    def plain(self) -> dict[str, object]:
        """As `compare --json` holds it."""
        return {
            "rows": list(self.rows),
            "new": self.new,
            "gone": self.gone,
            "aged": self.aged,
            "altered": self.altered,
            "columns_added": list(self.added),
            "columns_lost": list(self.lost),
            "types": {name: list(pair) for name, pair in (self.types or {}).items()},
            "columns": {
                one.name: {"distance": one.distance, "before": dict(one.before), "after": dict(one.after)}
                for one in self.columns
            },
        }

    @property
    def words(self) -> str:
        """In one line, of rows and of columns that came or went."""
        said = [
            f"{amount:,} {what}"
            for amount, what in (
                (self.new, "new"),
                (self.altered, "altered"),
                (self.gone, "gone from the source"),
                (self.aged, "older than its history"),
            )
            if amount
        ]
        rows = f"{', '.join(said)} of {count(self.rows[1], 'row')}" if said else "The same rows"
        columns = [f"column {name} added" for name in self.added]
        columns += [f"column {name} lost" for name in self.lost]
        columns += [f"column {name} is {after}, was {before}" for name, (before, after) in self._types]
        return "; ".join([rows, *columns])

    @property
    def _types(self) -> Sequence[tuple[str, tuple[str, str]]]:
        return tuple((self.types or {}).items())


def changed_since(earlier: Snapshot, later: Snapshot) -> list[int]:
    """The moments (microseconds) up to which rows were cut, whose rows the source has changed since the
    earlier snapshot: both took them in, and their content differs.

    Empty where nothing that the earlier one learnt was changed, or where rows were cut otherwise since (a
    backfill cuts older rows). Both are of versions that read alike (`core.domain.making.read_alike`).
    """
    if earlier.format != later.format:
        return []  # their chunks are named in different ways
    before = {chunk.cut: chunk for chunk in earlier.chunks}
    after = {chunk.cut: chunk for chunk in later.chunks if chunk.cut <= earlier.as_of}
    if any(cut not in before for cut in after):
        return []
    return [cut for cut in after if before[cut].hash != after[cut].hash]


def changed_words(earlier: Snapshot, later: Snapshot, number: int) -> str:
    """That the source changed under version `number`, which learnt the earlier snapshot; "" if it did not."""
    cuts = changed_since(earlier, later)
    if not cuts:
        return ""
    place = {chunk.cut: i for i, chunk in enumerate(earlier.chunks)}
    first = min(place[cut] for cut in cuts)
    since = "from its first rows on" if first == 0 else f"after {iso(moment(earlier.chunks[first - 1].cut))}"
    return f"the source changed under v{number}: rows {since} are not as it learnt them"
