"""The tables of versions and promotions."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from core.domain.clock import micros, moment
from core.domain.errors import NotThere
from core.domain.versions import Promotion, Version
from storage.columns import Row, from_json, to_json, us, when
from storage.sqlite import Database

MOMENTS = ("created", "train_from", "train_to", "live_from", "live_to")
MAPPINGS = ("scores", "champion_scores", "judged", "parameters", "code", "environment", "features")


def _version(row: Row) -> Version:
    return Version(
        **{
            **row,
            **{name: when(row[name]) for name in MOMENTS},
            **{name: from_json(row[name]) for name in MAPPINGS},
        }
    )


def _promotion(row: Row) -> Promotion:
    return Promotion(
        row["model_id"],
        row["number"],
        moment(row["live_from"]),
        moment(row["at"]),
        row["by"],
        row["why"],
        row["previous"],
        bool(row["rollback"]),
    )


@dataclass(frozen=True)
class VersionTable:
    """Implements core.domain.versions.Versions."""

    database: Database

    def get(self, model_id: int, number: int) -> Version:
        found = self._one("number = ?", [model_id, number])
        if found is None:
            newest = self.database.execute(
                "select max(number) from versions where model_id = ?", [model_id]
            ).fetchone()[0]
            raise NotThere(
                f"There is no version {number}.",
                f"The newest is {newest}." if newest else "There is none yet.",
            )
        return found

    def all(self, model_id: int) -> list[Version]:
        return [
            _version(row)
            for row in self.database.query(
                "select * from versions where model_id = ? order by number", [model_id]
            )
        ]

    def champion(self, model_id: int) -> Version | None:
        return self._one("state = 'champion'", [model_id])

    def live_at(self, model_id: int, when: datetime) -> Version | None:
        found = self.database.execute(
            "select number from promotions where model_id = ? and live_from <= ?"
            " order by live_from desc, id desc limit 1",
            [model_id, micros(when)],
        ).fetchone()
        return self.get(model_id, found[0]) if found else None

    def add(self, version: Version) -> Version:
        next_number = 1 + (
            self.database.execute(
                "select max(number) from versions where model_id = ?", [version.model_id]
            ).fetchone()[0]
            or 0
        )
        numbered = replace(version, number=next_number)
        values = asdict(numbered)
        self.database.table("versions").insert(
            {
                **values,
                **{name: us(values[name]) for name in MOMENTS},
                **{name: to_json(values[name]) for name in MAPPINGS},
            }
        )
        return numbered

    def promote(
        self,
        model_id: int,
        number: int,
        live_from: datetime,
        now: datetime,
        *,
        by: str,
        why: str,
        rollback: bool = False,
    ) -> Promotion:
        before, later = self.live_at(model_id, live_from), self._first_after(model_id, live_from)
        if before is not None and before.live_from is not None and before.live_from <= live_from:
            self._live(before, before.live_from, live_from, "retired")
        self._live(self.get(model_id, number), live_from, later, "retired" if later else "champion")
        promotion = Promotion(
            model_id, number, live_from, now, by, why, before.number if before else None, rollback
        )
        self.database.table("promotions").insert(
            {
                **asdict(promotion),
                "live_from": micros(live_from),
                "at": micros(now),
                "rollback": int(rollback),
            }
        )
        return promotion

    def promotions(self, model_id: int) -> list[Promotion]:
        return [
            _promotion(row)
            for row in self.database.query(
                "select * from promotions where model_id = ? order by live_from, id", [model_id]
            )
        ]

    def _first_after(self, model_id: int, moment_: datetime) -> datetime | None:
        found = self.database.execute(
            "select min(live_from) from promotions where model_id = ? and live_from > ?",
            [model_id, micros(moment_)],
        ).fetchone()[0]
        return when(found)

    def _live(self, version: Version, start: datetime | None, end: datetime | None, state: str) -> None:
        self.database.execute(
            "update versions set live_from = ?, live_to = ?, state = ? where model_id = ? and number = ?",
            [us(start), us(end), state, version.model_id, version.number],
        )

    def _one(self, where: str, values: list[object]) -> Version | None:
        row = next(
            self.database.query(f"select * from versions where model_id = ? and {where}", values), None
        )
        return _version(row) if row else None
