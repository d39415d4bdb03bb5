"""Home: the one folder that remembers, and the one owner of a transaction."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from core.domain.errors import HomeFull, NotAllowed
from storage.migrations.home import migrations, unknown
from storage.room import TO_WRITE, Room, is_full
from storage.sqlite import Connections, Database, only_looking, write_lock
from storage.stores import Stores

FOLDERS = ("snapshots", "predictions", "artifacts", "inbox", "logs", "backups")


class Home:
    """One folder with everything, opened; older homes are brought up to date, newer ones refused
    (NotAllowed).

    One that can only be read is opened for reading; it may be written as soon as its folder may.
    """

    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        self.room = Room(self.folder)
        self._file = self.folder / "evermodel.db"
        self._connections = Connections(self._file, self.room.give_up)
        self._write_lock_file = self.folder / "evermodel.lock"
        self._ready = False
        if self.why_read_only() is not None:
            self._look_ready()
            return
        try:
            self._make_ready()
        except HomeFull as full:
            self._look_ready(full)

    @contextmanager
    def transaction(self, *, synced: bool = True) -> Iterator[Stores]:
        """One transaction over every store: committed at the end of the block, rolled back if it raises.

        `synced` False: a power cut may take it back, as long as nothing synced came after it; for what only
        tells how far a run is.

        HomeFull where the disk has no room, NotAllowed where the home can only be read.
        """
        if (why := self.why_read_only()) is not None:
            raise NotAllowed(why, TO_WRITE)
        if not self._ready:
            self._make_ready()
        with (
            self._told(),
            write_lock(self._write_lock_file),
            self._connections.borrow() as database,
            _synchronous(database, synced),
        ):
            database.execute("BEGIN IMMEDIATE")
            yield Stores(database)
            database.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[Stores]:
        """One consistent look over every store; writing in it is an error of SQLite's."""
        with self._told_of_reading(), self._looking() as database:
            database.execute("PRAGMA query_only=ON")
            database.execute("BEGIN")
            try:
                yield Stores(database)
            finally:
                if database.conn.in_transaction:  # SQLite itself ends one after some errors
                    database.execute("ROLLBACK")
                database.execute("PRAGMA query_only=OFF")

    def why_read_only(self) -> str | None:
        """Why nothing can be written here now, in words; None where it can, or where there is no home yet."""
        if not os.path.exists(self._file):  # False too in a folder that may not be looked into
            return None
        for path, needed in ((self.folder, os.W_OK | os.X_OK), (self._file, os.W_OK)):
            if not os.access(path, needed):
                return f"The home {self.folder} can only be read."
        return None

    def path(self, *parts: str) -> Path:
        return self.folder.joinpath(*parts)

    def close(self) -> None:
        if self.why_read_only() is not None:
            self._connections.close()
            return
        # The last connection to close checkpoints, which is a write.
        with write_lock(self._write_lock_file):
            self._connections.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What only the disk is to blame for, in words."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if (words := self.room.told(error)) is None:
                raise
            raise words from error

    @contextmanager
    def _looking(self) -> Iterator[Database]:
        """A connection to read by: where there is no room for an ordinary one, one that needs none."""
        with ExitStack() as stack:
            yield self._reader(stack)

    def _reader(self, stack: ExitStack) -> Database:
        if self.why_read_only() is None:
            try:
                return stack.enter_context(self._connections.borrow())
            except sqlite3.OperationalError as error:
                if not is_full(error):
                    raise
        return stack.enter_context(only_looking(self._file))

    @contextmanager
    def _told_of_reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_CANTOPEN or self.why_read_only() is None:
                raise
            raise NotAllowed(
                f"The home {self.folder} can only be read, and was not closed by who wrote it last.",
                "Open it once where it can be written.",
            ) from error

    def _make_ready(self) -> None:
        self._make_folders()
        try:
            with self._told():
                self._migrate()
        except BaseException:
            self.close()
            raise
        self._ready = True

    def _look_ready(self, full: HomeFull | None = None) -> None:
        """NotAllowed unless a home that can only be read is whole and of this Evermodel.

        `full`: what is raised instead where the disk alone keeps it from being brought up to date.
        """
        if not os.access(self._file, os.R_OK):
            raise NotAllowed(f"The home {self.folder} cannot be read.", "Give another folder with --home.")
        with self.reading() as stores:
            self._refuse_newer(stores.database)
            if migrations.pending(stores.database):
                raise full or NotAllowed(
                    f"The home {self.folder} is of an older Evermodel and can only be read.", TO_WRITE
                )

    def _make_folders(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for name in FOLDERS:
                (self.folder / name).mkdir(exist_ok=True, mode=0o700)
            (self.folder / "evermodel.db").touch(mode=0o600)
        except OSError as error:
            if is_full(error):
                raise self.room.told(error) or error from error
            raise NotAllowed(
                f"The home {self.folder} cannot be written: {error.strerror}.",
                "Give another folder with --home, or make this one writable.",
            ) from error

    def _migrate(self) -> None:
        with self._connections.borrow() as database:
            if not migrations.pending(database) and not unknown(database):
                return
        with write_lock(self._write_lock_file), self._connections.borrow() as database:
            self._refuse_newer(database)
            database.execute("BEGIN IMMEDIATE")
            migrations.apply(database)
            database.execute("COMMIT")

    def _refuse_newer(self, database: Database) -> None:
        if newer := unknown(database):
            raise NotAllowed(
                f"The home {self.folder} belongs to a newer Evermodel ({', '.join(newer)}).",
                "Use that one, or another home.",
            )


@contextmanager
def _synchronous(database: Database, synced: bool) -> Iterator[None]:
    """FULL, as every connection is opened, or for one transaction NORMAL, which spares it the wait."""
    if synced:
        yield
        return
    database.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        if database.conn.in_transaction:
            database.execute("ROLLBACK")  # within one, the pragma would change nothing
        database.execute("PRAGMA synchronous=FULL")
