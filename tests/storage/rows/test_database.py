"""Rows from a database: the same as from a file, asked by time range, never whole in memory."""

import math
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.clock import localize, micros
from core.domain.errors import SourceFault
from core.domain.models import Model
from core.domain.sources import Source, SourceSpec
from core.domain.spans import Span
from storage.rows import open_source
from storage.rows.database_source import DatabaseSource
from storage.rows.databases import BATCH, Patience, connected
from storage.rows.questions import Questions
from storage.rows.sqlite_files import open_sqlite

ALL = "select * from rows"


def write(folder: Path, columns: str, rows: Iterable[Sequence[Any]], name: str = "rows.db") -> Path:
    with closing(sqlite3.connect(folder / name)) as connection, connection:
        connection.execute("pragma synchronous = off")
        connection.execute("drop table if exists rows")
        connection.execute(f"create table rows ({columns})")
        marks = ", ".join("?" * len(columns.split(",")))
        connection.executemany(f"insert into rows values ({marks})", rows)
    return folder / name


def model(folder: Path, query: str = ALL, url: str = "sqlite:///rows.db", **changes: Any) -> Model:
    options = {name: changes.pop(name) for name in ("time_unit", "time_format") if name in changes}
    plain: dict[str, Any] = {"name": "m", "task": "regression", "target": "y", "time": "t", "zone": "UTC"}
    spec = SourceSpec(url=url, query=query, **options)
    return Model(**{**plain, **changes}, window=Span(1, "days"), source=spec, folder=str(folder))


def source(folder: Path, *given: Any, **changes: Any) -> Source:
    """A source whose schema its own survey fixed."""
    asked = model(folder, *given, **changes)
    return open_source(asked, open_source(asked).survey().schema)


def told(folder: Path, *given: Any, **changes: Any) -> str:
    """The words of the fault that a survey meets."""
    with pytest.raises(SourceFault) as caught:
        open_source(model(folder, *given, **changes)).survey()
    return str(caught.value)


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


ENDLESS = """with recursive n(i) as (select 1 union all select i + 1 from n)
select date('2026-01-01') as t, i as y from n"""


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


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("select 1; select 2", "It holds 2 statements."),
        ("select 1 as t; drop table rows", "It holds 2 statements."),
        ("  ", "It is empty."),
        ("delete from rows", "It is no SELECT."),
        ("insert into rows values (1, 2)", "It is no SELECT."),
        ("drop table rows", "It is no SELECT."),
        ("pragma table_info(rows)", "It is no SELECT."),
        ("attach 'other.db' as other", "It is no SELECT."),
        ("with gone as (delete from rows returning *) select * from gone", "it holds DELETE."),
        ("select * into copy from rows", "it holds INTO."),
        ("select * from rows for update", "it holds LOCK."),
        ("selec * from rows", "It cannot be read as SQL"),
        ("select * from (rows", "It cannot be read as SQL"),
        ("select * from pragma_table_info('rows')", "The database refused the query: not authorized."),
        ("select load_extension('x') as t", "The database refused the query: not authorized"),
        ("select * from absent", "The database refused the query: no such table: absent."),
    ],
)
def test_a_query_that_is_no_single_select_is_refused(tmp_path, query, problem):
    write(tmp_path, "t text, y real", [("2026-01-01", 1)])
    words = told(tmp_path, query)
    assert words.startswith("sqlite:///rows.db: source.query: ")
    assert problem in words
    assert len(source(tmp_path).read(None, None)) == 1


@pytest.mark.parametrize(
    "query",
    [
        "WITH a AS (SELECT * FROM rows) SELECT * FROM a UNION ALL SELECT * FROM a",
        "select t, y, 'drop table rows; delete' as x from rows",
        "select t, max(y) over (order by t) as y from rows /* not ; the end */",
        "select t, case when y > 0 then y else 0 end as y from rows order by t limit 5",
    ],
)
def test_a_query_that_only_selects_is_taken(tmp_path, query):
    write(tmp_path, "t text, y real", [("2026-01-01", 1)])
    assert len(source(tmp_path, query).read(None, None)) >= 1


@pytest.mark.parametrize(
    "statement",
    [
        "insert into rows values ('2026-01-02', 2)",
        "attach 'other.db' as other",
        "pragma writable_schema = on",
        "create temp table x (a)",
        "vacuum into 'copy.db'",
    ],
)
def test_an_opened_sqlite_file_can_only_select_whatever_is_asked(tmp_path, statement):
    from sqlalchemy.engine import make_url

    write(tmp_path, "t text, y real", [("2026-01-01", 1)])
    with closing(
        open_sqlite(make_url("sqlite:///rows.db"), str(tmp_path), "", 1, lambda: False)
    ) as connection:
        assert connection.execute("select count(*) from rows").fetchone() == (1,)
        with pytest.raises(sqlite3.DatabaseError):
            connection.execute(statement)
    assert {file.name for file in tmp_path.iterdir()} == {"rows.db"}


def test_a_database_that_does_not_answer_in_time_is_told(tmp_path):
    write(tmp_path, "t text, y real", [])
    slow = DatabaseSource(
        model(tmp_path, "select date('2026-01-01') as t, count(*) as y from (" + ENDLESS + ")"),
        patience=Patience(answer=1),
    )
    with pytest.raises(SourceFault, match=r"source\.query: The database did not answer within 1 seconds\."):
        slow.stamp()


def test_a_database_that_is_locked_or_gone_or_none_is_told(tmp_path):
    file = write(tmp_path, "t text, y real", [("2026-01-01", 1)])
    with closing(sqlite3.connect(file)) as other:
        other.execute("begin exclusive")
        with pytest.raises(SourceFault, match=r"database is locked"):
            DatabaseSource(model(tmp_path), patience=Patience(connect=0)).survey()
    file.write_bytes(b"no database at all" * 100)
    assert "file is not a database" in told(tmp_path)
    file.unlink()
    assert "sqlite:///rows.db: source.url: There is no such file." in told(tmp_path)
    assert not file.exists()


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("rows.db", "It is no address of a database."),
        ("sqlite://", "SQLite reads a file."),
        ("sqlite:///file:rows.db?mode=rw&uri=true", "SQLite reads a file."),
        ("nothing://host/name", "There is no such kind of database"),
        ("oracle+oracledb://me@host/name", "Its driver is not installed (oracledb)."),
        ("sqlite:///${NOT_SET_HERE}", "The variable NOT_SET_HERE is not set."),
    ],
)
def test_an_address_that_opens_nothing_is_told(tmp_path, url, problem):
    words = told(tmp_path, ALL, url)
    assert words.startswith(f"{url}: source.url: ")
    assert problem in words


def test_an_address_may_name_variables_of_the_environment(tmp_path, monkeypatch):
    write(tmp_path, "t text, y real", [("2026-01-01", 1)])
    monkeypatch.setenv("ROWS_HERE", "sqlite:///rows.db")
    monkeypatch.setenv("NAME_HERE", "rows")
    for url in ("${ROWS_HERE}", "sqlite:///${NAME_HERE}.db"):
        assert len(source(tmp_path, ALL, url).read(None, None)) == 1


def test_reading_a_database_imports_neither_pandas_nor_scikit_learn(tmp_path):
    write(tmp_path, "t text, y real, x text", [("2026-01-02", 1, "a"), ("2026-01-01", 2, None)])
    code = """
import sys
from core.domain.models import Model
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from storage.rows import open_source
print([name for name in ("sqlalchemy", "sqlglot") if name in sys.modules])
spec = SourceSpec(url="sqlite:///rows.db", query="select * from rows")
model = Model("m", "regression", "y", "t", Span(1, "days"), spec, sys.argv[1])
survey = open_source(model).survey()
source = open_source(model, survey.schema)
assert len(source.read(survey.first, survey.last + 1)) == 2
assert source.newest(survey.last) == survey.last
print([name for name in ("pandas", "sklearn") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.stdout.split("\n")[:2], done.stderr) == (["[]", "[]"], "")
