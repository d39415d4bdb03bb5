"""Snapshots: the rows that versions learnt, in chunks kept once under their content's hash.

Chunk i holds the rows that were learnable at the i-th cut and at none before, in time order, with their time
and moment of knowing as columns of microseconds. A chunk is <2 digits>/<hash>.parquet, its hash that of the
rows (not of the file, which a newer pyarrow would write differently), and a snapshot is a list of chunks with
the offset from which each counts. Formats 1 and 2 differ in the hash (`contents`). To change it again: count
FORMAT up (it is hashed into every id), and let what reads choose by the snapshot's number; old chunks stay as
they are.
"""

import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.domain.errors import ArtifactFault
from core.domain.learning import Chunk, Snapshot, SourceState
from core.domain.models import Kept
from core.domain.rows import Rows
from storage.contents import hash_of
from storage.files import begin, make_private, settle
from storage.packing import packing
from storage.rows.arrays import values
from storage.unchanged import reading_of, unchanged

FORMAT = 2
TIME, KNOWN = "__time__", "__known__"
AGAIN = "Restore it from a backup, or choose another version."
BATCH = 65_536
"""Rows that a stream gives at a time."""


@dataclass(frozen=True)
class ChunkFiles:
    """The chunks of a home in `folder`.

    `cuts`: the as ofs (microseconds) of a model's earlier snapshots; `last`: the newest of them.
    """

    folder: Path
    cuts: Callable[[Kept], Sequence[int]]
    last: Callable[[Kept], Snapshot | None] = lambda _: None

    def freeze(
        self,
        kept: Kept,
        learnable: Rows,
        as_of: int,
        start: int | None,
        files: Mapping[str, Sequence[int]] | None = None,
    ) -> Snapshot:
        """Keep the learnable rows (time >= `start`) as of a moment.

        `learnable`: all rows that may be learnt, those before `start` too, so that chunks stay what they
        were; writes only those that are not kept yet. `files`: the stamp of the files that they were read
        from, by which chunks that cannot have changed are not hashed again.
        """
        cuts = self._cuts(kept, as_of)
        state = None if files is None else SourceState(files, reading_of(kept), len(learnable), len(cuts))
        chunks, rest = self._old(kept, learnable, as_of, start, state)
        known = {chunk.hash: chunk.bytes for chunk in last.chunks} if (last := self.last(kept)) else {}
        for cut, part in _parts(rest, cuts):
            first = 0 if start is None else int(np.searchsorted(part.time, start, "left"))
            if first < len(part):
                hash, bytes_ = self._keep(_table(part, kept.columns), known, new=cut == as_of)
                chunks.append(Chunk(hash, cut, len(part), first, bytes_))
        rows = sum(chunk.rows - chunk.first for chunk in chunks)
        return Snapshot(snapshot_id(chunks), as_of, rows, tuple(chunks), FORMAT, state)

    def _old(
        self, kept: Kept, learnable: Rows, as_of: int, start: int | None, state: SourceState | None
    ) -> tuple[list[Chunk], Rows]:
        """The last snapshot's chunks, if they are sure to be as they were, and the rows that came since."""
        last = self.last(kept) if state is not None and start is None else None
        if last is None or state is None:
            return [], learnable
        if not unchanged(last, state, as_of, self._cuts(kept, last.as_of), FORMAT):
            return [], learnable
        since = _since(learnable, last.as_of)
        there = all(self._path(chunk.hash).exists() for chunk in last.chunks)
        return (
            (list(last.chunks), since)
            if len(learnable) - len(since) == last.rows and there
            else ([], learnable)
        )

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
        """The rows again, by time, ties by chunk; ArtifactFault if a chunk or their list is altered."""
        import pyarrow as pa

        if not 1 <= snapshot.format <= FORMAT:
            raise ArtifactFault(
                f"Snapshot {snapshot.id} has format {snapshot.format}, and 1 to {FORMAT} can be read here.",
                "Take the Evermodel that made it, or a newer one.",
            )
        if not snapshot.chunks:
            raise ArtifactFault(f"Snapshot {snapshot.id} has no rows.", "Choose another version.")
        if snapshot_id(snapshot.chunks, snapshot.format) != snapshot.id:
            raise ArtifactFault(
                f"The list of chunks of snapshot {snapshot.id} was altered since it was saved.", AGAIN
            )
        table = pa.concat_tables(
            [self._read(chunk, snapshot.format).slice(chunk.first) for chunk in snapshot.chunks]
        )
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
                raise _unreadable(chunk, error) from error

    def verify(self, snapshot: Snapshot) -> None:
        """ArtifactFault if a chunk is gone or altered, be it in a byte that no row needs."""
        for chunk in snapshot.chunks:
            if not chunk.bytes:
                self._read(chunk, snapshot.format)
            elif _bytes_hash(self._content(chunk)) != chunk.bytes:
                raise _altered(chunk)

    def _cuts(self, kept: Kept, as_of: int) -> np.ndarray:
        return np.unique([*(cut for cut in self.cuts(kept) if cut < as_of), as_of])

    def _path(self, hash: str) -> Path:
        return self.folder / hash[:2] / f"{hash}.parquet"

    def _keep(self, table: Any, known: Mapping[str, str], *, new: bool) -> tuple[str, str]:
        """Hashes of its content and of its file. `known`: the second by the first, of the last snapshot.

        `new`: no earlier cut held these rows, so they will have to be written, and are encoded meanwhile.
        """
        make_private(self.folder)
        part = self.folder / f".new.{os.getpid()}.part"
        try:
            with ThreadPoolExecutor(1) as beside:
                encoding = beside.submit(_encode, table, part) if new else None
                hash = hash_of(table, FORMAT)
                path = self._path(hash)
                if path.exists():
                    return hash, known.get(hash) or _bytes_hash(path.read_bytes())
                encoding.result() if encoding else _encode(table, part)
                with open(part, "rb") as file:
                    hashing = beside.submit(hashlib.file_digest, file, _blake2b)
                    settle(part, path)
                    return hash, hashing.result().hexdigest()
        finally:
            part.unlink(missing_ok=True)

    def _read(self, chunk: Chunk, format: int) -> Any:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(io.BytesIO(self._content(chunk)))
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(chunk, error) from error
        if hash_of(table, format) != chunk.hash:
            raise _altered(chunk)
        return table

    def _content(self, chunk: Chunk) -> bytes:
        try:
            return self._path(chunk.hash).read_bytes()
        except OSError as error:
            raise _unreadable(chunk, error) from error


def _unreadable(chunk: Chunk, error: Exception) -> ArtifactFault:
    why = (error.strerror if isinstance(error, OSError) else None) or error
    return ArtifactFault(f"Chunk {chunk.hash} of a snapshot cannot be read: {why}.", AGAIN)


def _altered(chunk: Chunk) -> ArtifactFault:
    return ArtifactFault(f"Chunk {chunk.hash} of a snapshot was altered since it was saved.", AGAIN)


def _rows_of(table: Any) -> Rows:
    time, known = (_moments(table.column(name)) for name in (TIME, KNOWN))
    return Rows(table.drop_columns([TIME, KNOWN]), time, known)


def _moments(column: Any) -> np.ndarray:
    """By its buffers: Arrow's own way to NumPy imports pandas."""
    return np.concatenate([values(chunk, np.int64) for chunk in column.chunks])


def _chunk_of(rows: Rows, cuts: np.ndarray) -> np.ndarray:
    """(n,) the first cut at which each row was learnable: its time before it, its label known."""
    places: np.ndarray = np.searchsorted(cuts, _learnable_from(rows), "left")
    return places


def _learnable_from(rows: Rows) -> np.ndarray:
    """(n,) the first as of at which each row may be learnt."""
    moments: np.ndarray = np.maximum(rows.time + 1, rows.known)
    return moments


def _since(rows: Rows, as_of: int) -> Rows:
    """The rows that were not learnable as of a moment yet, without a copy where they are the newest."""
    first = int(np.searchsorted(rows.time, as_of, "left"))
    late = np.flatnonzero(rows.known[:first] > as_of)
    return rows.slice(first, len(rows)) if not len(late) else rows.take(np.r_[late, first : len(rows)])


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
    return table.append_column(TIME, pa.array(part.time)).append_column(KNOWN, pa.array(part.known))


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


def _encode(table: Any, part: Path) -> None:
    """Its Parquet, into a file."""
    import pyarrow.parquet as pq

    begin(part)
    pq.write_table(table, part, compression="zstd", compression_level=3, **packing(table))


def _blake2b(content: bytes | memoryview = b"") -> "hashlib.blake2b":
    return hashlib.blake2b(content, digest_size=20)


def _bytes_hash(content: bytes | memoryview) -> str:
    return _blake2b(content).hexdigest()


def snapshot_id(chunks: Sequence[Chunk], format: int = FORMAT) -> str:
    """The name of a snapshot, by which its list of chunks is told from another."""
    listed = f"{format}\n" + "".join(f"{chunk.hash} {chunk.first}\n" for chunk in chunks)
    return hashlib.blake2b(listed.encode(), digest_size=20).hexdigest()
