"""The table of shadows: for which times versions scored windows without serving them, and why."""

from dataclasses import asdict, dataclass
from datetime import datetime

from core.domain.clock import micros, moment
from core.domain.errors import IllegalChange
from core.domain.shadows import BECOME, Shadow
from storage.columns import Row, when
from storage.sqlite import Database


def shadow_of(row: Row) -> Shadow:
    return Shadow(
        row["model_id"],
        row["number"],
        moment(row["since"]),
        moment(row["at"]),
        row["by"],
        row["why"],
        row["before"],
        when(row["until"]),
    )


@dataclass(frozen=True)
class ShadowTable:
    """Implements core.domain.shadows.Shadows."""

    database: Database

    def all(self, model_id: int) -> list[Shadow]:
        found = self.database.query("select * from shadows where model_id = ? order by since, id", [model_id])
        return [shadow_of(row) for row in found]

    def begin(self, shadow: Shadow) -> None:
        changed = self.database.execute(
            "update versions set state = 'challenger', shadowed = state where model_id = ? and number = ?"
            f" and state in ({', '.join('?' * len(BECOME))})",
            [shadow.model_id, shadow.number, *BECOME],
        )
        if not changed.rowcount:
            raise IllegalChange(
                f"v{shadow.number} is champion or challenger already.", "There is nothing to do."
            )
        values = asdict(shadow)
        self.database.table("shadows").insert(
            {**values, "since": micros(shadow.since), "at": micros(shadow.at), "until": None}
        )

    def end(self, model_id: int, number: int, until: datetime) -> Shadow:
        changed = self.database.execute(
            "update versions set state = shadowed, shadowed = null"
            " where model_id = ? and number = ? and state = 'challenger'",
            [model_id, number],
        )
        if not changed.rowcount:
            raise IllegalChange(f"v{number} is no challenger.", "There is nothing to end.")
        self.database.execute(
            "update shadows set until = max(since, ?) where model_id = ? and number = ? and until is null",
            [micros(until), model_id, number],
        )
        return [one for one in self.all(model_id) if one.number == number][-1]
