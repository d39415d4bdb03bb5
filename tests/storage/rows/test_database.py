"""Rows from a database: the same as from a file, asked by time range, never whole in memory."""

import math
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.clock import localize, micros
from core.domain.errors import SourceFault
from core.domain.models import Model
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from storage.rows import open_source
from storage.rows.databases import BATCH, Patience, connected
from storage.rows.questions import Questions
from tests.database_kit import ALL, ENDLESS, model, source, told, write


def test_rows_of_a_database_are_those_of_the_file(tmp_path):
    lines = [("2026-01-02 10:00", 1.5, 2, "a,b"), ("2026-01-01", None, None, None), ("soon", 3.0, 4, "é")]
    write(tmp_path, "t text, y real, x integer, n text", lines)
    text = 't,y,x,n\n2026-01-02 10:00,1.5,2,"a,b"\n2026-01-01,,,\nsoon,3.0,4,é\n'
    (tmp_path / "rows.csv").write_text(text, encoding="utf-8")
    plain = {"name": "m", "task": "regression", "target": "y", "time": "t", "zone": "Europe/Lisbon"}
    file = Model(**plain, window=Span(1, "days"), source=SourceSpec("rows.csv"), folder=str(tmp_path))
    of_file = open_source(file).survey()
    of_base = open_source(model(tmp_path, zone="Europe/Lisbon")).survey()
    assert of_base == of_file
    one, other = (
        open_source(asked, of_file.schema).read(None, None)
        for asked in (file, model(tmp_path, zone="Europe/Lisbon"))
    )
    assert one.table.equals(other.table)
    assert (one.time.tolist(), one.known.tolist(), one.left_out) == (
        other.time.tolist(),
        other.known.tolist(),
        other.left_out,
    )


def test_a_relative_path_starts_at_the_models_folder_and_home_and_root_are_paths_too(tmp_path):
    file = write(tmp_path, "t text, y real", [("2026-01-01", 1)])
    assert len(source(tmp_path).read(None, None)) == 1
    assert len(source(Path("/"), ALL, f"sqlite:///{file}").read(None, None)) == 1


def test_colons_percents_quotes_and_comments_in_a_query_are_the_queries_own(tmp_path):
    write(tmp_path, 't text, y real, "a:b" text', [("2026-01-01", 1, ":x 10%"), ("2026-01-02", 2, "'")])
    query = """select t, y, "a:b", '12:30' as c from rows where "a:b" like '%:x 10%' -- ends here"""
    rows = source(tmp_path, query).read(0, None)
    assert rows.table.to_pylist() == [{"y": 1.0, "t": "2026-01-01", "a:b": ":x 10%", "c": "12:30"}]
    assert len(source(tmp_path, ALL + ";\n").read(None, None)) == 2


VALUES = (
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
)


@settings(max_examples=25, deadline=None)
@given(st.one_of(*(st.lists(st.none() | kind, max_size=8) for kind in VALUES)))
def test_values_come_back_exactly_or_are_told(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("values")
    write(folder, "t text, y real, x", [("2026-01-01", k, value) for k, value in enumerate(values)])
    found = source(folder).read(None, None).table.column("x").to_pylist()
    assert found == values
    assert [math.copysign(1, v) for v in found if type(v) is float] == [
        math.copysign(1, v) for v in values if type(v) is float
    ]


def test_long_ids_beside_missing_ones_stay_whole_numbers(tmp_path):
    write(tmp_path, "t text, y real, i", [("2026-01-01", 1, 2**62 + 1), ("2026-01-02", 2, None)])
    rows = source(tmp_path, features=("i",)).read(None, None)
    assert rows.table.column("i").to_pylist() == [2**62 + 1, None]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ([1, "a"], "x: Row 2 holds 'a', where other rows hold int64."),
        ([2**53 + 1, 0.5], "x: It holds 9007199254740993, which would be rounded"),
        ([0.5, 2**53 + 1], "x: It holds 9007199254740993, which would be rounded"),
        ([b"a"], "x: Row 1 holds b'a', a value of a kind (bytes) that no column can hold."),
    ],
)
def test_values_that_no_column_can_hold_together_are_told_unless_they_are_left_out(tmp_path, values, problem):
    write(tmp_path, "t text, y real, x", [("2026-01-01", 1, value) for value in values])
    assert problem in told(tmp_path)
    assert "x" not in open_source(model(tmp_path, exclude=("x",))).survey().schema.columns


NEW_YORK = ZoneInfo("America/New_York")
NEAR_A_FOLD = st.integers(0, 4 * 24 * 60).map(
    lambda minutes: datetime(2025, 10, 31) + timedelta(minutes=minutes)
)
FORMS = {
    "text": (lambda at: at.isoformat(" "), {}),
    "offset": (lambda at: at.replace(tzinfo=NEW_YORK).astimezone(ZoneInfo("Asia/Tokyo")).isoformat(), {}),
    "seconds": (lambda at: int(at.replace(tzinfo=NEW_YORK).timestamp()), {"time_unit": "s"}),
    "milliseconds": (lambda at: at.replace(tzinfo=NEW_YORK).timestamp() * 1000, {"time_unit": "ms"}),
    "format": (lambda at: at.strftime("%d/%m/%Y %H:%M"), {"time_format": "%d/%m/%Y %H:%M"}),
    "day": (lambda at: at.date().isoformat(), {}),
}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(NEAR_A_FOLD, min_size=1, max_size=12),
    st.sampled_from(sorted(FORMS)),
    st.tuples(NEAR_A_FOLD, NEAR_A_FOLD),
)
def test_a_range_of_times_is_exact_whatever_form_the_times_have(tmp_path_factory, times, form, ends):
    written, options = FORMS[form]
    folder = tmp_path_factory.mktemp("times")
    write(folder, "t, y real", [(written(at), k) for k, at in enumerate(times)])
    rows = source(folder, zone="America/New_York", **options)
    everything = sorted(rows.read(None, None).time.tolist())
    if form == "text":
        assert everything == sorted(micros(localize(at, NEW_YORK)) for at in times)
    start, end = sorted(micros(at.replace(tzinfo=UTC)) for at in ends)
    assert rows.read(start, end).time.tolist() == [at for at in everything if start <= at < end]
    assert rows.newest(end) == max((at for at in everything if at <= end), default=None)
    assert rows.newest(everything[0] - 1) is None


def test_rows_without_a_readable_time_are_counted_and_left_out(tmp_path):
    rows = [("2026-01-01", 1), (None, 2), ("soon", 3), ("2026-01-03", 4), ("", 5)]
    write(tmp_path, "t text, y real", rows)
    survey = open_source(model(tmp_path)).survey()
    assert (survey.rows, survey.unreadable_times) == (5, 3)
    read = source(tmp_path).read(None, micros(datetime(2026, 1, 2, tzinfo=UTC)))
    assert (len(read), read.left_out) == (1, 3)


def test_ties_in_time_stand_by_id_or_by_the_querys_columns_whatever_is_asked(tmp_path):
    write(tmp_path, "x, t text, y real, i integer", [("b", "2026-01-01", k, -k) for k in range(50)])
    assert source(tmp_path, id="i").read(None, None, ["y"]).table.column("y").to_pylist() == list(
        range(49, -1, -1)
    )
    rows = source(tmp_path)
    assert rows.read(None, None, ["x"]).table.num_rows == 50
    orders = [rows.read(None, None, columns).table.column("y").to_pylist() for columns in (["y"], ["i", "y"])]
    assert orders[0] == orders[1] == list(range(50))


def test_numbers_without_their_unit_and_numbers_in_text_are_told(tmp_path):
    write(tmp_path, "t, y real", [(1_767_225_600, 1)])
    assert "t: It holds numbers, which may be times of any unit. Say under [source] which: time_unit" in told(
        tmp_path
    )
    write(tmp_path, "t text, y real", [("1767225600", 1)])
    assert "t: The row of 1767225600 is a number in text, which no range of times finds." in told(tmp_path)


def test_naive_and_zoned_times_mixed_are_told(tmp_path):
    write(tmp_path, "t text, y real", [("2026-01-01", 1), ("2026-01-02T00:00:00+01:00", 2)])
    assert "t: Some of its times have an offset from UTC and some have none." in told(tmp_path)


def test_a_later_value_of_another_kind_is_told_by_its_rows_time_its_column_and_value(tmp_path):
    write(tmp_path, "t text, y real, x integer", [("2026-01-01", 1, 1)])
    schema = open_source(model(tmp_path)).survey().schema
    write(tmp_path, "t text, y real, x", [("2026-01-01", 1, 1), ("2026-01-02", 2, "bad")])
    later = open_source(model(tmp_path), schema)
    with pytest.raises(SourceFault, match=r"x: The row of 2026-01-02 holds 'bad', which is no int64\."):
        later.read(None, None)
    assert len(later.read(None, micros(datetime(2026, 1, 2, tzinfo=UTC)))) == 1


def test_a_lost_column_is_told_and_a_new_one_is_not_looked_at(tmp_path):
    write(tmp_path, "t text, y real, x integer", [("2026-01-01", 1, 1)])
    schema = open_source(model(tmp_path)).survey().schema
    write(tmp_path, "t text, y real, z text", [("2026-01-01", 1, "new")])
    later = open_source(model(tmp_path), schema)
    with pytest.raises(SourceFault, match=r"x: There is no such column\. The columns are: t, y, z\."):
        later.read(None, None)
    assert later.read(None, None, ["y"]).table.to_pylist() == [{"y": 1.0}]


def test_a_stamp_tells_new_rows_new_labels_and_a_newer_time(tmp_path):
    def stamp(*rows: tuple[object, ...]) -> dict[str, list[int]]:
        write(tmp_path, "t text, y real, k text", rows)
        return open_source(model(tmp_path, label_time="k")).stamp()

    first = stamp(("2026-01-01", None, None))
    assert first == stamp(("2026-01-01", None, None))
    others = [
        stamp(("2026-01-01", None, None), ("2025-01-01", None, None)),
        stamp(("2026-01-01", 1, None)),
        stamp(("2026-01-01", None, "2026-01-02")),
        stamp(("2026-01-03", None, None)),
    ]
    assert all(other != first for other in others)


def test_rows_are_streamed_and_none_is_kept(tmp_path):
    write(tmp_path, "t text, y real", [])
    asked = model(tmp_path, ENDLESS)
    with connected(asked.source, asked.folder, Patience()) as database:
        question = Questions(asked, database.kind).whole(["t", "y"])
        batches = list(islice(database.batches(question), 3))
    assert [len(batch) for batch in batches] == [BATCH] * 3
    assert batches[2][0][1] == 2 * BATCH + 1


def test_a_stream_gives_the_rows_of_a_range_in_batches(tmp_path):
    write(tmp_path, "t text, y real", [(f"2026-01-{1 + k % 28:02}", k) for k in range(50_000)])
    rows = source(tmp_path)
    parts = list(rows.stream(None, micros(datetime(2026, 1, 15, tzinfo=UTC)), ["y"]))
    assert [len(part) for part in parts] == [BATCH, 25_004 - BATCH]
    assert sum(len(part) for part in parts) == len(rows.read(None, micros(datetime(2026, 1, 15, tzinfo=UTC))))
