"""The schema that a survey fixes: exact names, and types that fit every file."""

import datetime

import numpy as np
import pyarrow as pa
import pytest

from core.domain.errors import SourceFault


def kind_of(here, *cells, **changes):
    """The type that a CSV column of these cells is given, and its values as read."""
    here.write("rows.csv", "t;y;x\n" + "".join(f"2026-01-01;1;{cell}\n" for cell in cells))
    schema = here.survey("rows.csv", **changes).schema
    return schema.columns["x"], [row["x"] for row in here.rows("rows.csv", **changes)]


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["1", "-2"], "int64", [1, -2]),
        (["1", ""], "int64", [1, None]),
        (["1", "0.5"], "double", [1.0, 0.5]),
        (["0", "-0.0", "1e-3"], "double", [0.0, -0.0, 0.001]),
        (["true", "False"], "bool", [True, False]),
        (["2026-01-02", ""], "date32[day]", [datetime.date(2026, 1, 2), None]),
        (
            ["2026-01-02", "2026-01-02 03:04"],
            "timestamp[us]",
            [datetime.datetime(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4)],
        ),
        (
            ["2026-01-02T03:04:05+01:00"],
            "timestamp[us, tz=UTC]",
            [datetime.datetime(2026, 1, 2, 2, 4, 5, tzinfo=datetime.UTC)],
        ),
        (["007", "8"], "string", ["007", "8"]),
        (["007.5"], "string", ["007.5"]),
        (["+351", "12"], "string", ["+351", "12"]),
        (["0x1F"], "string", ["0x1F"]),
        (["9223372036854775807"], "int64", [2**63 - 1]),
        (["9223372036854775808"], "string", ["9223372036854775808"]),
        (["9007199254740993", "0.5"], "string", ["9007199254740993", "0.5"]),
        (["0.5", "9007199254740993"], "string", ["0.5", "9007199254740993"]),
        (["1e400", "1"], "string", ["1e400", "1"]),
        (["1e-400", "1"], "string", ["1e-400", "1"]),
        (["2026-02-30"], "string", ["2026-02-30"]),
        (["NA", "1"], "string", ["NA", "1"]),
        ([" 1"], "string", [" 1"]),
        (["", ""], "string", [None, None]),
    ],
)
def test_csv_column_is_as_narrow_as_fits_every_cell_exactly(here, cells, kind, values):
    assert kind_of(here, *cells) == (kind, values)


def test_a_late_cell_widens_a_column_however_far_down_it_comes(here, monkeypatch):
    monkeypatch.setattr("storage.rows.delimited.BLOCK", 1 << 12)
    assert kind_of(here, *["1"] * 5_000, "0.25")[0] == "double"
    assert kind_of(here, *["1"] * 5_000, "x")[0] == "string"
    assert kind_of(here, str(2**53 + 1), *["1"] * 5_000, "0.5")[0] == "string"
    assert kind_of(here, *["2026-01-01"] * 5_000, "2026-01-01 12:00")[0] == "timestamp[us]"


def test_a_type_fits_every_file_of_a_folder(here):
    here.write("data/a.csv", "t,y\n2026-01-01,1\n")
    here.write("data/b.csv", "t,y\n2026-01-02,1.5\n")
    here.write("data/c.csv", "t,y\n")
    assert here.survey("data").schema.columns == {"t": "string", "y": "double"}
    assert [row["y"] for row in here.rows("data")] == [1.0, 1.5]


def test_decimal_comma_is_a_number_only_where_it_is_asked_for(here):
    assert kind_of(here, "1,5", "2")[0] == "string"
    assert kind_of(here, "1,5", "2", options={"decimal": ","}) == ("double", [1.5, 2.0])
    assert kind_of(here, "1,5", "2.5", options={"decimal": ","})[0] == "string"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_told_from_the_header(here, delimiter):
    here.write(
        "rows.csv", delimiter.join(["t", "y", '"a,b;c"']) + "\n" + delimiter.join(["2026-01-01", "1", "z"])
    )
    assert list(here.survey("rows.csv").schema.columns) == ["t", "y", "a,b;c"]


def test_delimiter_and_encoding_are_as_asked_for(here):
    here.write("rows.csv", "t:y:größe,x\n2026-01-01:1:ä\n".encode("latin-1"))
    options = {"delimiter": ":", "encoding": "latin-1"}
    assert here.rows("rows.csv", options=options) == [{"y": 1, "t": "2026-01-01", "größe,x": "ä"}]


def test_names_are_exact_and_in_the_files_order(here):
    here.write("rows.csv", "\ufeffP,p, p,t,y\n1,x,2.5,2026-01-01,1\n")
    assert here.survey("rows.csv").schema.columns == {
        "P": "int64",
        "p": "string",
        " p": "double",
        "t": "string",
        "y": "int64",
    }


def test_parquet_keeps_its_own_types_without_their_packing(here):
    here.parquet(
        "rows.parquet",
        {
            "t": pa.array([0], pa.timestamp("ns", "Europe/Paris")),
            "y": pa.array([1], pa.int32()),
            "a": pa.array(["x"]).dictionary_encode(),
            "b": pa.array(["x"], pa.large_string()),
            "c": pa.array([None], pa.null()),
            "d": pa.array([1], pa.decimal128(9, 2)),
            "e": pa.array([0.5], pa.float32()),
        },
    )
    columns = here.survey("rows.parquet").schema.columns
    assert columns == {
        "t": "timestamp[ns, tz=Europe/Paris]",
        "y": "int32",
        "a": "string",
        "b": "string",
        "c": "string",
        "d": "decimal128(9, 2)",
        "e": "float",
    }
    table = here.source("rows.parquet").read(None, None).table
    assert {field.name: str(field.type) for field in table.schema} == columns
    assert table.schema.metadata is None


def test_parquet_integers_and_floats_widen_over_files(here):
    here.parquet(
        "data/a.parquet", {"t": np.array([0], "M8[s]"), "y": pa.array([1], pa.int32()), "x": pa.nulls(1)}
    )
    here.parquet(
        "data/b.parquet",
        {"x": pa.array([0.5], pa.float32()), "y": pa.array([2**40]), "t": np.array([1], "M8[us]")},
    )
    assert here.survey("data").schema.columns == {"t": "timestamp[us]", "y": "int64", "x": "float"}
    assert here.rows("data") == [
        {"y": 1, "t": datetime.datetime(1970, 1, 1), "x": None},
        {"y": 2**40, "t": datetime.datetime(1970, 1, 1, 0, 0, 0, 1), "x": 0.5},
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pa.array([1]), pa.array([0.5])),
        (pa.array([1]), pa.array(["1"])),
        (pa.array([1], pa.uint64()), pa.array([1])),
        (pa.array([True]), pa.array([1])),
        (pa.array([0], pa.timestamp("us")), pa.array([0], pa.timestamp("us", "UTC"))),
        (pa.array([1], pa.decimal128(9, 2)), pa.array([1], pa.decimal128(12, 4))),
    ],
)
def test_parquet_types_that_differ_are_a_fault_that_names_both_files(here, one, other):
    here.parquet("data/a.parquet", {"t": np.array([0], "M8[us]"), "y": [1], "x": one})
    here.parquet("data/b.parquet", {"t": np.array([1], "M8[us]"), "y": [1], "x": other})
    with pytest.raises(
        SourceFault, match=r"data/b\.parquet: x: It is .* in this file, and .* in data/a\.parquet\."
    ):
        here.survey("data")


def test_json_values_keep_their_kind(here):
    here.lines(
        "rows.jsonl",
        [
            {"t": "2026-01-01", "y": 1, "a": 1, "b": True, "c": "007", "d": None},
            {"t": "2026-01-02", "y": None, "a": 0.5, "b": None, "e": "late"},
        ],
    )
    assert here.survey("rows.jsonl").schema.columns == {
        "t": "string",
        "y": "int64",
        "a": "double",
        "b": "bool",
        "c": "string",
        "d": "string",
        "e": "string",
    }
    assert here.rows("rows.jsonl")[1] == {
        "y": None,
        "t": "2026-01-02",
        "a": 0.5,
        "b": None,
        "c": None,
        "d": None,
        "e": "late",
    }


def test_survey_counts_rows_times_and_labels(here):
    here.write("rows.csv", "t,y\n2026-01-02,b\nsoon,a\n,a\n2026-01-01,\n2026-01-03,a\n")
    survey = here.survey("rows.csv", task="binary")
    day = 86_400_000_000
    assert (survey.rows, survey.unreadable_times, survey.distinct_labels) == (5, 2, ("a", "b"))
    assert survey.last - survey.first == 2 * day


@pytest.mark.parametrize(
    ("cells", "labels"), [("true,false", (False, True)), ("3,1", (1, 3)), ("b,a", ("a", "b"))]
)
def test_labels_of_a_survey_are_python_values_in_order(here, cells, labels):
    here.write("rows.csv", "t,y\n" + "".join(f"2026-01-01,{cell}\n" for cell in cells.split(",")))
    found = here.survey("rows.csv", task="binary").distinct_labels
    assert found == labels
    assert list(map(type, found)) == list(map(type, labels))


def test_a_survey_keeps_at_most_a_thousand_labels(here):
    here.write("rows.csv", "t,y\n" + "".join(f"2026-01-01,{k}\n" for k in range(1_200)))
    assert len(here.survey("rows.csv", task="multiclass").distinct_labels) == 1_000
    assert here.survey("rows.csv").distinct_labels == ()


def test_no_rows_at_all_is_told_and_no_fault(here):
    here.write("rows.csv", "t,y\n")
    survey = here.survey("rows.csv")
    assert (survey.rows, survey.first, survey.last) == (0, None, None)
    assert len(here.source("rows.csv").read(None, None)) == 0


def test_a_survey_tells_the_columns_where_the_named_ones_are_missing(here):
    here.write("rows.csv", "a,b\n1,2\n3,4\n")
    survey = here.survey("rows.csv")
    assert survey.schema.columns == {"a": "int64", "b": "int64"}
    assert (survey.rows, survey.first) == (2, None)
