"""Files that change while they are read, and rows that are odd but right."""

import pytest

from core.domain.errors import BadInput
from core.domain.sources import Schema


def files_of_many_rows(here, name):
    days = [f"2026-01-{1 + k % 28:02}" for k in range(70_000)]
    if name.endswith("csv"):
        return here.write(name, "t,y\n" + "".join(f"{day},{k}\n" for k, day in enumerate(days)))
    if name.endswith("jsonl"):
        return here.lines(name, [{"t": day, "y": k} for k, day in enumerate(days)])
    return here.parquet(name, {"t": days, "y": range(len(days))}, row_group_size=10_000, compression="none")


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.parquet"])
def test_a_file_that_shrinks_or_vanishes_while_it_is_read_is_told(here, monkeypatch, name):
    monkeypatch.setattr("storage.rows.delimited.BLOCK", 1 << 14)
    schema = Schema({"t": "string", "y": "int64"})
    whole = files_of_many_rows(here, name)
    data = whole.read_bytes()
    end = data[: len(data) // 2].rindex(b"\n") + 1 if name != "rows.parquet" else len(data) // 2
    stream = here.source(name, schema).stream(None, None, ["y"])
    assert len(next(stream)) > 0
    with whole.open("r+b") as file:
        file.truncate(end)
    with pytest.raises(BadInput) as cut:
        list(stream)
    assert str(cut.value).startswith(f"{name}: It ")
    whole.write_bytes(data)
    stream = here.source(name, schema).stream(None, None, ["y"])
    assert len(next(stream)) > 0
    whole.unlink()
    with pytest.raises(BadInput) as gone:
        list(stream)
    assert str(gone.value) == f"{name}: There is no such file. Look at the path under [source]."


def test_a_file_that_grows_while_it_is_read_is_no_fault(here):
    whole = files_of_many_rows(here, "rows.jsonl")
    stream = here.source("rows.jsonl", Schema({"t": "string", "y": "int64"})).stream(None, None, ["y"])
    first = len(next(stream))
    with whole.open("a") as file:
        file.write('{"t": "2026-01-30", "y": 1}\n')
    assert first + sum(map(len, stream)) >= 70_000


def test_infinite_and_missing_numbers_are_kept_as_they_are(here):
    here.write("rows.csv", "t,y,x,z\n2026-01-01,1,inf,\n2026-01-02,2,-inf,\n2026-01-03,3,0.5,\n")
    assert [row["x"] for row in here.rows("rows.csv")] == [float("inf"), float("-inf"), 0.5]
    assert [row["z"] for row in here.rows("rows.csv")] == [None] * 3


def test_rows_out_of_order_come_in_time_order(here):
    here.write("rows.csv", "t,y\n2026-01-03,3\n2026-01-01,1\n2026-01-02,2\n")
    assert [row["y"] for row in here.rows("rows.csv")] == [1, 2, 3]
    assert [row["y"] for row in here.source("rows.csv").read(0, None).table.to_pylist()] == [1, 2, 3]


@pytest.mark.parametrize("path", ["rows.jsonl", "rows.csv"])
def test_long_ids_beside_missing_ones_are_never_floats(here, path):
    if path.endswith("csv"):
        here.write(path, f"t,y,i\n2026-01-01,1,{2**62 + 1}\n2026-01-02,2,\n")
    else:
        here.lines(path, [{"t": "2026-01-01", "y": 1, "i": 2**62 + 1}, {"t": "2026-01-02", "y": 2}])
    assert [row["i"] for row in here.rows(path)] == [2**62 + 1, None]
