"""The table of schedules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.domain.clock import micros, moment
from core.domain.errors import IllegalChange, NotThere
from core.domain.schedules import Rule, Schedule
from core.domain.spans import Span
from storage.columns import Row, from_json, to_json, when
from storage.sqlite import Database


def _schedule(row: Row) -> Schedule:
    plain = from_json(row["rule"])
    every = Span.parse(plain.pop("every")) if "every" in plain else None
    return Schedule(
        id=row["id"],
        model_id=row["model_id"],
        rule=Rule(every=every, **plain),
        anchor=moment(row["anchor"]),
        handled=moment(row["handled"]),
        revision=row["revision"],
        name=row["name"],
        catch_up=row["catch_up"],
        overlap=row["overlap"],
        paused=row["paused_at"] is not None,
        pause_reason=row["pause_reason"],
        paused_at=when(row["paused_at"]),
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
        options: Mapping[str, str] | None = None,
    ) -> Schedule:
        self.database.table("schedules").insert(
            {
                "model_id": model_id,
                "rule": to_json(rule.plain()),
                "name": name,
                "anchor": micros(now),
                "handled": micros(now),
                **_options(options),
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
        options: Mapping[str, str] | None = None,
    ) -> Schedule:
        settings = _options({"catch_up": schedule.catch_up, "overlap": schedule.overlap, **(options or {})})
        return self._change(
            schedule,
            "rule = ?, name = ?, anchor = ?, handled = ?, catch_up = ?, overlap = ?",
            [
                to_json(rule.plain()),
                name or schedule.name,
                micros(now),
                micros(now),
                settings["catch_up"],
                settings["overlap"],
            ],
        )

    def rename(self, schedule: Schedule, name: str | None) -> Schedule:
        return self._change(schedule, "name = ?", [name])

    def pause(self, schedule: Schedule, now: datetime, reason: str) -> Schedule:
        return self._change(schedule, "paused_at = ?, pause_reason = ?", [micros(now), reason])

    def resume(self, schedule: Schedule, now: datetime) -> Schedule:
        return self._change(schedule, "paused_at = null, pause_reason = null, handled = ?", [micros(now)])

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
        return [_schedule(row) for row in rows]


def _options(options: Mapping[str, str] | None) -> dict[str, str]:
    return {"catch_up": "once", "overlap": "skip", **(options or {})}
