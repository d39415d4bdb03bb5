"""Parquet: files that carry their own types, read by row group."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.domain.errors import SourceFault
from storage.rows.arrays import fixed, valid, values
from storage.rows.arrow_types import plain
from storage.rows.faults import AGAIN, WAIT, differing, readable_file, repeated, wanted_there
from storage.rows.listing import DataFile
from storage.rows.reader import Batch, Piece, Types

BATCH = 65_536
BUFFER = 65_536
"""Bytes of a column that are read at a time; else a row group of millions of rows was in memory whole."""
_UNITS = ("s", "ms", "us", "ns")


class Parquet:
    """A `reader.Reader`."""

    def fix(self, files: Sequence[DataFile]) -> dict[str, pa.DataType]:
        """The first file's columns; integers and floats as wide as the widest file's, all else the same."""
        first, own = files[0], self._own(files[0])
        types = dict(own)
        for file in files[1:]:
            own = self._own(file)
            if fault := differing(first.name, types, file.name, own):
                raise fault
            for name, kind in own.items():
                types[name] = _wider(types[name], kind, name, first, file)
        return {name: plain(kind) for name, kind in types.items()}

    def _own(self, file: DataFile) -> dict[str, pa.DataType]:
        with readable_file(file.name), _opened(file) as parquet:
            schema = parquet.schema_arrow
        if fault := repeated(file.name, schema.names):
            raise fault
        return {
            field.name: field.type if pa.types.is_null(field.type) else plain(field.type) for field in schema
        }

    def pieces(self, file: DataFile, time: str) -> list[Piece]:
        with _opened(file) as parquet:
            metadata, schema = parquet.metadata, parquet.schema_arrow
            column = next(
                (i for i in range(metadata.num_columns) if metadata.schema.column(i).path == time), None
            )
            kind = (
                plain(schema.field(time).type)
                if column is not None and schema.names.count(time) == 1
                else None
            )
            groups = (metadata.row_group(i) for i in range(metadata.num_row_groups))
            return [_piece(group, column, kind) for group in groups]

    def batches(self, file: DataFile, pieces: Sequence[int], types: Types) -> Iterator[Batch]:
        with _opened(file) as parquet:
            schema = parquet.schema_arrow
            if fault := repeated(file.name, (name for name in schema.names if name in types)):
                raise fault
            wanted_there(file.name, types, schema.names)
            for name, kind in types.items():
                _castable(schema.field(name).type, kind, name, file)
            for piece in pieces:
                yield from self._group(parquet, file, piece, types)

    def _group(self, parquet: pq.ParquetFile, file: DataFile, piece: int, types: Types) -> Iterator[Batch]:
        start = 0
        try:
            if parquet.metadata.row_group(piece).num_rows <= BATCH:
                yield _at_once(parquet, piece, types)
                return
            for batch in parquet.iter_batches(BATCH, row_groups=[piece], columns=list(types)):
                columns = {name: _unpacked(batch.column(name)) for name in types}
                yield Batch(piece, columns, batch.num_rows, _Place(piece, start))
                start += batch.num_rows
                del batch, columns  # here and wherever it passes: let go before the next one is read
        except (pa.ArrowException, OSError) as error:
            raise _broken(file, error) from error

    def fit(self, array: pa.Array, kind: pa.DataType) -> pa.Array | None:
        if array.type == kind:
            return array
        try:
            cast = pc.cast(array, kind)
            if pa.types.is_floating(array.type) and kind != pa.float64():
                return cast if _equal(array, pc.cast(cast, array.type, safe=False)) else None
        except pa.ArrowInvalid:
            return None
        return cast


def _at_once(parquet: pq.ParquetFile, piece: int, types: Types) -> Batch:
    """A row group, column by column: what decoding takes is then one column's, not that of all."""
    rows, columns = parquet.metadata.row_group(piece).num_rows, {}
    for name in types:
        column = parquet.read_row_group(piece, [name], use_threads=False).column(0)
        columns[name] = _unpacked(column.chunk(0) if column.num_chunks == 1 else column.combine_chunks())
    return Batch(piece, columns, rows, _Place(piece, 0))


class _Place:
    def __init__(self, piece: int, start: int):
        self._piece, self._start = piece, start

    def __call__(self, row: int) -> str:
        return f"Row {self._start + row + 1} of row group {self._piece}"


def _opened(file: DataFile) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file.path, buffer_size=BUFFER, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise _broken(file, error) from error


def _broken(file: DataFile, error: Exception) -> SourceFault:
    return SourceFault(
        f"It is no whole Parquet file: {str(error).splitlines()[0].rstrip('.')}.",
        WAIT,
        file=file.name,
    )


def _piece(group: Any, column: int | None, kind: pa.DataType | None) -> Piece:
    """A row group, with its oldest and newest time where its statistics tell them exactly."""
    statistics: Any = group.column(column).statistics if column is not None else None
    if kind is None or statistics is None or not (statistics.has_min_max and statistics.has_null_count):
        return Piece(group.num_rows)
    ordered = pa.types.is_timestamp(kind) or pa.types.is_date32(kind) or pa.types.is_signed_integer(kind)
    if not ordered or statistics.physical_type not in ("INT32", "INT64"):
        return Piece(group.num_rows)
    ends = np.array([statistics.min_raw, statistics.max_raw], f"int{kind.bit_width}")
    return Piece(group.num_rows, fixed(kind, ends), statistics.null_count)


def _unpacked(array: pa.Array) -> pa.Array:
    kind = plain(array.type)
    return array if array.type == kind else pc.cast(array, kind)


def _wider(one: pa.DataType, other: pa.DataType, name: str, first: DataFile, file: DataFile) -> pa.DataType:
    """The wider of two types of a kind. SourceFault names both files."""
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    for same in (pa.types.is_signed_integer, pa.types.is_unsigned_integer, pa.types.is_floating):
        if same(one) and same(other):
            return max(one, other, key=lambda kind: kind.bit_width)
    if pa.types.is_timestamp(one) and pa.types.is_timestamp(other) and one.tz == other.tz:
        return max(one, other, key=lambda kind: _UNITS.index(kind.unit))
    raise SourceFault(
        f"It is {other} in this file, and {one} in {first.name}.",
        "Give it one type in all files.",
        file=file.name,
        key=name,
    )


def _castable(own: pa.DataType, kind: pa.DataType, name: str, file: DataFile) -> None:
    """SourceFault unless values of a file's own type may equal values of the fixed type."""
    own = own if pa.types.is_null(own) else plain(own)
    if own == kind or pa.types.is_null(own) or (_number(own) and _number(kind)):
        return
    if pa.types.is_timestamp(own) and pa.types.is_timestamp(kind) and (own.tz is None) == (kind.tz is None):
        return
    raise SourceFault(f"It is {own} in this file, and was {kind}.", AGAIN, file=file.name, key=name)


def _number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _equal(one: pa.Array, other: pa.Array) -> bool:
    width = {16: np.float16, 32: np.float32, 64: np.float64}[one.type.bit_width]
    there = valid(one)
    return np.array_equal(values(one, width)[there], values(other, width)[there], equal_nan=True)
