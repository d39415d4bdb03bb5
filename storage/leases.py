"""The one row that says who ticks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.clock import micros, moment
from core.domain.errors import IllegalChange, StaleTick
from core.domain.schedules import LEASE_LASTS as LEASE_LASTS
from core.domain.schedules import Lease
from storage.sqlite import Database


@dataclass(frozen=True)
class LeaseTable:
    """Implements core.domain.schedules.Leases."""

    database: Database

    def present(self) -> Lease | None:
        row = next(self.database.query("select * from leases"), None)
        return (
            Lease(row["holder"], row["fence"], moment(row["beat"]), moment(row["started"])) if row else None
        )

    def take(
        self,
        holder: str,
        now: datetime,
        gone: Callable[[str], bool] = lambda _: False,
        lasts: timedelta = LEASE_LASTS,
    ) -> Lease:
        lease = self.present()
        if lease is not None and lease.holder == holder:
            self.database.execute("update leases set beat = ?", [micros(now)])
        elif lease is not None and lease.holder and now - lease.beat < lasts and not gone(lease.holder):
            raise IllegalChange(f"{lease.holder} is ticking.", "This process waits until it stops.")
        else:
            fence = lease.fence + 1 if lease else 1
            self.database.execute(
                "insert or replace into leases (id, holder, fence, beat, started) values (1, ?, ?, ?, ?)",
                [holder, fence, micros(now), micros(now)],
            )
        taken = self.present()
        assert taken is not None
        return taken

    def check(self, fence: int) -> None:
        lease = self.present()
        if lease is None or lease.fence != fence or not lease.holder:
            raise StaleTick("Another process ticks now.", "This one waits until that stops.")

    def release(self, fence: int) -> None:
        self.database.execute("update leases set holder = '' where fence = ?", [fence])
