"""The table of asides: windows scored by a version that did not serve them, as last put right."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from core.domain.asides import Aside
from storage.columns import Row, from_json, to_json
from storage.sqlite import Database

BESIDE_BODY = ("number", "index", "digest")


def aside_of(row: Row) -> Aside:
    """A row of the table; further columns are left aside."""
    body = from_json(row["body"])
    blocks = [(size, lead) for size, lead in body.pop("blocks")]
    return Aside(**{name: row[name] for name in BESIDE_BODY}, **body, blocks=blocks)


@dataclass(frozen=True)
class AsideTable:
    """Implements core.domain.asides.Asides."""

    database: Database

    def all(self, model_id: int, numbers: Collection[int] | None = None) -> list[Aside]:
        found = self.database.query(
            "select * from asides where model_id = :model and (:numbers is null or number in"
            ' (select value from json_each(:numbers))) order by number, "index"',
            {"model": model_id, "numbers": None if numbers is None else json.dumps(sorted(numbers))},
        )
        return [aside_of(row) for row in found]

    def save(self, model_id: int, asides: Sequence[Aside]) -> None:
        self.database.table("asides").insert_all(
            (_row(model_id, aside) for aside in asides), pk=("model_id", "number", "index"), replace=True
        )


def _row(model_id: int, aside: Aside) -> dict[str, object]:
    values = asdict(aside)
    beside = {name: values.pop(name) for name in BESIDE_BODY}
    return {"model_id": model_id, **beside, "body": to_json(values)}
