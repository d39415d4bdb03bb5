"""The page of a run: the run, its steps, and the earlier ones of its model."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from core.domain.clock import moment
from core.domain.runs import Step
from core.domain.views.run import RunPage
from core.domain.views.runs import RunLine
from storage.columns import Row, from_json, when
from storage.views.runs import STEP, run_line

EARLIER = 8
"""Runs shown beside it."""

RUN_AND_EARLIER = f"""select r.*, m.name as model, m.definition, {STEP},
     case when r.id = :id then (select json_group_array(
         json_object('name', name, 'started', started, 'ended', ended,
         'facts', facts)) from (select * from steps where run_id = r.id order by position)) end as steps
    from runs this join runs r on r.id = this.id
        or (r.model_id = this.model_id and r.kind = this.kind and r.id < this.id and r.ended is not null)
    join models m on m.id = r.model_id where this.id = :id order by r.id desc limit 21"""


def run_page(rows: Sequence[Row]) -> RunPage:
    """From the rows of `RUN_AND_EARLIER`, the run itself first."""
    lines = [run_line(row) for row in rows]
    steps = [
        Step(step["name"], moment(step["started"]), when(step["ended"]), step["facts"])
        for step in from_json(rows[0]["steps"])
    ]
    return RunPage(lines[0], steps, _usual(lines[1:]), lines[1 : 1 + EARLIER])


def _usual(lines: Sequence[RunLine]) -> timedelta | None:
    took = [
        (line.run.ended - line.run.started).total_seconds()
        for line in lines
        if line.run.state == "succeeded" and line.run.started and line.run.ended
    ]
    return timedelta(seconds=median(took)) if took else None
