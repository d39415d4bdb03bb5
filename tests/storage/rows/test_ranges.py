"""Rows by time range: in time order, what cannot hold a row passed over, and what tells a change."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from core.domain.clock import micros
from core.domain.sources import Schema

SCHEMA = Schema({"t": "timestamp[us]", "y": "int64"})


def ticks(*us):
    return pa.array(us, pa.timestamp("us"))


@pytest.fixture
def folder(here):
    """Three files of two row groups each, one after the other."""
    for k, name in enumerate("abc"):
        here.parquet(
            f"data/{name}.parquet",
            {"t": ticks(*range(40 * k, 40 * k + 40, 10)), "y": range(4)},
            row_group_size=2,
        )
    return here


def test_ranges_are_half_open(folder):
    source = folder.source("data", SCHEMA)
    assert source.read(20, 60).time.tolist() == [20, 30, 40, 50]
    assert source.read(20, 20).time.tolist() == []
    assert source.read(None, 1).time.tolist() == [0]
    assert source.read(110, None).time.tolist() == [110]
    assert source.read(1_000, None).table.schema == source.read(None, None).table.schema


def damage(file, start):
    """Make the pages of a Parquet file unreadable, its footer left whole and its stamp kept."""
    status = file.stat()
    data = bytearray(file.read_bytes())
    data[start : start + 30] = b"\xff" * 30
    file.write_bytes(data)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_row_groups_and_files_out_of_the_range_are_not_read(folder):
    damage(folder.folder / "data/a.parquet", 4)
    source = folder.source("data", SCHEMA)
    with pytest.raises(Exception, match=r"data/a\.parquet"):
        source.read(None, None)
    assert source.read(20, None).time.tolist() == [20, 30, *range(40, 120, 10)]
    assert source.read(45, 75).time.tolist() == [50, 60, 70]
    (folder.folder / "data/a.parquet").write_bytes(b"no Parquet at all")
    with pytest.raises(Exception, match=r"data/a\.parquet"):
        folder.source("data", SCHEMA).read(45, 75)


def test_newest_is_told_by_statistics_and_read_where_they_do_not_tell(folder):
    for file in folder.folder.glob("data/*.parquet"):
        damage(file, 4)  # of the first row group
    source = folder.source("data", SCHEMA)
    assert source.newest(1_000) == 110
    assert source.newest(75) == 70
    assert source.newest(-1) is None


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.parquet", "rows.csv.gz", "rows.ndjson.gz"])
def test_newest_is_the_last_that_is_not_after_a_moment(here, name):
    days = ["2026-01-03", "2026-01-01", "soon", "2026-01-02"]
    if "csv" in name:
        here.write(name, "t,y\n" + "".join(f"{day},1\n" for day in days))
    elif "parquet" in name:
        here.parquet(name, {"t": days, "y": [1] * 4})
    else:
        here.lines(name.removesuffix(".gz"), [{"t": day, "y": 1} for day in days])
        if name.endswith(".gz"):
            here.write(name, (here.folder / name.removesuffix(".gz")).read_bytes())
    at = {day: micros(datetime.fromisoformat(day).replace(tzinfo=UTC)) for day in days if day != "soon"}
    schema = here.survey(name).schema
    from storage.rows import extents

    for fresh in (True, False):
        for not_after, expected in [
            (at["2026-01-03"], "2026-01-03"),
            (at["2026-01-03"] - 1, "2026-01-02"),
            (at["2026-01-01"], "2026-01-01"),
            (2**62, "2026-01-03"),
        ]:
            if fresh:
                extents._remembered.clear()
            assert here.source(name, schema).newest(not_after) == at[expected]
        assert here.source(name, schema).newest(at["2026-01-01"] - 1) is None
    assert len(here.source(name, schema).read(at["2026-01-02"], None)) == 2


def test_ties_in_time_keep_the_order_of_files_and_lines(here):
    here.write("data/b.csv", "t,y\n2026-01-02,3\n2026-01-01,4\n2026-01-02,5\n")
    here.write("data/a.csv", "t,y\n2026-01-02,1\n2026-01-02,2\n")
    assert [row["y"] for row in here.rows("data")] == [4, 1, 2, 3, 5]


def test_a_glob_takes_what_it_matches(here):
    for name in ("a.csv", "b.csv", "sub/c.csv", "note.txt"):
        here.write(f"data/{name}", f"t,y,f\n2026-01-01,1,{name}\n")
    assert [row["f"] for row in here.rows("data/*.csv")] == ["a.csv", "b.csv"]
    assert [row["f"] for row in here.rows("data/**/*.csv")] == ["a.csv", "b.csv", "sub/c.csv"]
    assert [row["f"] for row in here.rows("data/[b]*.csv")] == ["b.csv"]


def test_a_folder_takes_its_data_files_but_no_hidden_or_passing_ones(here):
    for name in ("b.csv", "a.csv", ".c.csv", "~d.csv", "e.csv.tmp", "f.csv.part", "sub/g.csv", "README.md"):
        here.write(f"data/{name}", f"t,y,f\n2026-01-01,1,{name}\n")
    assert [row["f"] for row in here.rows("data")] == ["a.csv", "b.csv"]


def test_a_stamp_tells_every_change_and_names_files_as_the_model_does(here):
    file = here.write("data/a.csv", "t,y\n2026-01-01,1\n")
    source = here.source("data")
    before = source.stamp()
    status = file.stat()
    assert before == {"data/a.csv": [status.st_size, status.st_mtime_ns, status.st_ctime_ns]}
    assert here.source(str(here.folder / "data")).stamp() == {str(file): before["data/a.csv"]}
    here.write("data/b.csv", "t,y\n")
    assert set(source.stamp()) == {"data/a.csv", "data/b.csv"}
    here.write("data/a.csv", "t,y\n2026-01-01,1\n2026-01-02,1\n")
    assert source.stamp()["data/a.csv"] != before["data/a.csv"]


def test_a_stamp_tells_a_change_that_leaves_size_and_time_of_change_as_they_were(here):
    file = here.write("data/a.csv", "t,y\n2026-01-01,1\n")
    source, status = here.source("data"), file.stat()
    before = source.stamp()
    here.write("data/a.csv", "t,y\n2026-01-01,2\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert source.stamp() != before


def test_rows_appended_to_a_file_that_was_looked_at_are_found(here):
    here.write("rows.csv", "t,y\n2026-01-01,1\n")
    source = here.source("rows.csv")
    assert len(source.read(0, None)) == 1
    with (here.folder / "rows.csv").open("a") as file:
        file.write("2026-01-02,2\n")
    assert source.read(0, None).table.column("y").to_pylist() == [1, 2]


def test_a_column_whose_name_has_dots_is_one_column(here):
    here.parquet("rows.parquet", {"t.x": ticks(1, 2), "t": ["a", "b"], "y": [1, 2], "y.z": [3, 4]})
    rows = here.source("rows.parquet", time="t.x").read(2, None, ["t", "y.z"])
    assert rows.table.to_pydict() == {"t": ["b"], "y.z": [4]}


def test_a_model_reads_its_parts_first_and_then_its_features(here):
    here.write("rows.csv", "x,t,i,y,z\n1,2026-01-01,2,3,4\n")
    assert list(here.rows("rows.csv", id="i")[0]) == ["y", "t", "i", "x", "z"]
    assert list(here.rows("rows.csv", features=("z",))[0]) == ["y", "t", "z"]
    assert list(here.rows("rows.csv", exclude=("z", "i"))[0]) == ["y", "t", "x"]


def test_three_hundred_small_files_are_passed_over_without_being_opened(here):
    for k in range(300):
        here.parquet(f"data/{k:03}.parquet", {"t": ticks(k), "y": [k]})
    source = here.source("data", SCHEMA)
    assert source.newest(1_000) == 299
    for file in here.folder.glob("data/*.parquet"):
        if file.name != "123.parquet":
            status = file.stat()
            file.write_bytes(b"x" * status.st_size)
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert source.read(123, 124).table.column("y").to_pylist() == [123]


def test_reading_rows_imports_neither_pandas_nor_scikit_learn(here):
    here.write("rows.csv", "t,y,x\n2026-01-02,1,a\n2026-01-01,2,\n1,3,b\n")
    here.lines("rows.jsonl", [{"t": "2026-01-02", "y": 1, "x": "a"}, {"t": "2026-01-01", "y": 2.5}])
    here.parquet("rows.parquet", {"t": np.array([1, 0], "M8[us]"), "y": [1, 2], "x": ["a", None]})
    code = """
import sys
from core.domain.models import Model
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from storage.rows import open_source
for name in ("csv", "jsonl", "parquet"):
    options = {"time_unit": "s"} if name == "csv" else {}
    model = Model("m", "regression" if name == "jsonl" else "binary", "y", "t", Span(1, "days"),
                  SourceSpec(f"rows.{name}", **options), sys.argv[1], zone="Europe/Paris")
    survey = open_source(model).survey()
    source = open_source(model, survey.schema)
    assert len(source.read(survey.first, survey.last + 1)) >= 2
    assert source.newest(survey.last) == survey.last
print([name for name in ("pandas", "sklearn") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(here.folder)], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_a_survey_counts_every_file_though_the_memory_for_extents_is_short(here, monkeypatch):
    monkeypatch.setattr("storage.rows.extents._MOST", 2)
    for k in range(7):
        here.write(f"data/{k}.csv", f"t,y\n2026-01-0{k + 1},1\n")
    assert here.survey("data").rows == 7
