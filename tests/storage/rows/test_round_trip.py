"""Whatever is written comes back exactly, in time order, and ranges add up to the whole."""

import csv
import io
import json
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.clock import micros
from core.domain.models import Model
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from storage.rows import open_source

# Text that is no number, truth or date, and not empty: CSV has no other way to tell text.
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8).map(
    "~{}".format
)
CELLS = st.fixed_dictionaries(
    {
        "t": st.datetimes(datetime(1950, 1, 1), datetime(2080, 1, 1)),
        "y": st.none() | st.integers(-(2**63), 2**63 - 1),
        "number": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "text": st.none() | TEXTS,
        "truth": st.none() | st.booleans(),
    }
)
ROWS = st.lists(CELLS, min_size=1, max_size=25)
TYPES = {
    "t": pa.timestamp("us"),
    "y": pa.int64(),
    "number": pa.float64(),
    "text": pa.string(),
    "truth": pa.bool_(),
}
PLAIN = {"t": "2026-01-01T00:00:00", "y": 0, "number": 0.5, "text": "~", "truth": True}
"""A row that fixes each column's type."""


def write(folder, kind, rows):
    """The rows in two files, the second from the middle on."""
    for part, some in (("1", rows[: len(rows) // 2]), ("2", rows[len(rows) // 2 :])):
        file = folder / f"{part}.{kind}"
        if kind == "parquet":
            columns = {name: pa.array([row[name] for row in some], type) for name, type in TYPES.items()}
            pq.write_table(pa.table(columns), file, row_group_size=3)
            continue
        plain = [{**row, "t": row["t"].isoformat()} for row in some]
        if kind == "jsonl":
            file.write_text(
                "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in [PLAIN, *plain]), "utf-8"
            )
            continue
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, TYPES, quoting=csv.QUOTE_MINIMAL)
        writer.writeheader()
        writer.writerows([PLAIN, *plain])
        file.write_bytes(text.getvalue().encode())


def same(found, expected):
    """Equal, with minus zero told from zero."""
    return [repr(value) for value in found] == [repr(value) for value in expected]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
@settings(deadline=None, max_examples=60)
@given(rows=ROWS, cuts=st.lists(st.integers(0, 24), max_size=3))
def test_rows_come_back_exactly_in_time_order_and_ranges_add_up(kind, rows, cuts):
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), kind, rows)
        model = Model("m", "regression", "y", "t", Span(1, "days"), SourceSpec("*"), name)
        survey = open_source(model).survey()
        source = open_source(model, survey.schema)
        whole = source.read(None, None)
        expected = sorted(_written(kind, rows), key=lambda row: row["t"])
        assert survey.rows == len(whole) == len(expected)
        times = [micros(row["t"].replace(tzinfo=UTC)) for row in expected]
        assert whole.time.tolist() == times
        assert (survey.first, survey.last) == (times[0], times[-1])
        assert source.newest(times[-1]) == times[-1]
        for column in ("y", "number", "text", "truth"):
            assert same(whole.table.column(column).to_pylist(), [row[column] for row in expected])
        edges = [None, *sorted({times[cut % len(times)] for cut in cuts}), None]
        parts = [source.read(start, end) for start, end in pairwise(edges)]
        assert pa.concat_tables([part.table for part in parts]).equals(whole.table)
        assert np.concatenate([part.known for part in parts]).tolist() == whole.known.tolist()


def _written(kind, rows):
    """What was written: text files begin with a row that fixes the types."""
    if kind == "parquet":
        return rows
    plain = {**PLAIN, "t": datetime(2026, 1, 1)}
    half = len(rows) // 2
    return [plain, *rows[:half], plain, *rows[half:]]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.text(st.sampled_from("01.-+eE xnaif\n\"',;9"), min_size=1, max_size=6), min_size=1, max_size=8
    )
)
def test_csv_cells_of_any_look_are_never_changed(cells):
    """Read back as text, or as a value that says exactly the same."""
    with tempfile.TemporaryDirectory() as name:
        text = io.StringIO(newline="")
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
            [
                ["t", "y", "x"],
                *([f"{datetime(2026, 1, 1) + timedelta(days=k)}", 1, x] for k, x in enumerate(cells)),
            ]
        )
        Path(name, "rows.csv").write_bytes(text.getvalue().encode())
        model = Model("m", "regression", "y", "t", Span(1, "days"), SourceSpec("rows.csv"), name)
        source = open_source(model, open_source(model).survey().schema)
        found = source.read(None, None, ["x"]).table.column("x").to_pylist()
    for cell, value in zip(cells, found, strict=True):
        if isinstance(value, str):
            assert value == cell
        elif isinstance(value, int):
            assert str(value) == cell or cell == "-0"
        else:
            assert repr(float(cell)) == repr(value)
