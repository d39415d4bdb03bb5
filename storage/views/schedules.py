"""The page of schedules: each with what became of its due times, and those to come."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from core.domain.clock import moment
from core.domain.schedules import Entry, Schedule
from core.domain.views.runs import RunLine
from core.domain.views.schedules import ScheduleLine
from core.scheduling.fire_times import next_due
from core.scheduling.ledger import next_fire, to_come
from core.scheduling.words import in_words
from storage.columns import Row, from_json
from storage.schedules import schedule_of
from storage.views.objects import row_object
from storage.views.runs import LINE, STEP, run_line

AHEAD = 400
"""The most due times to come that a time line draws for one schedule."""

SCHEDULE_FIELDS = (
    "id",
    "model_id",
    "name",
    "rule",
    "catch_up",
    "overlap",
    "anchor",
    "handled",
    "revision",
    "paused_at",
    "pause_reason",
    "paused_until",
    "options",
)

MODEL_SCHEDULES = f"""(select json_group_array({row_object("x", SCHEDULE_FIELDS)}) from (
     select * from schedules where model_id = m.id and removed is null order by id) x)"""
"""Those of a model m."""

SCHEDULES = f"""select s.*, m.name as model, m.definition,
     (select json_group_array(json_object('due', l.due, 'outcome', l.outcome, 'at', l.at, 'run_id', l.run_id,
          'reason', l.reason, 'run',
          json((select {LINE} from (select r.*, {STEP} from runs r where r.id = l.run_id) x))))
      from (select * from (select * from ledger where schedule_id = s.id and due >= :since
                           order by due desc limit 400) order by due) l) as entries
    from schedules s join models m on m.id = s.model_id
    where s.removed is null and m.removed is null order by m.name, s.id"""


def schedule_line(row: Row, now: datetime, until: datetime) -> ScheduleLine:
    """From a row of `SCHEDULES`."""
    schedule = schedule_of(row).woken(now)
    ahead = list(islice(to_come(schedule, now, until), AHEAD))
    entries = [_entry(values, row) for values in from_json(row["entries"])]
    return ScheduleLine(
        schedule, row["model"], in_words(schedule.rule), entries, ahead, next_fire(schedule, now)
    )


def oldest_due(schedules: Sequence[Schedule]) -> datetime | None:
    """The oldest due time that has no entry yet, be it past or to come, of schedules that are not paused."""
    dues = [
        next_due(schedule.rule, schedule.anchor, schedule.handled)
        for schedule in schedules
        if not schedule.paused
    ]
    return min((due for due in dues if due is not None), default=None)


def _entry(values: Row, row: Row) -> tuple[Entry, RunLine | None]:
    entry = Entry(
        row["id"],
        row["model_id"],
        moment(values["due"]),
        values["outcome"],
        moment(values["at"]),
        values["run_id"],
        values["reason"],
    )
    run = values["run"]
    return entry, run_line({**run, "model": row["model"], "definition": row["definition"]}) if run else None
