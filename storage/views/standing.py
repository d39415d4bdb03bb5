"""How models stand: the overview, and the head of a model's own pages. Those add further columns."""

from collections.abc import Sequence
from datetime import datetime

from core.defining.plain import from_plain
from core.domain.clock import moment
from core.domain.models import Model
from core.domain.rhythm import Rhythm
from core.domain.versions import Promotion
from core.domain.views.runs import RunLine
from core.domain.views.standing import Champion, Standing
from core.monitoring.health import Signs, judge, overdue
from core.monitoring.rhythm import waits
from core.scheduling.ledger import next_fire
from storage.columns import Row, from_json, when
from storage.schedules import schedule_of
from storage.views.asides import LAST_ASIDES, LET_GO, bought_now
from storage.views.drift_line import LAST_DRIFT, drift_line
from storage.views.objects import row_object
from storage.views.promotions import LAST_PROMOTIONS, promotions_from
from storage.views.runs import LINE, RUN_FIELDS, STEP, run_from, run_line
from storage.views.schedules import MODEL_SCHEDULES, oldest_due
from storage.views.windows import window_array, window_from

LABELLED = """w.closed and w.complete and w.rows > 0 and 2 * w.labelled >= w.rows
              and w.labelled >= min(30, w.rows) and w.scored"""
"""As core.monitoring.health.is_labelled, and scored."""

CHAMPION = """(select json_object(
       'number', number, 'created', created, 'live_from', live_from, 'scores', scores)
     from versions where model_id = m.id and state = 'champion') as champion"""
AWAITING = """(select max(number) from versions where model_id = m.id
     and (state = 'candidate' or shadowed = 'candidate') and let_go is null and parent is
     (select number from versions where model_id = m.id and state = 'champion')) as awaiting"""
"""As core.domain.versions.awaiting."""
RECENT = f"""(select json_group_array({window_array("x")}) from (select * from windows w
     where w.model_id = m.id and {LABELLED} order by w."index" desc limit 26) x) as recent"""
FIRST_LIVED = f"""(select w.metrics from windows w where w.model_id = m.id and {LABELLED} and w.version =
     (select number from versions where model_id = m.id and state = 'champion')
     order by w."index" limit 1) as first_lived"""
LABELS = """(select json_array(sum(labelled), sum(rows)) from (select labelled, rows from windows
     where model_id = m.id and closed and rows > 0 order by "index" desc limit 4)) as labels"""
CLOSED = "(select count(*) from windows where model_id = m.id and closed and rows > 0) as closed"

_OVER = "state in ('succeeded', 'failed', 'timed_out', 'lost')"
LAST_RUNS = f"""(select json_group_array({row_object("x", RUN_FIELDS)}) from (
     select * from (select * from runs where model_id = m.id and kind in ('retrain', 'backfill') and {_OVER}
                    order by id desc limit 1)
     union all
     select * from (select * from runs where model_id = m.id and kind = 'monitor' and {_OVER}
                    order by id desc limit 1)) x) as last_runs"""
LAST_LINE = f"""(select {LINE} from (select r.*, {STEP} from runs r where r.model_id = m.id
     and r.kind in ('retrain', 'backfill') and r.ended is not null
      order by r.id desc limit 1) x) as last_line"""
OPEN_LINE = f"""(select {LINE} from (select r.*, {STEP} from runs r where r.model_id = m.id
     and r.kind in ('retrain', 'backfill') and r.state in ('queued', 'running')
     order by r.state desc, r.id limit 1) x) as open_line"""

STANDING = (
    CHAMPION,
    AWAITING,
    RECENT,
    FIRST_LIVED,
    LABELS,
    CLOSED,
    f"{MODEL_SCHEDULES} as schedules",
    LAST_PROMOTIONS,
    LAST_RUNS,
    LAST_LINE,
    OPEN_LINE,
    LAST_DRIFT,
    LAST_ASIDES,
    LET_GO,
)


def standings(*more: str, one: bool = False) -> str:
    """How every model stands, or `one` of them by :name; `more`: further columns."""
    only = "and m.name = :name" if one else ""
    select = f"select m.id, m.definition, m.rhythm, {', '.join((*STANDING, *more))} from models m"
    return f"{select} where m.removed is null {only} order by m.name"


def standing_of(row: Row, now: datetime) -> Standing:
    """From a row of `standings`."""
    model, champion = from_plain(from_json(row["definition"])), _champion(row["champion"])
    promotions = promotions_from(row["promotions"])
    signs = _signs(row, model, champion, promotions, now)
    labelled, rows = from_json(row["labels"])
    return Standing(
        id=row["id"],
        model=model,
        health=judge(signs),
        champion=champion,
        recent=signs.labelled,
        promoted=_promoted(model, champion, row["first_lived"]),
        promotions=promotions,
        labels=(labelled or 0, rows or 0),
        schedules=signs.schedules,
        next_due=min((due for one in signs.schedules if (due := next_fire(one, now))), default=None),
        last=_line_of(row, "last_line", model),
        open=_line_of(row, "open_line", model),
        drift=signs.drift,
        awaiting=signs.awaiting,
        proposed=signs.bought if signs.bought and signs.bought.proposes_rollback else None,
    )


def _signs(
    row: Row, model: Model, champion: Champion | None, promotions: Sequence[Promotion], now: datetime
) -> Signs:
    """`promotions`: the newest first."""
    schedules = [schedule_of(values).woken(now) for values in from_json(row["schedules"])]
    due = oldest_due(schedules)
    return Signs(
        model,
        champion.number if champion else None,
        [window_from(values) for values in reversed(from_json(row["recent"]))],
        [run_from(values) for values in from_json(row["last_runs"])],
        due if overdue(due, now) else None,
        schedules,
        row["closed"],
        waits=waits(model, Rhythm.of(from_json(row["rhythm"])) if row["rhythm"] else Rhythm(), now),
        drift=drift_line(from_json(row["last_drift"])) if row["last_drift"] else None,
        awaiting=row["awaiting"],
        bought=bought_now(model, promotions[::-1], row),
    )


def _promoted(model: Model, champion: Champion | None, first_lived: str | None) -> float | None:
    if champion is None:
        return None
    judged = champion.scores.get(model.metric)
    lived: dict[str, float | None] = from_json(first_lived) if first_lived else {}
    return judged if judged is not None else lived.get(model.metric)


def _champion(text: str | None) -> Champion | None:
    if text is None:
        return None
    values = from_json(text)
    return Champion(
        values["number"], moment(values["created"]), when(values["live_from"]), from_json(values["scores"])
    )


def _line_of(row: Row, column: str, model: Model) -> RunLine | None:
    values = from_json(row[column]) if row[column] else None
    return run_line({**values, "model": model.name, "definition": row["definition"]}) if values else None
