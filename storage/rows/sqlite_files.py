"""SQLite files of others: opened so that a query can only select, and not for ever."""

import os
import sqlite3
from collections.abc import Callable
from urllib.parse import quote

from sqlalchemy.engine import URL

from core.domain.errors import SourceFault

_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,  # what the driver ends its own reading with
}
_STEPS = 20_000  # of SQLite's machine between two looks at the clock: about a millisecond


def open_sqlite(url: URL, folder: str, place: str, wait: int, late: Callable[[], bool]) -> sqlite3.Connection:
    """A connection that can only select from this file, and is interrupted once `late()`.

    A relative path starts at `folder`. `place`: for messages. `wait`: seconds for another program's lock.
    SourceFault: no such file.
    """
    path = os.path.join(folder, os.path.expanduser(url.database or ""))
    if not url.database or url.get_driver_name() != "pysqlite" or url.query:
        raise SourceFault(
            "SQLite reads a file.",
            'Write its address as "sqlite:///rows.db", or "sqlite:////folder/rows.db" from the root.',
            file=place,
            key="source.url",
        )
    if not os.path.isfile(path):
        raise SourceFault(
            "There is no such file.",
            "Look at the url under [source]; its path starts at the model file's folder.",
            file=place,
            key="source.url",
        )
    connection = sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode=ro", uri=True, timeout=wait)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_authorize)
    connection.set_progress_handler(lambda: int(late()), _STEPS)
    return connection


def _authorize(act: int, first: str | None, second: str | None, *_: str | None) -> int:
    if act in _ALLOWED and second != "load_extension":
        return sqlite3.SQLITE_OK
    if act == sqlite3.SQLITE_PRAGMA and first == "read_uncommitted" and second is None:
        return sqlite3.SQLITE_OK  # asked by SQLAlchemy when it first connects
    return sqlite3.SQLITE_DENY
