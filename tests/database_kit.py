"""Databases of rows that tests make: SQLite files in a folder."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.domain.errors import SourceFault
from core.domain.models import Model
from core.domain.sources import Source, SourceSpec
from core.domain.spans import Span
from storage.rows import open_source

ALL = "select * from rows"
ENDLESS = """with recursive n(i) as (select 1 union all select i + 1 from n)
select date('2026-01-01') as t, i as y from n"""


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
