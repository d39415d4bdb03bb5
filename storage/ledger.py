"""The ledger: exactly one entry for every due time that has passed."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.clock import micros, moment
from core.domain.errors import IllegalChange
from core.domain.schedules import Entry
from storage.columns import us
from storage.sqlite import Database


@dataclass(frozen=True)
class LedgerTable:
    """Implements core.domain.schedules.Ledger."""

    database: Database

    def enter(self, entries: Sequence[Entry]) -> None:
        try:
            # A schedule that nobody ticked for months enters them by the million, and others wait meanwhile.
            self.database.conn.executemany(
                "insert into ledger (schedule_id, model_id, due, outcome, at, run_id, reason)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        entry.schedule_id,
                        entry.model_id,
                        micros(entry.due),
                        entry.outcome,
                        micros(entry.at),
                        entry.run_id,
                        entry.reason,
                    )
                    for entry in entries
                ),
            )
        except sqlite3.IntegrityError as error:
            raise IllegalChange("A due time has its entry in the ledger already.") from error

    def of(self, model_id: int, start: datetime | None, end: datetime | None) -> list[Entry]:
        rows = self.database.query(
            "select * from ledger where model_id = :model and (:start is null or due >= :start)"
            " and (:end is null or due < :end) order by due, schedule_id",
            {"model": model_id, "start": us(start), "end": us(end)},
        )
        return [
            Entry(
                row["schedule_id"],
                row["model_id"],
                moment(row["due"]),
                row["outcome"],
                moment(row["at"]),
                row["run_id"],
                row["reason"],
            )
            for row in rows
        ]
