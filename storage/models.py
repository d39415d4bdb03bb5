"""The table of models."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.defining.plain import from_plain, survey_from_plain, survey_to_plain, to_plain
from core.domain.clock import micros, moment
from core.domain.errors import IllegalChange, NotThere
from core.domain.models import Kept, Model
from core.domain.rhythm import Rhythm
from core.domain.sources import Survey
from storage.columns import Row, from_json, to_json
from storage.sqlite import Database


def _kept(row: Row) -> Kept:
    return Kept(
        id=row["id"],
        model=from_plain(from_json(row["definition"])),
        survey=survey_from_plain(from_json(row["survey"])),
        origin=row["origin"],
        applied=moment(row["applied"]),
        revision=row["revision"],
        file=row["file"],
    )


@dataclass(frozen=True)
class ModelTable:
    """Implements core.domain.models.Models."""

    database: Database

    def get(self, name: str) -> Kept:
        row = next(
            self.database.query("select * from models where name = ? and removed is null", [name]), None
        )
        if row is None:
            raise self.no_such(name)
        return _kept(row)

    def no_such(self, name: str) -> NotThere:
        known = ", ".join(kept.model.name for kept in self.all())
        return NotThere(
            f"There is no model {name!r}.", f"There are: {known}." if known else "Apply a model file first."
        )

    def by_id(self, id: int) -> Kept:
        return _kept(next(self.database.query("select * from models where id = ?", [id])))

    def all(self) -> list[Kept]:
        return [
            _kept(row)
            for row in self.database.query("select * from models where removed is null order by name")
        ]

    def add(self, model: Model, survey: Survey, origin: int, now: datetime, file: str | None) -> Kept:
        self.database.table("models").insert(
            {
                "name": model.name,
                "definition": to_json(to_plain(model)),
                "survey": to_json(survey_to_plain(survey)),
                "origin": origin,
                "file": file,
                "applied": micros(now),
            }
        )
        return self.get(model.name)

    def change(self, kept: Kept, model: Model, survey: Survey, origin: int, now: datetime) -> Kept:
        changed = self.database.execute(
            "update models set definition = ?, survey = ?, origin = ?, applied = ?, revision = revision + 1"
            " where id = ? and revision = ? and removed is null",
            [
                to_json(to_plain(model)),
                to_json(survey_to_plain(survey)),
                origin,
                micros(now),
                kept.id,
                kept.revision,
            ],
        )
        if changed.rowcount != 1:
            raise IllegalChange(
                f"The model {kept.model.name!r} was changed by another at the same time.", "Look at it again."
            )
        return self.get(kept.model.name)

    def remove(self, kept: Kept, now: datetime) -> None:
        self.database.execute(
            "update models set removed = ? where id = ? and removed is null", [micros(now), kept.id]
        )
        self.database.execute(
            "update schedules set removed = ? where model_id = ? and removed is null", [micros(now), kept.id]
        )

    def seen(self, model_id: int) -> tuple[dict[str, list[int]], datetime | None]:
        """The source's stamp and the as of of the last monitoring ({} and None before the first)."""
        row = next(self.database.query("select source_stamp, monitored from models where id = ?", [model_id]))
        stamp = from_json(row["source_stamp"]) if row["source_stamp"] else {}
        return stamp, moment(row["monitored"]) if row["monitored"] is not None else None

    def rhythm(self, model_id: int) -> Rhythm:
        """How its rows and labels came so far; nothing is known before the first monitoring."""
        row = next(self.database.query("select rhythm from models where id = ?", [model_id]))
        return Rhythm.of(from_json(row["rhythm"])) if row["rhythm"] else Rhythm()

    def keep_rhythm(self, model_id: int, rhythm: Rhythm) -> None:
        self.database.execute(
            "update models set rhythm = ? where id = ?", [to_json(rhythm.plain()), model_id]
        )

    def saw(self, model_id: int, stamp: Mapping[str, list[int]], as_of: datetime) -> None:
        """Remember what the last monitoring saw."""
        self.database.execute(
            "update models set source_stamp = ?, monitored = ? where id = ?",
            [to_json(dict(stamp)), micros(as_of), model_id],
        )
