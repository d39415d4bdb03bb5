"""What bad files get: one error that names the file, the place, the column and what to do."""

import json
import os

import numpy as np
import pyarrow as pa
import pytest

from core.domain.errors import BadInput
from core.domain.sources import Schema
from storage.rows import open_source

HEAD = "t,y,x\n2026-01-01,1,a\n2026-01-02,2,b\n"
SCHEMA = Schema({"t": "string", "y": "int64", "x": "string"})


def told(do):
    """The words of the fault that `do` meets."""
    with pytest.raises(BadInput) as caught:
        do()
    return str(caught.value)


def test_a_path_that_names_nothing_is_told(here):
    assert "rows.csv: source.path: There is no such file or folder." in told(lambda: here.survey("rows.csv"))
    assert "*.csv: source.path: No file matches." in told(lambda: here.survey("*.csv"))
    here.write("data/notes.md", "x")
    here.write("data/.hidden.csv", HEAD)
    assert "data: source.path: The folder holds no CSV" in told(lambda: here.survey("data"))
    for look in (
        lambda: here.source("rows.csv", SCHEMA).read(None, None),
        here.source("rows.csv", SCHEMA).stamp,
    ):
        assert "There is no such file" in told(look)


def test_a_file_of_another_format_and_a_folder_of_several_are_told(here):
    here.write("data/a.csv", HEAD)
    here.write("data/b.jsonl", "{}")
    assert "data: source.path: It holds files of several formats: data/a.csv, data/b.jsonl." in told(
        lambda: here.survey("data")
    )
    here.write("a.xlsx", "x")
    assert "a.xlsx: It is of no format that can be read. Give CSV" in told(lambda: here.survey("a.xlsx"))


@pytest.mark.parametrize("address", ["s3://bucket/rows.parquet", "https://example.org/rows.csv"])
def test_an_address_is_not_read_yet(here, address):
    assert "only local files can be read yet" in told(lambda: open_source(here.model(address)))


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read every file"
)
def test_a_file_that_may_not_be_read_is_told(here):
    here.write("rows.csv", HEAD).chmod(0)
    assert "rows.csv: It may not be read." in told(lambda: here.survey("rows.csv"))


def test_a_source_without_its_schema_is_told(here):
    here.write("rows.csv", HEAD)
    for look in (lambda s: s.read(None, None), lambda s: s.newest(0)):
        assert "Its columns are not fixed yet. Apply the model's file first." in told(
            lambda look=look: look(open_source(here.model("rows.csv")))
        )


OPEN = "rows.csv: A cell in quotes that begins in line 4 is not closed"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD + "2026-01-03,3\n", "rows.csv: Line 4 has 2 columns, and the header has 3."),
        (HEAD + "2026-01-03,3,c,d\n", "rows.csv: Line 4 has 4 columns, and the header has 3."),
        (HEAD + '\n\n2026-01-03,3,"c\nd"\n2026-01-04,4\n', "rows.csv: Line 8 has 2 columns"),
        (HEAD + "2026-01-03,3", "rows.csv: Line 4 has 2 columns"),
        ("", "rows.csv: It is empty, without a header."),
        ("\n\n", "rows.csv: It is empty, without a header."),
        ("t,y,x,x\n", "rows.csv: x: Two columns have this name."),
        (HEAD + '2026-01-03,3,"c\n2026-01-04,4,d\n', OPEN),
        (HEAD + '2026-01-03,3,"c\n', OPEN),
        (HEAD + '2026-01-03,3,"c', OPEN),
        (HEAD + '2026-01-03,3,"c\n2026-01-04,4,d"e\n', OPEN),
        (
            HEAD.encode() + b"2026-01-03,3,caf\xe9\n",
            "Line 4 holds 0xe9 (byte 53 of the file), which is not utf-8.",
        ),
        (HEAD.encode() + b"2026-01-03,3,caf\xc3", "Line 4 ends in the middle of a character of utf-8."),
        (b"t,y,\xe9\n2026-01-03,3,c", "Line 1 holds 0xe9"),
    ],
)
@pytest.mark.parametrize("name", ["rows.csv", "rows.csv.gz"])
def test_a_bad_csv_file_is_told_by_its_line(here, name, text, problem):
    here.write(name, text)
    for look in (lambda: here.survey(name), lambda: here.source(name, SCHEMA).read(None, None)):
        assert problem.replace("rows.csv", name) in told(look)


def test_a_quote_left_open_is_told_where_only_other_columns_are_read(here):
    here.write("rows.csv", HEAD + '2026-01-03,3,"c\n2026-01-04,4,d\n')
    assert "not closed" in told(lambda: here.source("rows.csv", SCHEMA).read(None, None, ["y"]))
    assert "not closed" in told(lambda: here.source("rows.csv", SCHEMA).newest(2**60))


def test_a_cell_of_several_lines_and_an_empty_line_are_no_faults(here):
    here.write("rows.csv", HEAD + '\n2026-01-03,3,"c\r\nd ""e"""\n2026-01-04,4,5"\n\n')
    assert [row["x"] for row in here.rows("rows.csv")] == ["a", "b", 'c\r\nd "e"', '5"']


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"t": ', "Line 3 is no JSON"),
        ("[1, 2]", "Line 3 is no object."),
        ('{"t": "2026-01-03", "y": 1, "y": 2}', "Line 3: y comes twice."),
        ('{"t": "2026-01-03", "y": 1, "x": {"z": 1}}', "x: Line 3 holds a value that has parts of its own."),
        ('{"t": "2026-01-03", "y": 1, "x": ["z"]}', "x: Line 3 holds a value that has parts of its own."),
        ('{"t": "2026-01-03", "y": "1", "x": "c"}', "y: Line 3 holds '1', "),
        ('{"t": "2026-01-03", "y": true, "x": "c"}', "y: Line 3 holds True, "),
        ('{"t": "2026-01-03", "y": 1, "x": 3}', "x: Line 3 holds 3, "),
        ('{"t": "2026-01-03", "y": 9223372036854775808, "x": "c"}', "y: Line 3 holds a number longer"),
        ('{"t": "2026-01-03", "y": 1e400, "x": "c"}', "y: Line 3 holds a number larger"),
        ('{"t": "2026-01-03", "y": 1, "x": "\\ud800"}', "x: Line 3 holds half of a character"),
    ],
)
def test_a_bad_json_line_is_told_by_its_number(here, line, problem):
    good = [json.dumps({"t": f"2026-01-0{k}", "y": k, "x": "a"}) for k in (1, 2)]
    here.write("rows.jsonl", "\n".join([*good, line, good[0]]))
    look = here.source("rows.jsonl", SCHEMA).read
    for do in (lambda: look(None, None), lambda: here.survey("rows.jsonl")):
        assert f"rows.jsonl: {problem}" in told(do)


def test_whole_numbers_that_decimals_would_round_are_told_in_json(here):
    here.lines("rows.jsonl", [{"t": "2026-01-01", "y": 2**53 + 1}, {"t": "2026-01-02", "y": 0.5}])
    assert "y: Line 1 holds 9007199254740993, which would be rounded" in told(
        lambda: here.survey("rows.jsonl")
    )


def test_json_in_another_encoding_is_told_and_can_be_read(here):
    here.write("rows.jsonl", '{"t": "2026-01-01", "y": 1, "x": "é"}\n'.encode("latin-1"))
    assert "Line 1 holds 0xe9" in told(lambda: here.survey("rows.jsonl"))
    assert here.rows("rows.jsonl", options={"encoding": "latin-1"})[0]["x"] == "é"


def test_a_json_array_is_told_to_be_written_as_lines(here):
    here.write("rows.json", '[\n{"t": "2026-01-01", "y": 1}\n]')
    assert "rows.json: Line 1 is no JSON" in (words := told(lambda: here.survey("rows.json")))
    assert "Write one object a line." in words


def test_a_half_written_parquet_file_is_told(here):
    whole = here.parquet("rows.parquet", {"t": np.array([0], "M8[us]"), "y": [1]}).read_bytes()
    for damaged in (
        whole[:-20],
        b"",
        b"PAR1" + whole[4:-300] + whole[-8:],
        whole[:4] + b"\0" * 40 + whole[44:],
    ):
        here.write("rows.parquet", damaged)
        look = here.source("rows.parquet", Schema({"t": "timestamp[us]", "y": "int64"})).read
        assert "rows.parquet: It is no whole Parquet file" in told(lambda look=look: look(None, None))


def test_parquet_columns_of_one_name_are_told(here):
    import pyarrow.parquet as pq

    pq.write_table(
        pa.Table.from_arrays([pa.array([0]), pa.array([1]), pa.array([2])], ["t", "y", "y"]),
        here.folder / "rows.parquet",
    )
    assert "rows.parquet: y: Two columns have this name." in told(lambda: here.survey("rows.parquet"))


def test_a_nested_parquet_column_is_told_unless_it_is_left_out(here):
    here.parquet("rows.parquet", {"t": np.array([0], "M8[us]"), "y": [1], "x": [[1, 2]]})
    assert "rows.parquet: x: It holds list<" in told(lambda: here.survey("rows.parquet"))
    assert here.rows("rows.parquet", exclude=("x",))[0]["y"] == 1


@pytest.mark.parametrize("write", ["csv", "jsonl", "parquet"])
def test_files_whose_columns_differ_name_both_files_and_the_columns(here, write):
    one, other = {"t": "2026-01-01", "y": 1, "x": 2}, {"t": "2026-01-01", "y": 1, "z": 2}
    for name, row in (("a", one), ("b", other)):
        file = f"data/{name}.{write}"
        if write == "csv":
            here.write(file, ",".join(row) + "\n" + ",".join(map(str, row.values())))
        elif write == "jsonl":
            here.lines(file, [row])
        else:
            here.parquet(file, {key: [value] for key, value in row.items()})
    words = told(lambda: here.survey("data"))
    assert f"data/b.{write}: x: This column of data/a.{write} is not in this file." in words
    assert f"data/b.{write}: z: This column is not in data/a.{write}." in words


def test_a_column_that_is_not_there_is_told_with_the_nearest(here):
    here.write("rows.csv", "t,counts,x\n2026-01-01,1,2\n")
    source = here.source("rows.csv", target="count")
    assert "count: There is no such column. Did you mean counts?" in told(lambda: source.read(None, None))
    other = here.source("rows.csv", target="counts")
    assert "zzz: There is no such column. The columns are: t, counts, x." in told(
        lambda: other.read(None, None, ["zzz"])
    )


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.parquet"])
def test_a_later_file_without_a_needed_column_is_told_and_a_new_column_is_not_looked_at(here, name):
    rows = {"t": ["2026-01-01"], "y": [1], "new": ["n"]}
    if name.endswith("csv"):
        here.write(name, "t,y,new\n2026-01-01,1,n\n")
    elif name.endswith("jsonl"):
        here.lines(name, [{key: cells[0] for key, cells in rows.items()}])
    else:
        here.parquet(name, rows)
    assert f"{name}: x: There is no such column." in told(lambda: here.source(name, SCHEMA).read(None, None))
    assert here.source(name, Schema({"t": "string", "y": "int64"})).read(None, None).table.to_pylist() == [
        {"y": 1, "t": "2026-01-01"}
    ]


def test_a_later_csv_cell_that_does_not_fit_is_told_by_line_column_and_value(here):
    here.write("rows.csv", 'z,t,y,x\n"a\nb",2026-01-01,1,a\n\nz,2026-01-02,2.5,a\nz,2026-01-03,bad,a\n')
    source = here.source("rows.csv", SCHEMA)
    assert "rows.csv: y: Line 5 holds '2.5', which is no int64." in told(lambda: source.read(None, None))
    late = 1_767_398_400_000_000  # 2026-01-03
    assert "rows.csv: y: Line 6 holds 'bad', which is no int64." in told(lambda: source.read(late, None))
    assert len(source.read(None, late - 2 * 86_400_000_000 + 1)) == 1


@pytest.mark.parametrize(
    ("later", "fixed", "value"),
    [
        (pa.array([1.0, 2.5]), "int64", "2.5"),
        (pa.array([1, 2**40]), "int32", str(2**40)),
        (pa.array([1, 2**53 + 1]), "double", str(2**53 + 1)),
        (pa.array([0.5, 0.1]), "float", "0.1"),
        (pa.array([1, 2**63], pa.uint64()), "int64", str(2**63)),
    ],
)
def test_a_later_parquet_value_that_does_not_fit_is_told_by_row_group_column_and_value(
    here, later, fixed, value
):
    here.parquet(
        "rows.parquet",
        {
            "t": np.array([0, 1, 2, 3], "M8[us]"),
            "y": [1] * 4,
            "x": pa.concat_arrays([later[:1], later[:1], later]),
        },
        row_group_size=2,
    )
    schema = Schema({"t": "timestamp[us]", "y": "int64", "x": fixed})
    words = told(lambda: here.source("rows.parquet", schema).read(None, None))
    assert f"rows.parquet: x: Row 2 of row group 1 holds {value}, which is no {fixed}." in words


def test_a_later_parquet_file_may_hold_the_same_values_in_another_type(here):
    here.parquet(
        "rows.parquet",
        {
            "t": np.array([0, 1], "M8[ms]"),
            "y": pa.array([1.0, None]),
            "x": pa.array([0.5, 2.0], pa.float32()),
        },
    )
    schema = Schema({"t": "timestamp[us]", "y": "int64", "x": "double"})
    assert here.source("rows.parquet", schema).read(None, None).table.column("y").to_pylist() == [1, None]


@pytest.mark.parametrize("later", [pa.array(["1"]), pa.array([True]), pa.array([0], pa.timestamp("us"))])
def test_a_later_parquet_column_of_another_kind_is_told(here, later):
    here.parquet("rows.parquet", {"t": np.array([0], "M8[us]"), "y": later})
    schema = Schema({"t": "timestamp[us]", "y": "int64"})
    assert f"rows.parquet: y: It is {later.type} in this file, and was int64." in told(
        lambda: here.source("rows.parquet", schema).read(None, None)
    )


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"encoding": "utf-9"}, "source.encoding"),
        ({"delimiter": "::"}, "source.delimiter"),
        ({"decimal": ",", "delimiter": ","}, "source.decimal"),
        ({"time_unit": "hours"}, "source.time_unit"),
    ],
)
def test_an_option_that_means_nothing_is_told(here, options, key):
    here.write("rows.csv", HEAD)
    assert told(lambda: here.survey("rows.csv", options=options)).startswith(f"{key}: ")


def test_a_broken_gzip_file_is_told(here):
    whole = here.write("rows.csv.gz", HEAD * 50).read_bytes()
    here.write("rows.csv", whole[:-12]).rename(here.folder / "rows.csv.gz")
    assert "rows.csv.gz: It is no whole gzip file." in told(lambda: here.survey("rows.csv.gz"))


def test_cells_of_several_lines_are_whole_across_the_blocks_that_are_read(here, monkeypatch):
    monkeypatch.setattr("storage.rows.delimited.BLOCK", 1 << 10)
    cells = [f"{k}\n" * (k % 7 + 1) for k in range(500)]
    here.write("rows.csv", "t,y,x\n" + "".join(f'2026-01-01,1,"{cell}"\n' for cell in cells))
    assert [row["x"] for row in here.rows("rows.csv")] == cells
