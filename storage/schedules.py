"""The table of schedules."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.clock import micros, moment
from core.domain.errors import IllegalChange, NotThere
from core.domain.schedules import NO_OPTIONS, Options, Rule, Schedule
from storage.columns import Row, from_json, to_json, us, when
from storage.sqlite import Database

AWAKE = "paused_at = null, pause_reason = null, paused_until = null"


def schedule_of(row: Row) -> Schedule:
    options = {**from_json(row["options"]), "catch_up": row["catch_up"], "overlap": row["overlap"]}
    return Schedule(
        id=row["id"],
        model_id=row["model_id"],
        rule=Rule.of(from_json(row["rule"])),
        anchor=moment(row["anchor"]),
        handled=moment(row["handled"]),
        revision=row["revision"],
        name=row["name"],
        options=Options.of(options),
        paused=row["paused_at"] is not None,
        pause_reason=row["pause_reason"],
        paused_at=when(row["paused_at"]),
        paused_until=when(row["paused_until"]),
    )


@dataclass(frozen=True)
class ScheduleTable:
    """Implements core.domain.schedules.Schedules."""

    database: Database

    def get(self, id: int) -> Schedule:
        found = self._where("schedules.id = ?", [id])
        if not found:
            raise NotThere(
                f"There is no schedule {id}.", "`evermodel models` names the models that have one."
            )
        return found[0]

    def of(self, model_id: int) -> list[Schedule]:
        return self._where("model_id = ?", [model_id])

    def all(self) -> list[Schedule]:
        return self._where("true", [])

    def add(
        self,
        model_id: int,
        rule: Rule,
        now: datetime,
        *,
        name: str | None = None,
        options: Options = NO_OPTIONS,
    ) -> Schedule:
        self.database.table("schedules").insert(
            {
                "model_id": model_id,
                "rule": to_json(rule.plain()),
                "name": name,
                "anchor": micros(now),
                "handled": micros(now),
                **_columns(options),
            }
        )
        return self.get(self.database.execute("select last_insert_rowid()").fetchone()[0])

    def change(
        self,
        schedule: Schedule,
        rule: Rule,
        now: datetime,
        *,
        name: str | None = None,
        options: Options | None = None,
    ) -> Schedule:
        columns = {
            "rule": to_json(rule.plain()),
            "name": name or schedule.name,
            "anchor": micros(schedule.anchor if rule == schedule.rule else now),
            "handled": micros(now),
            **_columns(options or schedule.options),
        }
        return self._change(schedule, ", ".join(f"{column} = ?" for column in columns), [*columns.values()])

    def rename(self, schedule: Schedule, name: str | None) -> Schedule:
        return self._change(schedule, "name = ?", [name])

    def pause(
        self, schedule: Schedule, now: datetime, reason: str, until: datetime | None = None
    ) -> Schedule:
        return self._change(
            schedule,
            "paused_at = ?, pause_reason = ?, paused_until = ?",
            [micros(now), reason, us(until)],
        )

    def resume(self, schedule: Schedule, now: datetime) -> Schedule:
        return self._change(schedule, f"{AWAKE}, handled = ?", [micros(now)])

    def wake(self, schedule: Schedule) -> None:
        self.database.execute(f"update schedules set {AWAKE} where id = ?", [schedule.id])

    def handle(self, schedule: Schedule, until: datetime) -> None:
        self.database.execute("update schedules set handled = ? where id = ?", [micros(until), schedule.id])

    def remove(self, schedule: Schedule, now: datetime) -> None:
        self._change(schedule, "removed = ?", [micros(now)], gone=True)

    def _change(self, schedule: Schedule, sets: str, values: list[object], gone: bool = False) -> Schedule:
        changed = self.database.execute(
            f"update schedules set {sets}, revision = revision + 1"
            " where id = ? and revision = ? and removed is null",
            [*values, schedule.id, schedule.revision],
        )
        if changed.rowcount != 1:
            raise IllegalChange("The schedule was changed by another at the same time.", "Look at it again.")
        return schedule if gone else self.get(schedule.id)

    def _where(self, where: str, values: list[object]) -> list[Schedule]:
        rows = self.database.query(
            "select schedules.* from schedules join models on models.id = model_id"
            f" where {where} and schedules.removed is null and models.removed is null order by schedules.id",
            values,
        )
        return [schedule_of(row) for row in rows]


def _columns(options: Options) -> dict[str, object]:
    """The two that a table of the first release has, and the others as JSON."""
    rest = {key: value for key, value in options.plain().items() if key not in ("catch_up", "overlap")}
    return {"catch_up": options.catch_up, "overlap": options.overlap, "options": to_json(rest)}
