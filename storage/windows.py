"""The table of windows, as last put right, and how far a backfill has come."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from core.domain.clock import micros, moment
from core.domain.windows import Window
from storage.columns import Row, from_json, to_json
from storage.sqlite import Database

FLAGS = ("closed", "complete", "scored")


def _window(row: Row) -> Window:
    values = {name: value for name, value in row.items() if name != "model_id"}
    return Window(
        **{
            **values,
            "start": moment(row["start"]),
            "end": moment(row["end"]),
            **{name: bool(row[name]) for name in FLAGS},
            "metrics": from_json(row["metrics"]),
            "baseline": from_json(row["baseline"]),
        }
    )


@dataclass(frozen=True)
class WindowTable:
    """Implements core.domain.windows.Windows."""

    database: Database

    def all(self, model_id: int) -> list[Window]:
        return [
            _window(row)
            for row in self.database.query(
                'select * from windows where model_id = ? order by "index"', [model_id]
            )
        ]

    def save(self, model_id: int, windows: Sequence[Window]) -> None:
        self.database.table("windows").insert_all(
            (
                {
                    **asdict(window),
                    "model_id": model_id,
                    "start": micros(window.start),
                    "end": micros(window.end),
                    **{name: int(getattr(window, name)) for name in FLAGS},
                    "metrics": to_json(dict(window.metrics)),
                    "baseline": to_json(dict(window.baseline)),
                }
                for window in windows
            ),
            pk=("model_id", "index"),
            replace=True,
        )

    def drop_from(self, model_id: int, index: int) -> None:
        self.database.execute('delete from windows where model_id = ? and "index" >= ?', [model_id, index])

    def backfilled(self, model_id: int) -> dict[int, int | None]:
        """Window index -> the version that the retraining after it left, if any."""
        rows = self.database.query(
            'select "index", version from backfill_steps where model_id = ?', [model_id]
        )
        return {row["index"]: row["version"] for row in rows}

    def backfill_step(self, model_id: int, index: int, version: int | None) -> None:
        """Remember that a backfill has retrained after a window."""
        self.database.table("backfill_steps").insert(
            {"model_id": model_id, "index": index, "version": version}, pk=("model_id", "index"), ignore=True
        )
