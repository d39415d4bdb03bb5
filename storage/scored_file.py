"""Scored file: rows with what a version said of them, as CSV or Parquet by the file's suffix."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from core.domain.errors import BadInput

SUFFIXES = (".csv", ".parquet")


class Write(Protocol):
    """Takes the next rows; all of them have the columns of the first."""

    def __call__(self, rows: pa.RecordBatch) -> None: ...


def writable(path: Path) -> None:
    """BadInput unless a file of a known suffix can stand there."""
    if path.suffix.lower() not in SUFFIXES:
        raise BadInput(f"{path.name} is neither CSV nor Parquet.", "Name it .csv or .parquet.", key="--to")
    if path.is_dir() or not path.parent.is_dir():
        raise BadInput(f"{path} is no place for a file.", "Name one in a folder that is there.", key="--to")
    if not os.access(path.parent, os.W_OK):
        raise BadInput(f"{path.parent} cannot be written.", "Name another folder.", key="--to")


@contextmanager
def scored_file(path: Path) -> Iterator[Write]:
    """A file that is there whole at the end of the block, and is not touched if it raises."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    writer: pq.ParquetWriter | pc_csv.CSVWriter | None = None

    def write(rows: pa.RecordBatch) -> None:
        nonlocal writer
        writer = writer or _writer(part, path, rows.schema)
        writer.write_batch(rows)

    try:
        yield write
        if writer is not None:
            writer.close()
            part.replace(path)
    except BaseException:
        if writer is not None:
            with suppress(OSError, pa.ArrowException):
                writer.close()
        raise
    finally:
        part.unlink(missing_ok=True)


def _writer(part: Path, path: Path, schema: pa.Schema) -> pq.ParquetWriter | pc_csv.CSVWriter:
    if path.suffix.lower() == ".parquet":
        return pq.ParquetWriter(part, schema, compression="zstd")
    if nested := [field.name for field in schema if pa.types.is_nested(field.type)]:
        raise BadInput(
            f"Column {nested[0]} holds values with parts of their own, which a CSV cannot.",
            "Write a .parquet.",
            key="--to",
        )
    return pc_csv.CSVWriter(part, schema, write_options=pc_csv.WriteOptions(quoting_style="needed"))
