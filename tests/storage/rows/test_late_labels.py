"""Late labels: joined to their rows by id, as they were known at each moment."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.clock import NEVER, micros
from core.domain.errors import SourceFault
from core.domain.spans import Span
from storage.rows import open_source

DAY = 86_400_000_000
FIRST = micros(datetime(2026, 1, 1, tzinfo=UTC))
HEAD = "id,t,x,y\n"


def day(number):
    """Microseconds of a day of January."""
    return FIRST + (number - 1) * DAY


def seen(source, as_of=None):
    """[(x, label, day on which it was known)] of every row, as known on a day; None: not known."""
    when = None if as_of is None else day(as_of)
    rows = (source if when is None else source.as_known(when)).read(None, when, ["x", "y"])
    return [
        (x, y, None) if known == NEVER else (x, y, (known - FIRST) / DAY + 1)
        for x, y, known in zip(
            rows.table["x"].to_pylist(), rows.table["y"].to_pylist(), rows.known.tolist(), strict=True
        )
    ]


def test_line_with_an_id_that_stood_before_is_its_label_and_no_row(here):
    here.write("rows/1.csv", HEAD + "7,2026-01-01,1.5,\n8,2026-01-02,2.5,\n")
    here.write("rows/2.csv", HEAD + "7,2026-01-05,,10\n8,2026-01-06,2.5,20\n9,2026-01-07,3.5,30\n")
    source = here.source("rows", id="id")
    assert seen(source) == [(1.5, 10, 5), (2.5, 20, 6), (3.5, 30, 7)]
    assert seen(source, 6) == [(1.5, 10, 5), (2.5, 20, 6)]
    rows = source.as_known(day(4)).read(None, day(4))
    assert rows.known.tolist() == [day(5), day(6)]
    assert len(source.read(day(5), day(7))) == 0


def test_label_of_a_line_is_known_at_its_label_time(here):
    here.write(
        "rows.csv", "id,t,x,y,told\na,2026-01-01,1,,\na,2026-01-01,1,5,2026-01-09\nb,2026-01-02,2,6,\n"
    )
    assert seen(here.source("rows.csv", id="id", label_time="told")) == [(1, 5, 9), (2, 6, None)]


def test_label_of_a_line_is_known_a_delay_after_its_row(here):
    here.write("rows.csv", HEAD + "a,2026-01-01,1,\na,2026-01-20,,5\n")
    assert seen(here.source("rows.csv", id="id", label_delay=Span(2, "days"))) == [(1, 5, 3)]


def test_corrected_label_replaces_the_first_from_then_on(here):
    here.write("rows.csv", HEAD + "a,2026-01-01,1,\na,2026-01-03,,5\na,2026-01-04,,5\na,2026-01-06,,7\n")
    source = here.source("rows.csv", id="id")
    assert [seen(source, at) for at in (2, 3, 5, 6, 30)] == [
        [(1, 5, 3)],  # to come
        [(1, 5, 3)],
        [(1, 5, 3)],
        [(1, 7, 6)],
        [(1, 7, 6)],
    ]


def test_own_label_may_be_corrected_too(here):
    here.write("rows.csv", HEAD + "a,2026-01-01,1,4\na,2026-01-06,,7\n")
    source = here.source("rows.csv", id="id")
    assert [seen(source, at) for at in (5, 6)] == [[(1, 4, 1)], [(1, 7, 6)]]


def test_rows_of_one_id_that_differ_are_told_with_both_values(here):
    here.write("rows.csv", HEAD + "7,2026-01-01,1.5,\n7,2026-01-02,2.5,1\n")
    for look in (here.survey, lambda *a, **k: here.source(*a, schema(here), **k).read(None, None)):
        with pytest.raises(SourceFault, match=r"7 stands on two rows that differ: x is 1\.5 at .*2\.5 at"):
            look("rows.csv", id="id")


def schema(here):
    return here.survey("rows.csv").schema


def test_line_without_features_is_a_label_wherever_it_stands(here):
    here.write("rows/1.csv", HEAD + "7,2026-01-05,,10\n")
    here.write("rows/2.csv", HEAD + "7,2026-01-01,1.5,\n")
    assert seen(here.source("rows", id="id")) == [(1.5, 10, 5)]


def test_label_line_may_leave_its_time_empty(here):
    here.write("rows/1.csv", HEAD + "7,2026-01-01,1.5,\n8,2026-01-02,2.5,\n")
    here.write("rows/2.csv", HEAD + "7,,,10\n")
    source = here.source("rows", id="id", label_delay=Span(3, "days"))
    assert seen(source) == [(1.5, 10, 4), (2.5, None, None)]
    assert source.read(None, None).left_out == 0
    assert here.survey("rows", id="id").unreadable_times == 0


def test_rows_without_an_id_are_never_joined(here):
    here.write("rows.csv", HEAD + ",2026-01-01,1,\n,2026-01-02,2,5\n")
    assert seen(here.source("rows.csv", id="id")) == [(1, None, None), (2, 5, 2)]


def test_labels_that_never_come_stay_open(here):
    here.write("rows.csv", HEAD + "a,2026-01-01,1,\nb,2026-01-02,2,3\n")
    assert seen(here.source("rows.csv", id="id")) == [(1, None, None), (2, 3, 2)]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_long_ids_beside_missing_ones_join_exactly(here, ending):
    big = 2**60
    ids, x, y = [big + 1, None, big + 2, big + 1], [1.0, 2.0, 3.0, None], [None, None, None, 5.0]
    times = [f"2026-01-0{n}" for n in (1, 2, 3, 4)]
    if ending == "parquet":
        here.parquet("rows.parquet", {"id": pa.array(ids), "t": times, "x": x, "y": y})
    elif ending == "jsonl":
        rows = zip(ids, times, x, y, strict=True)
        here.lines("rows.jsonl", [dict(zip(("id", "t", "x", "y"), row, strict=True)) for row in rows])
    else:
        cells = [
            ["" if cell is None else str(cell) for cell in row] for row in zip(ids, times, x, y, strict=True)
        ]
        here.write("rows.csv", HEAD + "".join(",".join(row) + "\n" for row in cells))
    assert seen(here.source(f"rows.{ending}", id="id")) == [(1, 5, 4), (2, None, None), (3, None, None)]


def test_ids_that_a_double_rounds_are_refused(here):
    here.parquet(
        "rows.parquet", {"id": [2.0**60, 1.0], "t": ["2026-01-01"] * 2, "x": [1, 2], "y": [1.0, 2.0]}
    )
    with pytest.raises(SourceFault, match="1152921504606846976 is an id kept as a number with decimals"):
        here.survey("rows.parquet", id="id")


APART = {"labels": "decided.csv"}


def test_labels_of_a_file_beside_the_rows(here):
    here.write("rows.csv", "id,t,x\n7,2026-01-01,1.5\n8,2026-01-02,2.5\n")
    here.write("decided.csv", "id,y,told\n8,20,2026-01-09\n9,1,2026-01-09\n")
    source = here.source("rows.csv", id="id", label_time="told", options=APART)
    assert seen(source) == [(1.5, None, None), (2.5, 20, 9)]
    assert source.read(None, None).table.column_names == ["y", "t", "id", "x"]
    assert set(source.stamp()) == {"rows.csv", "decided.csv"}


def test_labels_apart_count_by_the_delay_else_their_own_time_else_their_row(here):
    here.write("rows.csv", HEAD + "7,2026-01-02,1.5,\n")
    here.write("decided.csv", "id,y,t\n7,3,2026-01-08\n")
    assert seen(here.source("rows.csv", id="id", options=APART)) == [(1.5, 3, 8)]
    assert seen(here.source("rows.csv", id="id", label_delay=Span(1, "days"), options=APART)) == [(1.5, 3, 3)]
    here.write("decided.csv", "id,y\n7,3\n")
    assert seen(here.source("rows.csv", id="id", options=APART)) == [(1.5, 3, 2)]


def test_labels_may_lie_in_the_folder_of_the_rows(here):
    here.write("rows/1.csv", "id,t,x\n7,2026-01-02,1.5\n")
    here.write("rows/decided.csv", "id,y\n7,yes\n")
    said = {"id": "id", "task": "binary", "options": {"labels": "rows/decided.csv"}}
    assert seen(here.source("rows", **said)) == [(1.5, "yes", 2)]
    assert here.survey("rows", **said).distinct_labels == ("yes",)


def test_folder_of_labels_may_wait_for_its_first_file_and_a_file_may_not(here):
    here.write("rows.csv", HEAD + "7,2026-01-02,1.5,\n")
    (here.folder / "decided").mkdir()
    assert seen(here.source("rows.csv", id="id", options={"labels": "decided"})) == [(1.5, None, None)]
    with pytest.raises(SourceFault, match=r"source\.labels: There is no such file"):
        here.survey("rows.csv", id="id", options=APART)


def test_label_of_another_kind_is_told_by_its_line(here):
    here.write("rows.csv", HEAD + "7,2026-01-02,1.5,1\n")
    here.write("decided.csv", "id,y\n7,2\n8,late\n")
    with pytest.raises(SourceFault, match=r"decided\.csv: y: Line 3 holds 'late'"):
        here.survey("rows.csv", id="id", options=APART)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 20), st.integers(0, 3)), max_size=30))
def test_each_moment_sees_the_last_label_known_by_then(tmp_path_factory, told):
    from tests.storage.rows.conftest import Place

    here = Place(tmp_path_factory.mktemp("rows"))
    lines = [f"r{i},2026-01-{i % 3 + 1:02},{i},,\n" for i in range(8)]
    lines += [f"r{i},2026-01-{at:02},,{y},2026-01-{at:02}\n" for i, at, y in told if i < 8]
    here.write("rows.csv", "id,t,x,y,told\n" + "".join(lines))
    model = here.model("rows.csv", id="id", label_time="told", task="multiclass")
    source = open_source(model, open_source(model).survey().schema)
    for as_of in (1, 5, 12, 21):
        rows = source.as_known(day(as_of)).read(None, None, ["x", "y"])
        assert sorted(rows.table["x"].to_pylist()) == list(range(8))
        for x, y, known in zip(
            rows.table["x"].to_pylist(), rows.table["y"].to_pylist(), rows.known, strict=True
        ):
            mine = [(at, n, label) for n, (i, at, label) in enumerate(told) if i == x and at <= as_of]
            if mine:
                assert (y, known <= day(as_of)) == (max(mine)[2], True)
            else:
                assert known > day(as_of)


def test_range_of_time_holds_the_same_rows_as_the_whole(here):
    random = np.random.default_rng(0)
    lines = [f"{i},2026-01-{random.integers(1, 28):02},{i},\n" for i in range(200)]
    lines += [f"{i},2026-01-{random.integers(1, 28):02},,{i % 7}\n" for i in random.permutation(250)]
    here.write("rows.csv", HEAD + "".join(lines))
    source = here.source("rows.csv", id="id")
    whole = source.read(None, None, ["x"])
    parts = [source.read(day(start), day(start + 9), ["x"]) for start in (1, 10, 19)]
    assert [x for part in parts for x in part.table["x"].to_pylist()] == whole.table["x"].to_pylist()
    assert np.concatenate([part.known for part in parts]).tolist() == whole.known.tolist()


def test_rows_in_batches_are_those_of_the_whole(here):
    here.write("rows/1.csv", HEAD + "7,2026-01-01,1.5,\n8,2026-01-02,2.5,\n")
    here.write("rows/2.csv", HEAD + "7,2026-01-01,1.5,10\n8,2026-01-06,,20\n7,2026-01-01,,11\n")
    source = here.source("rows", id="id")
    batches = list(source.stream(None, None, ["x", "y"]))
    assert [row for batch in batches for row in batch.table.to_pylist()] == [
        {"x": 1.5, "y": 11},
        {"x": 2.5, "y": 20},
    ]
    assert [at for batch in batches for at in batch.known.tolist()] == [day(1), day(6)]
