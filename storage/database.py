"""Home: the one folder that remembers, and the one owner of a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.domain.errors import NotAllowed
from storage.leases import LeaseTable
from storage.ledger import LedgerTable
from storage.migrations import migrations
from storage.models import ModelTable
from storage.runs import RunTable
from storage.schedules import ScheduleTable
from storage.snapshot_lists import SnapshotTable
from storage.sqlite import Connections, Database, write_lock
from storage.versions import VersionTable
from storage.windows import WindowTable

FOLDERS = ("snapshots", "predictions", "artifacts", "inbox", "logs", "backups")


@dataclass(frozen=True)
class Stores:
    """Every store over one connection: inside `Home.transaction()` they read and write, else they only
    read.
    """

    database: Database

    @property
    def models(self) -> ModelTable:
        return ModelTable(self.database)

    @property
    def schedules(self) -> ScheduleTable:
        return ScheduleTable(self.database)

    @property
    def ledger(self) -> LedgerTable:
        return LedgerTable(self.database)

    @property
    def leases(self) -> LeaseTable:
        return LeaseTable(self.database)

    @property
    def runs(self) -> RunTable:
        return RunTable(self.database)

    @property
    def versions(self) -> VersionTable:
        return VersionTable(self.database)

    @property
    def windows(self) -> WindowTable:
        return WindowTable(self.database)

    @property
    def snapshots(self) -> SnapshotTable:
        return SnapshotTable(self.database)


class Home:
    """One folder with everything, opened; older homes are brought up to date, newer ones refused
    (NotAllowed).
    """

    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        self._make_folders()
        self._connections = Connections(self.folder / "evermodel.db")
        self._write_lock_file = self.folder / "evermodel.lock"
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Stores]:
        """One transaction over every store: committed at the end of the block, rolled back if it raises."""
        with write_lock(self._write_lock_file), self._connections.borrow() as database:
            database.execute("BEGIN IMMEDIATE")
            yield Stores(database)
            database.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[Stores]:
        """One consistent look over every store; writing in it is an error of SQLite's."""
        with self._connections.borrow() as database:
            database.execute("PRAGMA query_only=ON")
            database.execute("BEGIN")
            try:
                yield Stores(database)
            finally:
                database.execute("ROLLBACK")
                database.execute("PRAGMA query_only=OFF")

    def path(self, *parts: str) -> Path:
        return self.folder.joinpath(*parts)

    def close(self) -> None:
        # The last connection to close checkpoints, which is a write.
        with write_lock(self._write_lock_file):
            self._connections.close()

    def _make_folders(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for name in FOLDERS:
                (self.folder / name).mkdir(exist_ok=True, mode=0o700)
            (self.folder / "evermodel.db").touch(mode=0o600)
        except OSError as error:
            raise NotAllowed(
                f"The home {self.folder} cannot be written: {error.strerror}.",
                "Give another folder with --home, or make this one writable.",
            ) from error

    def _migrate(self) -> None:
        with self._connections.borrow() as database:
            if not migrations.pending(database) and not self._foreign(database):
                return
        with write_lock(self._write_lock_file), self._connections.borrow() as database:
            if unknown := self._foreign(database):
                raise NotAllowed(
                    f"The home {self.folder} belongs to a newer Evermodel ({unknown}).",
                    "Use that one, or another home.",
                )
            database.execute("BEGIN IMMEDIATE")
            migrations.apply(database)
            database.execute("COMMIT")

    @staticmethod
    def _foreign(database: Database) -> str:
        ours = {migration.name for migration in migrations.pending(database)}
        ours |= {migration.name for migration in migrations.applied(database)}
        known = {migration.name for migration in migrations._migrations}
        return ", ".join(sorted(ours - known))
