"""A model whose rows lie in SQLite: the same commands, the same windows as of the file."""

import csv
import sqlite3
from contextlib import closing

import pytest


@pytest.fixture
def base(line):
    """The rows of the file as a table, and a model of it."""
    with (line.folder / "rows.csv").open() as file, closing(sqlite3.connect(line.folder / "rows.db")) as rows:
        rows.execute("create table rides (at text, x real, y real)")
        rows.executemany("insert into rides values (?, ?, ?)", list(csv.reader(file))[1:])
        rows.commit()
    text = (line.folder / "m.toml").read_text().replace('name = "m"', 'name = "base"')
    source = 'url = "sqlite:///${ROWS_NAME}.db"\nquery = "select * from rides"'
    (line.folder / "base.toml").write_text(text.replace('path = "rows.csv"', source))
    return line


def test_history_from_a_database_is_that_of_the_file(base, lived, monkeypatch):
    monkeypatch.setenv("ROWS_NAME", "rows")
    base.json("apply", base.folder / "base.toml")
    assert base.json("backfill", "base", "--every", "2")["state"] == "succeeded"
    assert base.json("windows", "base") == lived.json("windows", "m")
    assert len(base.json("versions", "base")) == len(lived.json("versions", "m")) > 1
    assert base.json("apply", base.folder / "base.toml")[0]["change"] == "unchanged"
    assert 'url = "sqlite:///${ROWS_NAME}.db"' in base.run("show", "base").stdout


def test_what_is_wrong_with_a_database_is_told_with_its_key(base, monkeypatch):
    (fault,) = base.faults(2, "apply", base.folder / "base.toml")
    assert (fault["key"], fault["file"]) == ("source.url", str(base.folder / "base.toml"))
    assert "The variable ROWS_NAME is not set." in fault["problem"]
    monkeypatch.setenv("ROWS_NAME", "absent")
    (fault,) = base.faults(2, "apply", base.folder / "base.toml")
    assert "There is no such file." in fault["problem"]
    text = (base.folder / "base.toml").read_text()
    (base.folder / "base.toml").write_text(text.replace("select * from rides", "drop table rides"))
    monkeypatch.setenv("ROWS_NAME", "rows")
    (fault,) = base.faults(2, "apply", base.folder / "base.toml")
    assert (fault["key"], "It is no SELECT." in fault["problem"]) == ("source.query", True)
    assert base.json("models") == []
