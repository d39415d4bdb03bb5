"""Databases: opened for reading alone, with time-outs; what goes wrong is told in one sentence."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from core.domain.addresses import HIDDEN, expanded, passwords
from core.domain.errors import SourceFault
from core.domain.sources import SourceSpec
from storage.rows.sqlite_files import open_sqlite

BATCH = 20_000
"""Rows that are fetched at a time."""


@dataclass(frozen=True)
class Patience:
    """Seconds to wait for a connection, and for one answer."""

    connect: int = 10
    answer: int = 600


@dataclass(frozen=True)
class Database:
    """An open connection that can only read. Ask within `connected`."""

    connection: Connection
    renew: Callable[[], None]
    _open: list[sa.CursorResult[Any]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """SQLAlchemy's name of the database, such as postgresql."""
        return self.connection.dialect.name

    def batches(self, question: sa.Select[Any]) -> Iterator[Sequence[Sequence[Any]]]:
        """The rows of the answer, at most BATCH at a time, none of them kept."""
        self.renew()
        answer = self.connection.execute(question)
        self._open.append(answer)
        while rows := answer.fetchmany(BATCH):
            yield rows
            self.renew()

    def one(self, question: sa.Select[Any]) -> Sequence[Any]:
        """The only row of the answer."""
        self.renew()
        with self.connection.execute(question) as answer:
            return answer.one()

    def described(self, question: sa.Select[Any]) -> Sequence[Any]:
        """The columns of the answer as the driver describes them, each with its name first."""
        self.renew()
        with self.connection.execute(question) as answer:
            return tuple(answer.cursor.description or ()) if answer.cursor is not None else ()

    def close(self) -> None:
        """Answers that were not read to their end first: a driver minds the other order."""
        for answer in self._open:
            with suppress(SQLAlchemyError):
                answer.close()
        self.connection.close()


@contextmanager
def connected(spec: SourceSpec, folder: str, patience: Patience) -> Iterator[Database]:
    """The source's database, its rows as of one moment. SourceFault says what went wrong in between."""
    address = expanded(spec.url or "", os.environ)
    telling = _Telling(spec, (*passwords(spec.url or ""), *passwords(address)), patience)
    deadline = _Deadline(patience.answer)
    try:
        connection = _engine(_url(address, spec), spec.place, folder, patience, deadline).connect()
    except SQLAlchemyError as error:
        raise telling.unreachable(error) from error
    except ImportError as error:
        raise telling.without_driver(error) from error
    database = Database(connection, deadline.renew)
    try:
        _only_read(connection, patience)
        connection.execution_options(stream_results=True, max_row_buffer=BATCH)
        yield database
    except SQLAlchemyError as error:
        raise telling.broken(error) from error
    finally:
        database.close()


def _url(address: str, spec: SourceSpec) -> URL:
    try:
        return make_url(address)
    except (ArgumentError, ValueError) as error:
        raise SourceFault(
            "It is no address of a database.",
            'Write it as in "sqlite:///rows.db" or "postgresql+psycopg://me:${PASSWORD}@host/name".',
            file=spec.place,
            key="source.url",
        ) from error


def _engine(url: URL, place: str, folder: str, patience: Patience, deadline: "_Deadline") -> sa.Engine:
    if url.get_backend_name() == "sqlite":
        return sa.create_engine(
            "sqlite://",
            creator=lambda: open_sqlite(url, folder, place, patience.connect, deadline.passed),
            poolclass=sa.NullPool,
        )
    arguments: dict[str, object] = {}
    if url.get_backend_name() == "postgresql":
        # a host that is gone without a word would be waited for without end
        arguments = {
            "connect_timeout": patience.connect,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
        }
    return sa.create_engine(url, connect_args=arguments, poolclass=sa.NullPool)


def _only_read(connection: Connection, patience: Patience) -> None:
    """All answers as of one moment, and no statement that changes anything."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("set transaction isolation level repeatable read, read only"))
        connection.execute(sa.text(f"set local statement_timeout = {patience.answer * 1000}"))
        connection.execute(sa.text("set local time zone 'UTC'"))


class _Deadline:
    """Of one answer. SQLite has none of its own."""

    def __init__(self, seconds: int):
        self._seconds, self._end = seconds, time.monotonic() + seconds

    def renew(self) -> None:
        self._end = time.monotonic() + self._seconds

    def passed(self) -> bool:
        return time.monotonic() > self._end


@dataclass(frozen=True)
class _Telling:
    """Faults of one source, without its passwords."""

    spec: SourceSpec
    secrets: tuple[str, ...]
    patience: Patience

    def unreachable(self, error: SQLAlchemyError) -> SourceFault:
        if isinstance(error, NoSuchModuleError):
            return self._fault("url", f"There is no such kind of database: {self._said(error)}.", _KINDS)
        return self._fault(
            "url",
            f"The database cannot be opened: {self._said(error)}.",
            "Look whether it runs, and at the url under [source].",
        )

    def without_driver(self, error: ImportError) -> SourceFault:
        return self._fault("url", f"Its driver is not installed ({error.name}).", _KINDS)

    def broken(self, error: SQLAlchemyError) -> SourceFault:
        own = error.orig if isinstance(error, DBAPIError) else None
        if getattr(own, "sqlstate", None) == "57014" or str(own) == "interrupted":
            return self._fault(
                "query",
                f"The database did not answer within {self.patience.answer:,} seconds.",
                "Make the query faster: an index on the time column helps most.",
            )
        if isinstance(error, DBAPIError) and (error.connection_invalidated or _gone(own)):
            return self._fault(
                "url",
                f"The database went away while it was read: {self._said(error)}.",
                "Look why, and retry.",
            )
        if isinstance(error, DataError):
            return self._fault(
                "query",
                f"A value cannot be read: {self._said(error)}.",
                "Cast it in the query, or leave it out.",
            )
        return self._fault(
            "query",
            f"The database refused the query: {self._said(error)}.",
            "Look at the query under [source].",
        )

    def _fault(self, key: str, problem: str, fix: str) -> SourceFault:
        return SourceFault(problem, fix, file=self.spec.place, key=f"source.{key}")

    def _said(self, error: SQLAlchemyError) -> str:
        """The first line of what the driver says."""
        own = str(error.orig if isinstance(error, DBAPIError) and error.orig else error)
        for secret in self.secrets:
            own = own.replace(secret, HIDDEN)
        lines = own.strip().splitlines()
        return lines[0].strip().rstrip(".") if lines else type(error).__name__


_KINDS = (
    "SQLite is built in; PostgreSQL needs the extra postgres (pip install 'evermodel[postgres]'); "
    "others need their driver of SQLAlchemy."
)


def _gone(error: object) -> bool:
    state = getattr(error, "sqlstate", None) or ""
    return state.startswith(("57P", "08")) or (
        isinstance(error, sqlite3.OperationalError) and "disk I/O" in str(error)
    )
