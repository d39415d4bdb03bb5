"""Stream: the rows of a read in batches, of every kind of source."""

import sqlite3

import pyarrow as pa
import pytest

from core.domain.rows import together
from core.domain.sources import Source
from tests.storage.rows.conftest import Place

N = 500
ROWS = [
    {"id": i, "t": f"2026-01-{1 + i // 24:02}T{i % 24:02}:00:00", "x": float(i), "y": i / 2} for i in range(N)
]


def same(source: Source, columns: list[str]) -> bool:
    """By time, since a stream comes in the source's order."""
    ends = (1_767_312_000_000_000, 1_768_000_000_000_000)
    whole, parts = source.read(*ends, columns), list(source.stream(*ends, columns))
    streamed = together(parts)
    assert len(whole) > 100
    in_time = streamed.take(streamed.time.argsort(kind="stable"))
    return (
        in_time.table.to_pylist() == whole.table.to_pylist()
        and in_time.time.tolist() == whole.time.tolist()
        and in_time.known.tolist() == whole.known.tolist()
    )


@pytest.mark.parametrize("name", ["rows.parquet", "rows.csv", "rows.jsonl"])
def test_files_stream_what_they_read(name: str, here: Place) -> None:
    if name.endswith("parquet"):
        columns = {key: [row[key] for row in ROWS] for key in ROWS[0]}
        here.parquet(name, columns, row_group_size=70)
    elif name.endswith("csv"):
        lines = [",".join(map(str, row.values())) for row in reversed(ROWS)]
        here.write(name, "id,t,x,y\n" + "\n".join(lines))
    else:
        here.lines(name, ROWS)
    assert same(here.source(name), ["x", "y"])


def test_late_labels_stream_what_they_read(here: Place) -> None:
    here.lines("rows.jsonl", [{**row, "y": None} for row in ROWS])
    labels = [{"id": row["id"], "told": "2026-01-25T00:00:00", "y": row["y"]} for row in ROWS[::2]]
    here.lines("labels.jsonl", labels)
    source = here.source("rows.jsonl", id="id", label_time="told", options={"labels": "labels.jsonl"})
    assert same(source.as_known(2**62), ["x", "y"])


def test_a_database_streams_what_it_reads(here: Place) -> None:
    with sqlite3.connect(here.folder / "rows.db") as database:
        database.execute("create table r (id integer, t text, x real, y real)")
        database.executemany("insert into r values (:id, :t, :x, :y)", ROWS)
    options = {"url": f"sqlite:///{here.folder / 'rows.db'}", "query": "select * from r"}
    assert same(here.source("", options=options), ["x", "y"])


def test_batches_are_bounded(here: Place) -> None:
    here.parquet("rows.parquet", {"t": pa.array(range(200_000), pa.timestamp("s")), "y": [0.0] * 200_000})
    sizes = [len(part) for part in here.source("rows.parquet").stream(None, None, ["y"])]
    assert sum(sizes) == 200_000
    assert max(sizes) <= 65_536
