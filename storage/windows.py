"""The table of windows, as last put right, and how far a backfill has come."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from core.domain.clock import micros, moment
from core.domain.windows import Window
from storage.columns import Row, from_json, to_json
from storage.sqlite import Database

FLAGS = ("closed", "complete", "scored")


def window_of(row: Row) -> Window:
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
            window_of(row)
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
        self.database.execute('delete from cuts where model_id = ? and "index" >= ?', [model_id, index])

    def cuts(self, model_id: int) -> list[np.ndarray]:
        """By rows: the times (microseconds, ascending) of the rows of each window that was full, by index."""
        rows = self.database.query('select times from cuts where model_id = ? order by "index"', [model_id])
        return [np.cumsum(np.frombuffer(zlib.decompress(row["times"]), np.int64)) for row in rows]

    def cut(self, model_id: int, first: int, times: Iterable[np.ndarray]) -> None:
        """Keep those of the windows from `first` on; what was kept of these is forgotten."""
        self.database.execute('delete from cuts where model_id = ? and "index" >= ?', [model_id, first])
        for index, one in enumerate(times, first):
            steps = np.diff(one, prepend=0).astype(np.int64)
            self.database.execute(
                'insert into cuts (model_id, "index", times) values (?, ?, ?)',
                [model_id, index, zlib.compress(steps.tobytes(), 1)],
            )

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
