"""Snapshots: the rows that versions learnt, in chunks kept once under their content's hash.

Format 1: chunk i holds the rows that were learnable at the i-th cut and at none before, in time order, with
their time and moment of knowing as columns of microseconds. A chunk is <2 digits>/<hash>.parquet, its hash
that of the rows (not of the file, which a newer pyarrow would write differently), and a snapshot is a list
of chunks with the offset from which each counts. To change it: count FORMAT up (it is hashed into every
id), and let `rows` choose the reader by the snapshot's number; old chunks stay as they are.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.domain.errors import ArtifactFault
from core.domain.learning import Chunk, Snapshot
from core.domain.models import Kept
from core.domain.rows import Rows
from storage.files import write_durably
from storage.packing import packing
from storage.rows.arrays import values

FORMAT = 1
TIME, KNOWN = "__time__", "__known__"
BATCH = 65_536
"""Rows that a stream gives at a time."""


@dataclass(frozen=True)
class ChunkFiles:
    """The chunks of a home in `folder`. `cuts`: the as ofs (microseconds) of a model's earlier snapshots."""

    folder: Path
    cuts: Callable[[Kept], Sequence[int]]

    def freeze(self, kept: Kept, learnable: Rows, as_of: int, start: int | None) -> Snapshot:
        """Keep the learnable rows (time >= `start`) as of a moment.

        `learnable`: all rows that may be learnt, those before `start` too, so that chunks stay what they
        were; writes only those that are not kept yet.
        """
        chunks = []
        for cut, part in _parts(learnable, self._cuts(kept, as_of)):
            first = 0 if start is None else int(np.searchsorted(part.time, start, "left"))
            if first < len(part):
                chunks.append(Chunk(self._keep(_table(part, kept.columns)), cut, len(part), first))
        rows = sum(chunk.rows - chunk.first for chunk in chunks)
        return Snapshot(_id(chunks), as_of, rows, tuple(chunks), FORMAT)

    def arrange(self, kept: Kept, learnable: Rows, as_of: int, start: int | None) -> Rows:
        """The rows of `freeze` in the order in which `rows` gives them again, without reading a file."""
        cuts = self._cuts(kept, as_of)
        chunk = _chunk_of(learnable, cuts)
        order = np.lexsort((chunk, learnable.time))
        order = order[chunk[order] < len(cuts)]
        order = order if start is None else order[learnable.time[order] >= start]
        table = _plain(learnable.table.select(_of(learnable, kept.columns)))
        return _taken(Rows(table, learnable.time, learnable.known), order)

    def rows(self, snapshot: Snapshot) -> Rows:
        """The rows again, by time, ties by chunk; ArtifactFault if a chunk is gone or altered."""
        import pyarrow as pa

        if snapshot.format != FORMAT:
            raise ArtifactFault(
                f"Snapshot {snapshot.id} has format {snapshot.format}, and this Evermodel reads {FORMAT}.",
                "Take the Evermodel that made it, or a newer one.",
            )
        if not snapshot.chunks:
            raise ArtifactFault(f"Snapshot {snapshot.id} has no rows.", "Choose another version.")
        table = pa.concat_tables([self._read(chunk).slice(chunk.first) for chunk in snapshot.chunks])
        time, known = (np.array(table.column(name).to_numpy()) for name in (TIME, KNOWN))
        order = np.argsort(time, kind="stable")
        return Rows(table.drop_columns([TIME, KNOWN]).take(order), time[order], known[order])

    def stream(self, snapshot: Snapshot) -> Iterator[Rows]:
        """The rows batch by batch, by chunk; ArtifactFault if one cannot be read. Altered ones go unseen."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        for chunk in snapshot.chunks:
            passed = 0
            try:
                with pq.ParquetFile(self._path(chunk.hash)) as file:
                    for batch in file.iter_batches(BATCH):
                        some = batch.slice(max(0, chunk.first - passed))
                        passed += len(batch)
                        if len(some):
                            yield _rows_of(pa.Table.from_batches([some]))
            except (OSError, pa.ArrowException) as error:
                raise ArtifactFault(
                    f"Chunk {chunk.hash} of a snapshot cannot be read: {error}.",
                    "Restore it from a backup, or choose another version.",
                ) from error

    def verify(self, snapshot: Snapshot) -> None:
        """ArtifactFault if a chunk is gone or altered."""
        for chunk in snapshot.chunks:
            self._read(chunk)

    def _cuts(self, kept: Kept, as_of: int) -> np.ndarray:
        return np.unique([*(cut for cut in self.cuts(kept) if cut < as_of), as_of])

    def _path(self, hash: str) -> Path:
        return self.folder / hash[:2] / f"{hash}.parquet"

    def _keep(self, table: Any) -> str:
        import pyarrow.parquet as pq

        hash = content_hash(table)
        path = self._path(hash)
        if not path.exists():
            buffer = io.BytesIO()
            pq.write_table(table, buffer, compression="zstd", compression_level=3, **packing(table))
            write_durably(path, buffer.getbuffer())
        return hash

    def _read(self, chunk: Chunk) -> Any:
        import pyarrow as pa
        import pyarrow.parquet as pq

        again = "Restore it from a backup, or choose another version."
        try:
            table = pq.read_table(io.BytesIO(self._path(chunk.hash).read_bytes()))
        except (OSError, pa.ArrowException) as error:
            raise ArtifactFault(
                f"Chunk {chunk.hash} of a snapshot cannot be read: {error}.", again
            ) from error
        if content_hash(table) != chunk.hash:
            raise ArtifactFault(f"Chunk {chunk.hash} of a snapshot was altered since it was saved.", again)
        return table


def _rows_of(table: Any) -> Rows:
    time, known = (_moments(table.column(name)) for name in (TIME, KNOWN))
    return Rows(table.drop_columns([TIME, KNOWN]), time, known)


def _moments(column: Any) -> np.ndarray:
    """By its buffers: Arrow's own way to NumPy imports pandas."""
    return np.concatenate([values(chunk, np.int64) for chunk in column.chunks])


def _chunk_of(rows: Rows, cuts: np.ndarray) -> np.ndarray:
    """(n,) the first cut at which each row was learnable: its time before it, its label known."""
    places: np.ndarray = np.searchsorted(cuts, np.maximum(rows.time + 1, rows.known), "left")
    return places


def _parts(rows: Rows, cuts: np.ndarray) -> Iterator[tuple[int, Rows]]:
    chunk = _chunk_of(rows, cuts)
    order = np.argsort(chunk, kind="stable")
    rows, ends = _taken(rows, order), np.searchsorted(chunk[order], np.arange(len(cuts)), "right").tolist()
    for cut, first, end in zip(cuts.tolist(), [0, *ends], ends, strict=False):
        if first < end:
            yield cut, rows.slice(first, end)


def _taken(rows: Rows, order: np.ndarray) -> Rows:
    """Rows in another order, without a copy where it is the same."""
    return rows if np.array_equal(order, np.arange(len(rows))) else rows.take(order)


def _table(part: Rows, columns: Sequence[str]) -> Any:
    import pyarrow as pa

    table = _plain(part.table.select(_of(part, columns)))
    return (
        table.append_column(TIME, pa.array(part.time))
        .append_column(KNOWN, pa.array(part.known))
        .combine_chunks()
    )


def _of(rows: Rows, columns: Sequence[str]) -> list[str]:
    """The model's columns among those that were read."""
    there = set(rows.table.column_names)
    return [name for name in columns if name in there]


def _plain(table: Any) -> Any:
    """Without metadata and dictionaries, which would give the same rows other bytes."""
    import pyarrow as pa

    fields = [
        pa.field(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
        for field in table.schema
    ]
    return table.replace_schema_metadata(None).cast(pa.schema(fields))


def content_hash(table: Any) -> str:
    """BLAKE2b (40 hex digits) of the Arrow IPC stream of a table's columns, each beside its validity.

    What stands where a value is missing differs between two tables of the same rows, so it is filled in
    first.
    """
    import pyarrow as pa

    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        whole = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        columns[f"{name}?"] = whole.is_valid()
        columns[f"{name}="] = _filled(whole)
    batch = pa.RecordBatch.from_pydict(columns)
    digest = hashlib.blake2b(digest_size=20)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    digest.update(sink.getvalue())
    return digest.hexdigest()


def _filled(column: Any) -> Any:
    import pyarrow as pa

    if not column.null_count:
        return column
    there = column.drop_null()
    return column.fill_null(there[0]) if len(there) else pa.nulls(len(column), column.type)


def _id(chunks: Sequence[Chunk]) -> str:
    listed = f"{FORMAT}\n" + "".join(f"{chunk.hash} {chunk.first}\n" for chunk in chunks)
    return hashlib.blake2b(listed.encode(), digest_size=20).hexdigest()
