"""The tables of alerts and of muted models."""

from dataclasses import asdict, dataclass
from datetime import datetime

from core.domain.alerts import Alert
from core.domain.clock import micros
from core.domain.errors import NotThere
from storage.columns import Row, us, when
from storage.sqlite import Database

MOMENTS = ("opened", "noted_at", "muted_until", "resolved")


def alert_of(row: Row) -> Alert:
    """An alert from its row; further columns are left aside."""
    fields = {name: row[name] for name in Alert.__dataclass_fields__}
    return Alert(**{**fields, **{name: when(row[name]) for name in MOMENTS}})


def _row(alert: Alert) -> dict[str, object]:
    values = asdict(alert)
    return {**values, **{name: us(values[name]) for name in MOMENTS}}


@dataclass(frozen=True)
class AlertTable:
    """Implements core.domain.alerts.Alerts."""

    database: Database

    def get(self, id: int) -> Alert:
        row = next(self.database.query("select * from alerts where id = ?", [id]), None)
        if row is None:
            raise NotThere(f"There is no alert {id}.", "`evermodel alerts` lists them.")
        return alert_of(row)

    def all(self, model_id: int | None = None) -> list[Alert]:
        rows = self.database.query(
            "select alerts.* from alerts join models on models.id = model_id where models.removed is null"
            " and (:model is null or model_id = :model) order by alerts.id desc",
            {"model": model_id},
        )
        return [alert_of(row) for row in rows]

    def unresolved(self, model_id: int) -> list[Alert]:
        rows = self.database.query(
            "select * from alerts where model_id = ? and state <> 'resolved' order by id", [model_id]
        )
        return [alert_of(row) for row in rows]

    def open(self, alert: Alert) -> Alert:
        values = _row(alert)
        del values["id"]
        self.database.table("alerts").insert(values)
        return self.get(self.database.execute("select last_insert_rowid()").fetchone()[0])

    def change(self, alert: Alert) -> None:
        self.database.table("alerts").update(alert.id, _row(alert))

    def muted(self, model_id: int) -> datetime | None:
        row = self.database.execute("select until from mutes where model_id = ?", [model_id]).fetchone()
        return when(row[0]) if row else None

    def mute(self, model_id: int, until: datetime | None, by: str, now: datetime) -> None:
        self.database.execute("delete from mutes where model_id = ?", [model_id])
        if until is not None:
            self.database.table("mutes").insert(
                {"model_id": model_id, "until": micros(until), "by": by, "at": micros(now)}, pk="model_id"
            )

    def told(self, model_id: int) -> int:
        row = self.database.execute('select "index" from told where model_id = ?', [model_id]).fetchone()
        return int(row[0]) if row else -1

    def tell(self, model_id: int, index: int) -> None:
        self.database.execute(
            'insert or replace into told (model_id, "index") values (?, ?)', [model_id, index]
        )
