"""Connections to the home's one SQLite file, and the guard against an old SQLite's bug."""

import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
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
SQLITE = sqlite3.sqlite_version


def has_wal_reset_bug(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether two connections that write and checkpoint together may lose pages (SQLite 3.7.0 to 3.51.2)."""
    return version < WAL_RESET_MENDED


class Connections:
    """A pool of connections to one file; each is used by one thread at a time."""

    def __init__(self, path: Path, make_room: Callable[[], bool] = lambda: False):
        """`make_room`: asked where a connection cannot be made; whether that may have helped."""
        self._path, self._make_room = path, make_room
        self._idle: list[Database] = []
        self._guard = threading.Lock()

    @contextmanager
    def borrow(self) -> Iterator[Database]:
        with self._guard:
            database = self._idle.pop() if self._idle else None
        database = database or self._connected()
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

    def _connected(self) -> Database:
        # On a full disk there is no room for what connections share.
        try:
            return self._connect()
        except sqlite3.OperationalError:
            if not self._make_room():
                raise
            return self._connect()

    def _connect(self) -> Database:
        connection = sqlite3.connect(self._path, timeout=15, isolation_level=None, check_same_thread=False)
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").close()
        except BaseException:
            connection.close()
            raise
        return Database(connection)


@contextmanager
def only_looking(path: Path) -> Iterator[Database]:
    """A connection that needs to write nothing, for a folder that cannot be written; for one look only.

    While another process writes there, its log and what it shares lie beside the file and are read too. Where
    no log is, nobody writes, and the file alone is whole: `immutable` spares SQLite what it cannot make.
    """
    log = path.with_name(path.name + "-wal")
    how = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{path.as_uri()}?{how}", uri=True, timeout=15, isolation_level=None)
    try:
        yield Database(connection)
    finally:
        connection.close()


def write_lock(path: Path) -> AbstractContextManager[object]:
    """What a writer holds around its transaction: nothing, or one file lock where SQLite has the WAL-reset
    bug.
    """
    return lock_for(path) if has_wal_reset_bug() else nullcontext()


def lock_for(path: Path) -> FileLock:
    """The file lock of one home."""
    return FileLock(path, thread_local=False, mode=0o600, poll_interval=0.005)
