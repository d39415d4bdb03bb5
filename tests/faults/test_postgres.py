"""PostgreSQL as a source: a real server on a free port. Left out by name where the system has none."""

import decimal
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.domain.clock import micros
from core.domain.errors import SourceFault
from core.domain.models import Model
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from core.monitoring.known import know
from storage.database import Home
from storage.rows import open_source
from storage.rows.database_source import DatabaseSource
from storage.rows.databases import Patience, connected
from tests.postgres_kit import Postgres, postgres

pytestmark = pytest.mark.faults

KINDS = """create table kinds (t timestamptz, y double precision, price numeric(12, 2), exact numeric,
 yes boolean, day date, at time, local timestamp, name text, code varchar(4), id bigint, few smallint,
 key uuid, nothing real, parts jsonb, length interval)"""
KIND = """insert into kinds
 select timestamptz '2026-03-28 22:00Z' + k * interval '17 minutes', k / 3.0::float8,
 k * 1234567.01, k * 0.000000000000000000000000000001, k % 2 = 0, date '2026-01-01' + k,
 time '10:00:00.000001', timestamp '2026-03-28 22:00' + k * interval '17 minutes', 'ä' || k, 'c',
 9007199254740993 + k, k,
 '00000000-0000-0000-0000-000000000001', null, '[1]', interval '1 month' from generate_series(0, 99) k"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as started:
        started.execute(KINDS, KIND)
        yield started


def model(url: str, query: str = "select * from kinds", **changes: Any) -> Model:
    plain: dict[str, Any] = {"name": "m", "task": "regression", "target": "y", "time": "t"}
    plain |= {"zone": "Europe/Berlin", "exclude": ("parts", "length")}
    spec = SourceSpec(url=url, query=query)
    return Model(**{**plain, **changes}, window=Span(1, "days"), source=spec, folder="/")


def test_every_kind_of_value_comes_exactly_in_a_type_of_its_own(server: Postgres) -> None:
    asked = model(server.url)
    schema = open_source(asked).survey().schema
    assert schema.columns == {
        "t": "timestamp[us, tz=UTC]",
        "y": "double",
        "price": "decimal128(12, 2)",
        "exact": "decimal128(38, 30)",
        "yes": "bool",
        "day": "date32[day]",
        "at": "time64[us]",
        "local": "timestamp[us]",
        "name": "string",
        "code": "string",
        "id": "int64",
        "few": "int64",
        "key": "string",
        "nothing": "double",
    }
    rows = open_source(asked, schema).read(None, None)
    with server.connect() as connection:
        truth = connection.execute(f"select {', '.join(schema.columns)} from kinds order by t").fetchall()
    told = [tuple(row[name] for name in schema.columns) for row in rows.table.to_pylist()]
    assert told == [tuple(str(value) if i == 12 else value for i, value in enumerate(row)) for row in truth]
    assert told[3][2:10] == (
        decimal.Decimal("3703701.03"),
        decimal.Decimal("3E-30"),
        False,
        date(2026, 1, 4),
        time(10, 0, 0, 1),
        datetime(2026, 3, 28, 22, 51),
        "ä3",
        "c",
    )


@pytest.mark.parametrize("column", ["t", "local", "day"])
def test_a_range_is_exact_over_a_change_of_the_clock(server: Postgres, column: str) -> None:
    asked = model(server.url, time=column)
    rows = open_source(asked, open_source(asked).survey().schema)
    everything = rows.read(None, None).time.tolist()
    assert len(everything) == 100
    for hours in (0, 2, 3, 4, 30):
        start = micros(datetime(2026, 3, 28, 22, 17, tzinfo=UTC) + timedelta(hours=hours))
        end = start + micros(datetime(1970, 1, 1, 5, tzinfo=UTC))
        assert rows.read(start, end).time.tolist() == [at for at in everything if start <= at < end]
        assert rows.newest(start) == max((at for at in everything if at <= start), default=None)


def test_a_column_of_parts_or_lengths_is_told_unless_it_is_left_out(server: Postgres) -> None:
    for column, other in (("parts", "length"), ("length", "parts")):
        with pytest.raises(SourceFault, match=f": {column}: Row 1 holds .* that no column can hold"):
            open_source(model(server.url, exclude=(other,))).survey()


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (
            "select t, y, 'infinity'::timestamptz as x from kinds",
            r"A value cannot be read: timestamp too large",
        ),
        ("select t, y, 'NaN'::numeric as x from kinds", r"x: It holds decimals, and NaN is no number"),
        ("select t, y, absent from kinds", r'refused the query: column "absent" does not exist'),
        ("select t, y, 1 / (extract(hour from t) - 22) as x from kinds", r"division by zero"),
        ("select t, y, y from kinds", r"y: Two columns have this name"),
        ("select t, y, nextval('counting') as x from kinds", r"read-only transaction"),
    ],
)
def test_what_a_query_cannot_give_is_told_once(server: Postgres, query: str, problem: str) -> None:
    server.execute("create sequence if not exists counting")
    asked = model(server.url, query, exclude=())
    with pytest.raises(SourceFault, match=problem):
        open_source(asked, open_source(asked).survey().schema).read(None, None)


def test_nothing_can_be_changed_whatever_is_asked(server: Postgres) -> None:
    import sqlalchemy as sa

    asked = model(server.url)
    with (
        pytest.raises(SourceFault, match="cannot execute DELETE in a read-only transaction"),
        connected(asked.source, asked.folder, Patience()) as database,
    ):
        database.connection.execution_options(stream_results=False).execute(sa.text("delete from kinds"))


def test_a_database_that_is_gone_slow_or_refuses_is_told_without_its_password(server: Postgres) -> None:
    slow = model(server.url, "select t, y, pg_sleep(3)::text as x from kinds", exclude=())
    with pytest.raises(SourceFault) as caught:
        DatabaseSource(slow, patience=Patience(answer=1)).stamp()
    told = [str(caught.value)]
    for url in (
        server.url.replace("s3cret%40", "wr0ng"),
        server.url.replace(str(server.port), "1"),
        server.url + "nothing",
    ):
        with pytest.raises(SourceFault) as caught:
            open_source(model(url)).stamp()
        told.append(str(caught.value))
    problems = (
        "The database did not answer within 1 seconds.",
        "password authentication failed",
        "Connection refused",
        'database "postgresnothing" does not exist',
    )
    for words, problem in zip(told, problems, strict=True):
        assert problem in words
        assert words.startswith("postgresql+psycopg://postgres:***@127.0.0.1:")
        assert "s3cret" not in words
        assert "wr0ng" not in words
        assert "\n" not in words


def test_a_password_may_come_from_the_environment(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROWS_PASSWORD", "s3cret@")
    assert open_source(model(server.url.replace("s3cret%40", "${ROWS_PASSWORD}"))).stamp()["query"][0] == 100


def test_a_connection_that_is_cut_while_rows_are_read_is_told(server: Postgres) -> None:
    server.execute(
        "create table if not exists many as select timestamptz '2026-01-01' + k * interval '1 second' as t,"
        " k::float8 as y from generate_series(1, 60000) k"
    )
    asked = model(server.url, "select * from many", exclude=())
    stream = open_source(asked, open_source(asked).survey().schema).stream(None, None, ["y"])
    assert len(next(stream)) == 20_000
    server.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
    with pytest.raises(SourceFault, match=r"source\.url: The database went away while it was read"):
        list(stream)


def test_a_server_that_stops_is_told_and_read_again_once_it_is_back(server: Postgres) -> None:
    asked = model(server.url)
    before = open_source(asked).stamp()
    server.stop()
    try:
        with pytest.raises(SourceFault, match=r"The database cannot be opened: .*Connection refused"):
            open_source(asked).stamp()
    finally:
        server.start()
    assert open_source(asked).stamp() == before


def test_rows_of_one_answer_are_as_of_one_moment(server: Postgres) -> None:
    server.execute("create table if not exists growing as select t, y from kinds limit 10")
    asked = model(server.url, "select * from growing", exclude=())
    with connected(asked.source, asked.folder, Patience()) as database:
        from storage.rows.questions import Questions

        count = Questions(asked, database.kind).count()
        before = database.one(count)[0]
        server.execute("insert into growing select t, y from kinds")
        assert database.one(count)[0] == before


FILE = """
name = "{name}"
task = "binary"
target = "is_canceled"
time = "arrival_date"
features = ["lead_time", "adults", "children", "adr", "hotel", "agent"]
categorical = ["hotel", "agent"]
window = "14 days"
gate = "always"
zone = "Europe/Lisbon"
[recipe_parameters]
max_iter = 20
[source]
"""


def hotels(folder: Path) -> Path:  # noqa: ARG001
    """Real bookings, which are not beside every clone."""
    found = Path(__file__).resolve().parents[3] / "shared" / "data" / "hotel_bookings.parquet"
    if not found.is_file():
        pytest.skip("the shared data sets are not beside this clone")
    return found


def bookings(folder: Path) -> Path:
    """Four hundred bookings, two an arrival day, some without children or agent."""
    n = np.arange(400)
    days = np.datetime64("2026-01-01T00:00:00", "us") + (n // 2).astype("timedelta64[D]")
    columns = {"id": n, "arrival_date": days, "is_canceled": n % 3 % 2, "lead_time": n % 7, "adults": n % 4}
    columns |= {"children": [None if k % 5 == 0 else float(k % 3) for k in n], "adr": 80 + n / 3}
    columns |= {"hotel": [f"h{k % 2}" for k in n], "agent": [None if k % 3 else str(k % 11) for k in n]}
    pq.write_table(pa.table(columns), folder / "bookings.parquet")
    return folder / "bookings.parquet"


def copied(server: Postgres, file: Path, name: str) -> None:
    """The rows of a Parquet file as a table of the same columns."""
    table = pq.read_table(file)
    kinds = {"int64": "bigint", "double": "double precision", "timestamp[us]": "timestamp"}
    columns = ", ".join(f"{field.name} {kinds.get(str(field.type), 'text')}" for field in table.schema)
    server.execute(f"drop table if exists {name}", f"create table {name} ({columns})")
    with server.connect() as connection, connection.cursor() as cursor:
        with cursor.copy(f"copy {name} from stdin") as target:
            for batch in table.to_batches(10_000):
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    target.write_row(row)
        cursor.execute(f"create index on {name} (arrival_date)")


def both(server: Postgres, file: Path, folder: Path) -> list[Path]:
    """Model files of the same rows, in the file and in the database."""
    copied(server, file, "bookings")
    sources = {
        "file": f'path = "{file}"\n',
        "base": f'url = "{server.url}"\nquery = "select * from bookings"\n',
    }
    for name, source in sources.items():
        (folder / f"{name}.toml").write_text(FILE.format(name=name) + source)
    return [folder / f"{name}.toml" for name in sources]


@pytest.mark.parametrize("rows", [bookings, hotels])
def test_the_same_rows_from_postgres_give_the_same_windows_as_from_the_file(
    server: Postgres, tmp_path: Path, rows: Callable[[Path], Path]
) -> None:
    files = both(server, rows(tmp_path), tmp_path)
    home = Home(tmp_path / "home")
    Runtime(home, Settings()).apply(files)
    with home.reading() as stores:
        kept = {name: stores.models.get(name) for name in ("file", "base")}
    home.close()
    opened = {name: open_source(each.model, each.survey.schema) for name, each in kept.items()}
    as_of = kept["file"].survey.last
    assert as_of is not None
    known = {name: know(kept[name], source, as_of) for name, source in opened.items()}
    assert known["base"].windows == known["file"].windows
    assert [known["base"].digest(window) for window in known["base"].windows] == [
        known["file"].digest(window) for window in known["file"].windows
    ]
    one, other = (opened[name].read(None, None, kept["file"].columns) for name in ("file", "base"))
    assert other.table.cast(one.table.schema).equals(one.table)
    assert (kept["base"].origin, kept["base"].survey.rows) == (kept["file"].origin, kept["file"].survey.rows)


@pytest.mark.trial
def test_hotels_lived_through_from_postgres_score_the_same_as_from_the_file(
    server: Postgres, tmp_path: Path
) -> None:
    files = both(server, hotels(tmp_path), tmp_path)
    home = Home(tmp_path / "home")
    runtime = Runtime(home, Settings(workers=1, threads=1))
    runtime.apply(files)
    found = []
    for name in ("file", "base"):
        run = runtime.wait(runtime.backfill(name, 8)[0].id, lambda _: None, sleep)
        assert run.state == "succeeded", runtime.log(run.id)
        with home.reading() as stores:
            windows = stores.windows.all(stores.models.get(name).id)
        found.append([(each.start, each.rows, each.version, each.metrics, each.baseline) for each in windows])
    home.close()
    assert len(found[0]) > 50
    assert found[0] == found[1]
