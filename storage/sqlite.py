"""Connections to the home's one SQLite file, and the guard against an old SQLite's bug."""

import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from filelock import FileLock


@contextmanager
def _without_pandas() -> Iterator[None]:
    # sqlite-utils imports pandas where it can, for a feature that is not used here: over a second a start.
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["pandas"]


with _without_pandas():
    from sqlite_utils import Database as Database
    from sqlite_utils import Migrations as Migrations

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "fullfsync=1", "foreign_keys=ON", "busy_timeout=15000")
WAL_RESET_MENDED = (3, 51, 3)


def has_wal_reset_bug(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether two connections that write and checkpoint together may lose pages (SQLite 3.7.0 to 3.51.2)."""
    return version < WAL_RESET_MENDED


class Connections:
    """A pool of connections to one file; each is used by one thread at a time."""

    def __init__(self, path: Path):
        self._path = path
        self._idle: list[Database] = []
        self._guard = threading.Lock()

    @contextmanager
    def borrow(self) -> Iterator[Database]:
        with self._guard:
            database = self._idle.pop() if self._idle else None
        database = database or self._connect()
        try:
            yield database
        except BaseException:
            if database.conn.in_transaction:
                database.execute("ROLLBACK")
            raise
        finally:
            with self._guard:
                self._idle.append(database)

    def close(self) -> None:
        with self._guard:
            idle, self._idle = self._idle, []
        for database in idle:
            database.conn.close()

    def _connect(self) -> Database:
        connection = sqlite3.connect(self._path, timeout=15, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
        return Database(connection)


def write_lock(path: Path) -> AbstractContextManager[object]:
    """What a writer holds around its transaction: nothing, or one file lock where SQLite has the WAL-reset
    bug.
    """
    return (
        FileLock(path, thread_local=False, mode=0o600, poll_interval=0.005)
        if has_wal_reset_bug()
        else nullcontext()
    )
