"""What can be asked of the home itself: is it whole, has it room, how is it set, who keeps its clock."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from core.engine import processes
from core.entrypoints.acts.desk import Desk
from core.entrypoints.settings import Told, told
from storage.disk_use import DiskUse
from storage.sqlite import SQLITE, has_wal_reset_bug

if TYPE_CHECKING:
    from storage.integrity import Check

LATE = timedelta(seconds=30)


class UpkeepActs(Desk):
    """Looks at the home as a whole."""

    serves = False
    """Whether this process is a server; then another that ticks makes it a standby."""

    def check(self) -> "Iterator[Check]":
        """Whether tables, files, ledger and disk are as they should be."""
        from storage.integrity import check

        return check(self.home, self.settings.low_disk, self.now())

    def health(self) -> dict[str, object]:
        """How the scheduler does, by the lease's last beat; `problem`: why it cannot work, in words."""
        with self.home.reading() as stores:
            lease = stores.leases.present()
        beats = lease is not None and bool(lease.holder) and self.now() - lease.beat < LATE
        found: dict[str, object] = {
            "status": "ok" if beats else "late",
            "scheduler": self._scheduler(lease.holder) if beats and lease else "late",
            "last_tick": lease.beat if lease else None,
        }
        trouble = self.trouble()
        return {**found, "problem": trouble} if trouble else found

    def settings_told(self) -> list[Told]:
        return told(self.settings)

    def disk_use(self) -> Mapping[str, int]:
        """Bytes by folder of the home, at most half a minute old."""
        if self._disk_use is None:
            self._disk_use = DiskUse(self.home.folder)
        return self._disk_use.sizes()

    def sqlite(self) -> tuple[str, bool]:
        """The version of SQLite, and whether writers take turns because of it."""
        return SQLITE, has_wal_reset_bug()

    _disk_use: DiskUse | None = None

    def _scheduler(self, holder: str) -> str:
        return "standby" if self.serves and holder != processes.holder() else "ticking"
