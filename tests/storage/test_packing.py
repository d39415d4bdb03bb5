"""Chunks are packed so that many small ones are about as small as one file, and give the same values back."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from storage.packing import packing


def written(table: pa.Table, **options: object) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", compression_level=3, **options)
    return buffer.getvalue()


def rows(n: int, seed: int = 0) -> pa.Table:
    chance = np.random.default_rng(seed)
    at = np.sort(chance.integers(0, 10**12, n))
    columns = {"t": pa.array(at, pa.timestamp("us")), "few": chance.integers(0, 9, n).astype(float)}
    columns |= {f"x{k}": pa.array(chance.normal(size=n), mask=chance.random(n) < 0.01) for k in range(6)}
    columns |= {"word": chance.choice(["red", "green"], n), "yes": chance.random(n) < 0.5}
    return pa.table({**columns, "__time__": at, "__known__": at + 86_400_000_000})


def test_many_small_chunks_take_about_the_room_of_one_file() -> None:
    whole = rows(40_000)
    one = len(written(whole.drop_columns(["__time__", "__known__"])))
    parts = [whole.slice(start, 4_000) for start in range(0, 40_000, 4_000)]
    assert sum(len(written(part, **packing(part))) for part in parts) <= 1.08 * one
    assert sum(len(written(part)) for part in parts) > 1.12 * one  # as Arrow packs them by itself


def test_packed_rows_come_back_as_they_were() -> None:
    odd = {"none": pa.nulls(500, pa.string()), "same": pa.array([1] * 500), "parts": pa.array([[1]] * 500)}
    odd |= {"price": pa.array(range(500), pa.decimal128(9, 2)), "day": pa.array(range(500), pa.date32())}
    table = rows(500)
    for name, column in odd.items():
        table = table.append_column(name, column)
    for some in (table, table.slice(0, 1), table.slice(0, 0)):
        assert pq.read_table(io.BytesIO(written(some, **packing(some)))).equals(some)
