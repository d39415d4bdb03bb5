"""The list of runs, and a run as a line of any list."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.domain.clock import micros
from core.domain.runs import Run
from core.domain.views.runs import RunLine
from storage.columns import Row, from_json
from storage.runs import EXPERIMENT, run_of
from storage.views.objects import columns_of, row_object

RUN_FIELDS = columns_of(Run)

STEP = """(select name from steps where run_id = r.id and r.state = 'running'
     order by position desc limit 1) as step,
    (select count(*) from steps where run_id = r.id) as step_number,
    (select json_object('state', case when v.state in ('champion', 'retired') and not exists (
            select 1 from promotions p where p.model_id = v.model_id and p.number = v.number
            and p.at between r.started and coalesce(r.ended, p.at))
        then case when v.reason = 'tie' or (v.verdict ->> 'answer' = 'worse'
            and v.reason not like 'a person decides%') then 'rejected' else 'candidate' end
        else v.state end,
        'reason', v.reason, 'scores', v.scores,
                        'champion_scores', v.champion_scores)
     from versions v where v.model_id = r.model_id and v.number = r.version) as made"""
"""Of a run r: the step that it is in, how many it has had, and the version that it made."""

_MORE = {"step": "x.step", "step_number": "x.step_number"}
LINE = row_object("x", RUN_FIELDS, {**_MORE, "made": "json(x.made)"})
"""A run x with its STEP, as a JSON object."""
LINE_WITH_MODEL = row_object("x", (*RUN_FIELDS, "model", "definition"), {**_MORE, "made": "x.made"})

RUN_LINES = f"""select r.*, m.name as model, m.definition, {STEP}
    from runs r join models m on m.id = r.model_id"""

RUNS = f"""{RUN_LINES} where (:experiment is null or {EXPERIMENT} = :experiment)
    and (r.ended is null or r.ended >= :since)
    and (:states is null or r.state in (select value from json_each(:states)))
    order by coalesce(r.started, r.queued) desc, r.id desc limit :limit"""

EXPERIMENTS = """select experiment as name from versions where experiment is not null
    union select definition ->> 'experiment' from models
        where removed is null and definition ->> 'experiment' is not null order by 1"""


def run_from(row: Row) -> Run:
    """From a row that has more than a run's columns."""
    return run_of({name: row[name] for name in RUN_FIELDS})


def run_line(row: Row) -> RunLine:
    """From a row with STEP, and with the name and the definition of the run's model."""
    made = from_json(row["made"]) if isinstance(row["made"], str) else row["made"] or {}
    return RunLine(
        run_from(row),
        row["model"],
        from_json(row["definition"]).get("metric") or "",
        step=row["step"],
        step_number=row["step_number"],
        version_state=made.get("state"),
        version_reason=made.get("reason"),
        scores=_scores(made, "scores"),
        champion_scores=_scores(made, "champion_scores"),
    )


def run_values(
    since: datetime, states: Sequence[str] | None, limit: int, experiment: str | None
) -> Mapping[str, object]:
    """What RUNS is asked with."""
    return {
        "since": micros(since),
        "states": None if states is None else json.dumps(list(states)),
        "limit": limit,
        "experiment": experiment,
    }


def _scores(made: Mapping[str, Any], key: str) -> dict[str, float | None] | None:
    return from_json(made[key]) if key in made else None
