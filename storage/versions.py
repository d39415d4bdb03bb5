"""The tables of versions and promotions."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from core.domain.clock import micros, moment
from core.domain.errors import IllegalChange, NotThere
from core.domain.versions import Promotion, Version, stints
from core.monitoring import alerting
from storage.alerts import AlertTable
from storage.columns import Row, from_json, to_json, us, when
from storage.shadows import ShadowTable
from storage.sqlite import Database

MOMENTS = ("created", "train_from", "train_to", "live_from", "live_to", "let_go")
MAPPINGS = (
    "scores",
    "champion_scores",
    "judged",
    "parameters",
    "code",
    "environment",
    "features",
    "verdict",
    "lineage",
)


def version_of(row: Row) -> Version:
    return Version(
        **{
            **row,
            **{name: when(row[name]) for name in MOMENTS},
            **{name: from_json(row[name]) for name in MAPPINGS},
        }
    )


def promotion_of(row: Row) -> Promotion:
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
            version_of(row)
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
        if later is None:
            self._state(self.champion(model_id), "retired")
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
        version = self.get(model_id, number)
        if version.state == "challenger":
            ShadowTable(self.database).end(model_id, number, live_from)
        self._state(version, "retired" if later else "champion")
        if later is None:  # another champion: what was said of the one before is over
            alerting.settle(AlertTable(self.database), model_id, {"promotion": None}, live_from, now)
        self._keep_last_stints(model_id, [number, *([before.number] if before else [])])
        return promotion

    def reject(self, model_id: int, number: int, reason: str) -> Version:
        version = self.get(model_id, number)
        if version.state != "candidate":
            raise IllegalChange(
                f"v{number} is {version.state}: nobody is asked for it any more.",
                "Nothing is left to reject.",
            )
        self.database.execute(
            "update versions set state = 'rejected', reason = ? where model_id = ? and number = ?",
            [reason, model_id, number],
        )
        return self.get(model_id, number)

    def let_go(self, model_id: int, numbers: Sequence[int], now: datetime) -> None:
        self.database.conn.executemany(
            "update versions set let_go = ? where model_id = ? and number = ?",
            [(micros(now), model_id, number) for number in numbers],
        )

    def promotions(self, model_id: int) -> list[Promotion]:
        return [
            promotion_of(row)
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

    def _state(self, version: Version | None, state: str) -> None:
        if version is not None:
            self.database.execute(
                "update versions set state = ? where model_id = ? and number = ?",
                [state, version.model_id, version.number],
            )

    def _keep_last_stints(self, model_id: int, numbers: Sequence[int]) -> None:
        """Beside each of them its last stint; an empty one, where it was replaced at its own moment."""
        promotions = self.promotions(model_id)
        last = {one.number: (one.live_from, one.live_from) for one in promotions}
        lives = {**last, **{one.number: (one.start, one.end) for one in stints(promotions)}}
        self.database.conn.executemany(
            "update versions set live_from = ?, live_to = ? where model_id = ? and number = ?",
            [(*map(us, lives[number]), model_id, number) for number in numbers],
        )

    def _one(self, where: str, values: list[object]) -> Version | None:
        row = next(
            self.database.query(f"select * from versions where model_id = ? and {where}", values), None
        )
        return version_of(row) if row else None
