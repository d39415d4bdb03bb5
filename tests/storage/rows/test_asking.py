"""What may be asked of a database, how long it may take, and where it is."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from core.domain.errors import SourceFault
from storage.rows.database_source import DatabaseSource
from storage.rows.databases import Patience
from storage.rows.sqlite_files import open_sqlite
from tests.database_kit import ALL, ENDLESS, model, source, told, write


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
