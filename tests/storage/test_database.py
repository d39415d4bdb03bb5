"""A home: one transaction over every table, many at once, and which homes are refused."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from filelock import FileLock

import storage.database
from core.domain.errors import NotAllowed
from core.domain.models import Kept
from core.domain.runs import Asked
from core.domain.schedules import Rule
from storage.database import Home
from storage.migrations.home import migrations
from storage.sqlite import Database, Migrations, has_wal_reset_bug, write_lock
from storage.stores import Stores
from tests.home_kit import NOW, add_model, add_version

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("models", "schedules", "runs", "versions", "promotions", "snapshots", "leases")


def counts(home: Home) -> dict[str, int]:
    with home.reading() as stores:
        return {
            name: stores.database.execute(f"select count(*) from {name}").fetchone()[0] for name in TABLES
        }


def fill(home: Home, fails: bool) -> None:
    """A row in each table in one transaction, which may raise at its end."""
    with home.transaction() as t:
        kept = add_model(t)
        version = add_version(t, kept)
        t.versions.promote(kept.id, version.number, NOW, NOW, by="gate", why="")
        t.schedules.add(kept.id, Rule(cron="0 * * * *"), NOW)
        t.leases.take("a", NOW)
        if fails:
            raise KeyError("in the block")


def test_block_that_raises_leaves_no_table_changed(home: Home) -> None:
    with pytest.raises(KeyError):
        fill(home, fails=True)
    assert set(counts(home).values()) == {0}
    fill(home, fails=False)
    assert set(counts(home).values()) == {1}


@pytest.mark.parametrize("fails", [False, True])
def test_a_transaction_after_one_that_was_not_synced_is_synced_again(home: Home, fails: bool) -> None:
    def how(t: Stores) -> int:
        return int(t.database.execute("PRAGMA synchronous").fetchone()[0])

    with suppress(KeyError), home.transaction(synced=False) as t:
        assert how(t) == 1
        add_model(t)
        if fails:
            raise KeyError("in the block")
    with home.transaction() as t:
        assert how(t) == 2
        assert len(t.models.all()) == (0 if fails else 1)


def test_reading_cannot_write_and_says_so(home: Home) -> None:
    with home.reading() as stores, pytest.raises(sqlite3.OperationalError, match="readonly"):
        stores.leases.take("a", NOW)
    with pytest.raises(sqlite3.OperationalError, match="readonly"), home.reading() as stores:
        add_model(stores)
    fill(home, fails=False)  # the connection may write again
    assert set(counts(home).values()) == {1}


def test_look_that_sqlite_ended_leaves_a_connection_that_writes(home: Home) -> None:
    with home.reading() as stores:
        stores.database.execute("ROLLBACK")  # as SQLite does by itself where a read fails
    fill(home, fails=False)
    assert set(counts(home).values()) == {1}


def test_reading_is_one_look_whatever_is_committed_meanwhile(home: Home) -> None:
    with home.reading() as stores:
        assert stores.models.all() == []
        fill(home, fails=False)
        assert stores.models.all() == []
    with home.reading() as stores:
        assert len(stores.models.all()) == 1


def test_home_of_a_newer_evermodel_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path)
    fill(home, fails=False)
    home.close()
    with sqlite3.connect(tmp_path / "evermodel.db") as connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " values ('evermodel', 'm999_of_tomorrow', '2030-01-01')"
        )
    connection.close()
    with pytest.raises(NotAllowed, match=r"newer Evermodel \(m999_of_tomorrow\)"):
        Home(tmp_path)
    with sqlite3.connect(tmp_path / "evermodel.db") as connection:
        connection.execute("delete from _sqlite_migrations where name = 'm999_of_tomorrow'")
    connection.close()
    again = Home(tmp_path)
    assert set(counts(again).values()) == {1}
    again.close()


def with_failing_migration() -> Migrations:
    """The present migrations, and one more that fails half way."""
    more = Migrations("evermodel")
    more._migrations.extend(migrations._migrations)

    @more()
    def m999_fails(db: Database) -> None:
        db.execute("create table half (id integer)")
        db.execute("delete from leases")
        raise ValueError("half way")

    return more


def test_failed_migration_leaves_an_older_home_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    fill(home, fails=False)
    home.close()
    with monkeypatch.context() as patch:
        patch.setattr(storage.database, "migrations", with_failing_migration())
        with pytest.raises(ValueError, match="half way"):
            Home(tmp_path)
    again = Home(tmp_path)
    assert set(counts(again).values()) == {1}
    with again.reading() as stores:
        assert "half" not in stores.database.table_names()
    again.close()


def test_failed_migration_leaves_a_new_home_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(storage.database, "migrations", with_failing_migration())
        with pytest.raises(ValueError, match="half way"):
            Home(tmp_path)
    connection = sqlite3.connect(tmp_path / "evermodel.db")
    tables = {name for (name,) in connection.execute("select name from sqlite_master")}
    connection.close()
    assert tables & {*TABLES, "half"} == set()


def test_files_are_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "new" / "home")
    fill(home, fails=False)
    modes = {
        path.relative_to(home.folder).as_posix(): path.stat().st_mode & 0o777
        for path in [home.folder, *home.folder.rglob("*")]
    }
    home.close()
    assert {"evermodel.db", "evermodel.db-wal", "snapshots", "logs", "artifacts"} <= set(modes)
    folders = {name for name in modes if (home.folder / name).is_dir()}
    assert {modes[name] for name in folders} == {0o700}
    assert {mode for name, mode in modes.items() if name not in folders} == {0o600}


def test_home_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotAllowed, match="--home"):
        Home(tmp_path / "file" / "home")


WRITER = """
import sys
import storage.sqlite
from datetime import UTC, datetime
from pathlib import Path
from core.domain.runs import Asked
from storage.database import Home
NOW = datetime(2026, 3, 2, tzinfo=UTC)
if sys.argv[4] == "mended":
    storage.sqlite.WAL_RESET_MENDED = (0,)
home = Home(Path(sys.argv[1]))
for _ in range(int(sys.argv[3])):
    with home.transaction() as t:
        run, _ = t.runs.queue(Asked(int(sys.argv[2]), "retrain", "manual"), NOW)
        t.runs.claim(run.id, "p", 1, 0.0, NOW)
        t.runs.end(run.id, "p", "succeeded", NOW)
home.close()
"""


@pytest.mark.parametrize("sqlite", ["here", "mended"])
def test_threads_and_another_process_write_at_once(
    home: Home, kept: Kept, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the guard that this SQLite needs, and as if it needed none."""
    if sqlite == "mended":
        monkeypatch.setattr("storage.sqlite.WAL_RESET_MENDED", (0,))
    times, faults = 40, list[Exception]()

    def write() -> None:
        try:
            for _ in range(times):
                with home.transaction() as t:
                    before = len(t.runs.latest(kept.id, 10_000))  # read, then write
                    run, merged = t.runs.queue(Asked(kept.id, "retrain", "manual"), NOW)
                    t.runs.claim(run.id, "t", 1, 0.0, NOW)
                    t.runs.end(run.id, "t", "succeeded", NOW)
                    assert not merged
                    assert len(t.runs.latest(kept.id, 10_000)) == before + 1
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=write) for _ in range(2)]
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home.folder), str(kept.id), str(times), sqlite],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _, said = process.communicate(timeout=60)
    assert (faults, process.returncode, said) == ([], 0, "")
    assert counts(home)["runs"] == 3 * times


@pytest.mark.parametrize(
    ("version", "guarded"),
    [((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 53, 0), False), ((4, 0, 0), False)],
)
def test_sqlite_with_the_wal_reset_bug_is_told(version: tuple[int, int, int], guarded: bool) -> None:
    assert has_wal_reset_bug(version) == guarded


TRY = """
import sys
from filelock import FileLock, Timeout
try:
    FileLock(sys.argv[1]).acquire(timeout=0)
except Timeout:
    sys.exit(7)
"""


def taken(path: Path) -> bool:
    """Whether another process cannot take the lock."""
    status = subprocess.run([sys.executable, "-c", TRY, str(path)], check=False).returncode
    assert status in (0, 7)
    return status == 7


def test_writers_of_an_old_sqlite_take_turns(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = home.folder / "evermodel.lock"
    monkeypatch.setattr("storage.sqlite.WAL_RESET_MENDED", (99,))
    with write_lock(tmp_path / "one.lock"):
        assert taken(tmp_path / "one.lock")
    assert not taken(tmp_path / "one.lock")
    with home.transaction():
        assert taken(lock)
    with home.reading():
        assert not taken(lock)
    with pytest.raises(KeyError):
        fill(home, fails=True)
    assert not taken(lock)


def test_writers_of_a_mended_sqlite_need_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.sqlite.WAL_RESET_MENDED", (0,))
    with write_lock(tmp_path / "one.lock"):
        assert not (tmp_path / "one.lock").exists()
    with FileLock(tmp_path / "home.lock", timeout=0):  # what a lock would have met
        home = Home(tmp_path / "home")
        fill(home, fails=False)
        assert not (home.folder / "evermodel.lock").exists()
        home.close()
