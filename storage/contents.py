"""Contents: the hash of a table's rows, by which a chunk is named and held against what was saved.

Format 2: of each column its name and type, the places of missing values, and its values one after the other
(texts: their lengths, then their bytes); what stands where a value is missing counts as zero. It is the same
however a table is cut into Arrow's pieces, and none is copied to make it. Format 1: the Arrow IPC stream of
the columns, each beside its validity.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

SIZE = 20
"""Bytes of a hash, BLAKE2b: 40 hex digits."""


def hash_of(table: Any, format: int) -> str:
    """40 hex digits. `format`: of the snapshot that names the chunk."""
    return _FORMATS[format](table)


def _second(table: Any) -> str:
    whole = hashlib.blake2b(digest_size=SIZE)
    for name, column in zip(table.column_names, table.columns, strict=True):
        for part in (name.encode(), str(column.type).encode(), *_column(column)):
            whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def _column(column: Any) -> Iterator[bytes]:
    """The hashes of a column: of the places of its missing values, and of each of its buffers."""
    import pyarrow as pa

    if not (pa.types.is_primitive(column.type) or pa.types.is_decimal(column.type) or _is_text(column.type)):
        yield _ipc([("=", column)])
        return
    digests = [hashlib.blake2b(digest_size=SIZE) for _ in range(3)]
    passed = 0
    for piece in column.chunks:
        if piece.null_count:
            digests[0].update((np.flatnonzero(~_valid(piece)) + passed).astype(np.int64).data)
            piece = piece.fill_null(_zero(piece.type))
        for digest, content in zip(digests[1:], _buffers(piece), strict=False):
            digest.update(content)
        passed += len(piece)
    yield from (digest.digest() for digest in digests)


def _buffers(piece: Any) -> Iterator[Any]:
    """Of a piece without missing values: its values; of texts their lengths, then their bytes."""
    import pyarrow as pa

    first, count = piece.offset, len(piece)
    if pa.types.is_boolean(piece.type):
        yield _bits(piece.buffers()[1], first, count)
    elif _is_text(piece.type):
        wide = pa.types.is_large_string(piece.type) or pa.types.is_large_binary(piece.type)
        offsets = np.frombuffer(piece.buffers()[1] or b"", np.int64 if wide else np.int32)
        ends = offsets[first : first + count + 1]
        yield np.diff(ends).astype(np.int64)
        yield memoryview(piece.buffers()[2] or b"")[ends[0] : ends[-1]] if count else b""
    else:
        width = piece.type.bit_width // 8
        yield memoryview(piece.buffers()[1] or b"")[first * width : (first + count) * width]


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _zero(kind: Any) -> Any:
    import pyarrow as pa

    if _is_text(kind):
        return pa.scalar("", pa.string()).cast(kind)
    nothing = np.zeros(max(1, kind.bit_width // 8), np.uint8)
    return pa.Array.from_buffers(kind, 1, [None, pa.py_buffer(nothing)])[0]


def _valid(piece: Any) -> np.ndarray:
    return _bits(piece.buffers()[0], piece.offset, len(piece)).astype(bool)


def _bits(buffer: Any, first: int, count: int) -> np.ndarray:
    bits = np.unpackbits(np.frombuffer(buffer or b"", np.uint8), bitorder="little")
    return bits[first : first + count]


def _first(table: Any) -> str:
    parts = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        parts += [(f"{name}?", column.is_valid()), (f"{name}=", column)]
    return _ipc(parts).hex()


def _ipc(columns: list[tuple[str, Any]]) -> bytes:
    import pyarrow as pa

    batch = pa.RecordBatch.from_pydict({name: _filled(column) for name, column in columns})
    digest = _Digest()
    with pa.ipc.new_stream(pa.PythonFile(digest, mode="w"), batch.schema) as stream:
        stream.write_batch(batch)
    return digest.hash.digest()


def _filled(column: Any) -> Any:
    import pyarrow as pa

    whole = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if not whole.null_count:
        return whole
    there = whole.drop_null()
    return whole.fill_null(there[0]) if len(there) else pa.nulls(len(whole), whole.type)


class _Digest:
    """A file for Arrow to write to, of which only the hash is kept."""

    closed = False

    def __init__(self) -> None:
        self.hash = hashlib.blake2b(digest_size=SIZE)

    def write(self, content: bytes) -> int:
        self.hash.update(content)
        return len(content)

    def flush(self) -> None: ...

    def close(self) -> None: ...


_FORMATS: dict[int, Callable[[Any], str]] = {1: _first, 2: _second}
