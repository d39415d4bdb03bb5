"""The table of what triggers started."""

from dataclasses import asdict, dataclass
from datetime import datetime

from core.domain.clock import micros, moment
from core.domain.triggers import Start
from storage.sqlite import Database


@dataclass(frozen=True)
class StartTable:
    """Implements core.domain.triggers.Starts."""

    database: Database

    def last(self, model_id: int, until: datetime) -> dict[str, Start]:
        rows = self.database.query(
            "select * from trigger_starts where model_id = ? and as_of <= ? order by as_of",
            [model_id, micros(until)],
        )
        return {row["trigger"]: Start(**{**row, "as_of": moment(row["as_of"])}) for row in rows}

    def add(self, start: Start) -> None:
        self.database.execute(
            "insert into trigger_starts (model_id, trigger, as_of, window, why, run_id)"
            " values (:model_id, :trigger, :as_of, :window, :why, :run_id)"
            " on conflict do update set window = excluded.window, why = excluded.why,"
            " run_id = excluded.run_id where excluded.window > window",
            {**asdict(start), "as_of": micros(start.as_of)},
        )
