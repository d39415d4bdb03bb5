"""The tables of drift, as last put right, and of what each version leans on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from core.domain.drift import ColumnDrift, WindowDrift
from storage.columns import Row, from_json, to_json
from storage.sqlite import Database


def window_drift(row: Row) -> WindowDrift:
    """A row of the table drifts."""
    columns = {name: ColumnDrift(**column) for name, column in from_json(row["columns"]).items()}
    return WindowDrift(row["index"], row["reference"], row["verdict"], columns, row["digest"])


@dataclass(frozen=True)
class DriftTable:
    """Implements core.domain.drift.Drifts."""

    database: Database

    def all(self, model_id: int) -> list[WindowDrift]:
        return [
            window_drift(row)
            for row in self.database.query(
                'select * from drifts where model_id = ? order by "index"', [model_id]
            )
        ]

    def save(self, model_id: int, drifts: Sequence[WindowDrift]) -> None:
        self.database.table("drifts").insert_all(
            (
                {
                    "model_id": model_id,
                    "index": drift.index,
                    "reference": drift.reference,
                    "verdict": drift.verdict,
                    "columns": to_json({name: asdict(column) for name, column in drift.columns.items()}),
                    "digest": drift.digest,
                }
                for drift in drifts
            ),
            pk=("model_id", "index"),
            replace=True,
        )

    def drop_from(self, model_id: int, index: int) -> None:
        self.database.execute('delete from drifts where model_id = ? and "index" >= ?', [model_id, index])

    def importance(self, model_id: int, version: int) -> Mapping[str, float]:
        found = self.database.query(
            "select columns from importances where model_id = ? and version = ?", [model_id, version]
        )
        return next((from_json(row["columns"]) for row in found), {})

    def explained(self, model_id: int, version: int) -> bool:
        found = self.database.query(
            "select 1 from importances where model_id = ? and version = ?", [model_id, version]
        )
        return next(found, None) is not None

    def save_importance(self, model_id: int, version: int, importance: Mapping[str, float]) -> None:
        self.database.table("importances").insert(
            {"model_id": model_id, "version": version, "columns": to_json(dict(importance))},
            pk=("model_id", "version"),
            replace=True,
        )
