"""The table of snapshots: which chunks of rows each is made of. The chunks themselves are files."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from core.domain.errors import ArtifactFault, NotThere
from core.domain.learning import Chunk, Snapshot, SourceState
from storage.columns import Row, from_json, to_json
from storage.sqlite import Database


def _snapshot(row: Row) -> Snapshot:
    try:
        chunks = tuple(Chunk(**chunk) for chunk in from_json(row["chunks"]))
        state = SourceState(**from_json(row["state"])) if row["state"] else None
    except (TypeError, ValueError) as error:
        raise ArtifactFault(
            f"The list of chunks of snapshot {row['id']} was altered since it was saved.",
            "Restore the home from a backup, or choose another version.",
        ) from error
    return Snapshot(row["id"], row["as_of"], row["rows"], chunks, row["format"], state)


@dataclass(frozen=True)
class SnapshotTable:
    """Snapshots by id; one that is kept already is not kept again."""

    database: Database

    def add(self, model_id: int, snapshot: Snapshot) -> None:
        self.database.table("snapshots").insert(
            {
                "id": snapshot.id,
                "model_id": model_id,
                "as_of": snapshot.as_of,
                "rows": snapshot.rows,
                "chunks": to_json([asdict(chunk) for chunk in snapshot.chunks]),
                "format": snapshot.format,
                "state": to_json(asdict(snapshot.state)) if snapshot.state else None,
            },
            pk=("model_id", "id"),
            ignore=True,
        )

    def get(self, model_id: int, id: str) -> Snapshot:
        row = next(
            self.database.query("select * from snapshots where model_id = ? and id = ?", [model_id, id]), None
        )
        if row is None:
            raise NotThere(f"There is no snapshot {id}.")
        return _snapshot(row)

    def last(self, model_id: int) -> Snapshot | None:
        """The newest by its as of."""
        row = next(
            self.database.query(
                "select * from snapshots where model_id = ? and rows > 0"
                " order by as_of desc, rowid desc limit 1",
                [model_id],
            ),
            None,
        )
        return _snapshot(row) if row else None

    def cuts(self, model_id: int) -> Sequence[int]:
        """The as ofs (microseconds) at which rows of the model were cut into chunks, ascending."""
        rows = self.database.query(
            "select distinct as_of from snapshots where model_id = ? and rows > 0 order by as_of", [model_id]
        )
        return [row["as_of"] for row in rows]
