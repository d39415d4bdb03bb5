"""The page of health, by one row: who keeps the clock, what waits, what failed, what is late."""

from datetime import datetime

from core.defining.plain import from_plain
from core.domain.clock import moment
from core.domain.rhythm import Rhythm
from core.domain.schedules import Lease
from core.domain.views.health import HealthLine, HealthPage
from core.monitoring.health import overdue
from core.monitoring.rhythm import waits
from storage.columns import Row, from_json, when
from storage.schedules import schedule_of
from storage.views.runs import LINE_WITH_MODEL, RUN_LINES, run_line
from storage.views.schedules import MODEL_SCHEDULES, oldest_due

HEALTH_LINE = """select
    (select json_group_array(name)
       from (select name from models where removed is null order by name)) as models,
    (select count(*) from runs where state = 'running') as running,
    (select count(*) from runs where state = 'queued') as waiting,
    (select beat from leases where holder != '') as beat,
    (select count(*) from alerts join models on models.id = model_id
       where state = 'open' and models.removed is null) as alerts"""

HEALTH = f"""select
    (select json_object('holder', holder, 'fence', fence, 'beat', beat, 'started', started)
       from leases where holder <> '') as lease,
    (select json_group_array(json({LINE_WITH_MODEL})) from ({RUN_LINES}
       where r.state in ('queued', 'running') order by r.id) x) as open,
    (select json_group_array(json({LINE_WITH_MODEL})) from ({RUN_LINES}
       where r.state in ('failed', 'timed_out', 'lost') and r.ended >= :since and m.removed is null
       order by r.ended desc, r.id desc limit 8) x) as bad,
    (select json_group_array(json_object('definition', m.definition, 'rhythm', m.rhythm, 'schedules',
       json({MODEL_SCHEDULES}))) from models m where m.removed is null) as models"""


def health_line(row: Row) -> HealthLine:
    """From the row of `HEALTH_LINE`."""
    return HealthLine(
        from_json(row["models"]), row["running"], row["waiting"], when(row["beat"]), row["alerts"]
    )


def health_page(row: Row, now: datetime) -> HealthPage:
    """From the row of `HEALTH`."""
    due: dict[str, datetime] = {}
    late: dict[str, list[str]] = {}
    for values in from_json(row["models"]):
        model = from_plain(from_json(values["definition"]))
        oldest = oldest_due([schedule_of(one).woken(now) for one in values["schedules"]])
        if oldest is not None and overdue(oldest, now):
            due[model.name] = oldest
        rhythm = Rhythm.of(from_json(values["rhythm"])) if values["rhythm"] else Rhythm()
        if found := [wait.why for wait in waits(model, rhythm, now)]:
            late[model.name] = found
    opened, bad = ([run_line(line) for line in from_json(row[name])] for name in ("open", "bad"))
    return HealthPage(_lease(row["lease"]), opened, bad, due, late)


def _lease(text: str | None) -> Lease | None:
    if text is None:
        return None
    values = from_json(text)
    return Lease(values["holder"], values["fence"], moment(values["beat"]), moment(values["started"]))
