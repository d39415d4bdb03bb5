"""A home that may be served as it is is told from one that must be opened first."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Home
from storage.peeking import is_present


@pytest.fixture
def home(tmp_path: Path) -> Path:
    Home(tmp_path).close()
    return tmp_path


def test_a_home_of_this_evermodel_is_present(home: Path) -> None:
    assert is_present(home)


def test_peeking_spares_the_server_sqlite_utils() -> None:
    code = "import storage.peeking, sys; print('sqlite_utils' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_a_folder_without_tables_is_not_present(tmp_path: Path) -> None:
    assert not is_present(tmp_path)
    (tmp_path / "logs").mkdir()
    (tmp_path / "evermodel.db").touch()
    assert not is_present(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        "insert into _sqlite_migrations (migration_set, name) values ('evermodel', 'm999_newer')",
        "delete from _sqlite_migrations",
    ],
)
def test_a_newer_or_older_home_is_not_present(home: Path, change: str) -> None:
    with closing(sqlite3.connect(home / "evermodel.db")) as connection:
        connection.execute(change)
        connection.commit()
    assert not is_present(home)


def test_what_is_no_database_is_not_present(home: Path) -> None:
    (home / "evermodel.db").write_bytes(b"no database" * 100)
    assert not is_present(home)
