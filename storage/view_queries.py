"""The SQL of the views. Each page is one statement: nested lists come as JSON, made by SQLite."""

import json
from collections.abc import Sequence

WINDOW_FIELDS = (
    "index",
    "start",
    "end",
    "rows",
    "labelled",
    "closed",
    "complete",
    "version",
    "scored",
    "metrics",
    "baseline",
    "digest",
    "upto",
)
RUN_FIELDS = (
    "id",
    "model_id",
    "kind",
    "trigger",
    "state",
    "schedule_id",
    "due",
    "not_before",
    "as_of",
    "options",
    "queued",
    "started",
    "ended",
    "attempt",
    "version",
    "reason",
    "error",
    "progress",
    "doing",
    "seed",
    "token",
    "pid",
    "pid_started",
    "heartbeat",
    "cancel_requested",
    "limits",
    "retry_of",
)
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
PROMOTION_FIELDS = ("model_id", "number", "live_from", "at", "by", "why", "previous", "rollback")
VERSION_FIELDS = (
    "model_id",
    "number",
    "state",
    "created",
    "run_id",
    "trigger",
    "train_from",
    "train_to",
    "rows",
    "scores",
    "champion_scores",
    "judged",
    "reason",
    "parent",
    "snapshot",
    "recipe",
    "parameters",
    "code",
    "environment",
    "verdict",
    "lineage",
    "strategy",
    "experiment",
    "seed",
    "seconds",
    "artifact",
    "artifact_sha256",
    "features",
    "live_from",
    "live_to",
    "let_go",
    "shadowed",
)


def json_list(values: Sequence[str] | None) -> str | None:
    return None if values is None else json.dumps(list(values))


def _object(alias: str, fields: Sequence[str], more: str = "") -> str:
    return "json_object(" + ", ".join(f"'{name}', {alias}.\"{name}\"" for name in fields) + more + ")"


def version_object(alias: str) -> str:
    return _object(alias, VERSION_FIELDS)


def _window(alias: str) -> str:
    return (
        "json_array("
        + ", ".join("''" if name == "digest" else f'{alias}."{name}"' for name in WINDOW_FIELDS)
        + ")"
    )


STEP = """(select name from steps where run_id = r.id and r.state = 'running'
     order by position desc limit 1) as step,
    (select count(*) from steps where run_id = r.id) as step_number,
    (select json_object('state', case when v.state in ('champion', 'retired') and not exists (
            select 1 from promotions p where p.model_id = v.model_id and p.number = v.number
            and p.at between r.started and coalesce(r.ended, p.at)) then 'candidate' else v.state end,
        'reason', v.reason, 'scores', v.scores,
                        'champion_scores', v.champion_scores)
     from versions v where v.model_id = r.model_id and v.number = r.version) as made"""

_LINE = _object("x", RUN_FIELDS, ", 'step', x.step, 'step_number', x.step_number, 'made', json(x.made)")


def _lines(alias: str) -> str:
    """A run of a list with its model, as a JSON object."""
    more = ", 'step', {0}.step, 'step_number', {0}.step_number, 'made', {0}.made"
    return _object(alias, (*RUN_FIELDS, "model", "definition"), more.format(alias))


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
RECENT = f"""(select json_group_array({_window("x")}) from (select * from windows w where w.model_id = m.id
     and {LABELLED} order by w."index" desc limit 26) x) as recent"""
FIRST_LIVED = f"""(select w.metrics from windows w where w.model_id = m.id and {LABELLED} and w.version =
     (select number from versions where model_id = m.id and state = 'champion')
     order by w."index" limit 1) as first_lived"""
LABELS = """(select json_array(sum(labelled), sum(rows)) from (select labelled, rows from windows
     where model_id = m.id and closed and rows > 0 order by "index" desc limit 4)) as labels"""
CLOSED = "(select count(*) from windows where model_id = m.id and closed and rows > 0) as closed"
MODEL_SCHEDULES = f"""(select json_group_array({_object("x", SCHEDULE_FIELDS)}) from (select * from schedules
     where model_id = m.id and removed is null order by id) x) as schedules"""
PROMOTIONS = f"""(select json_group_array({_object("x", PROMOTION_FIELDS)}) from (select * from promotions
     where model_id = m.id order by live_from desc, id desc limit 40) x) as promotions"""

OVER = "state in ('succeeded', 'failed', 'timed_out', 'lost')"
LAST_RUNS = f"""(select json_group_array({_object("x", RUN_FIELDS)}) from (
     select * from (select * from runs where model_id = m.id and kind in ('retrain', 'backfill') and {OVER}
                    order by id desc limit 1)
     union all
     select * from (select * from runs where model_id = m.id and kind = 'monitor' and {OVER}
                    order by id desc limit 1)) x) as last_runs"""
LAST_LINE = f"""(select {_LINE} from (select r.*, {STEP} from runs r where r.model_id = m.id
     and r.kind in ('retrain', 'backfill') and r.ended is not null
      order by r.id desc limit 1) x) as last_line"""
OPEN_LINE = f"""(select {_LINE} from (select r.*, {STEP} from runs r where r.model_id = m.id
     and r.kind in ('retrain', 'backfill') and r.state in ('queued', 'running')
     order by r.state desc, r.id limit 1) x) as open_line"""


def _drift_line(where: str) -> str:
    """A window's drift in brief, with the cells of some columns."""
    return f"""json_object('index', d."index", 'reference', d.reference, 'verdict', d.verdict,
     'cells', json((select json_group_array(json_array(key, value ->> 'verdict', value ->> 'strength',
          round(value ->> 'distance', 4))) from json_each(d.columns) {where})),
     'judged', (select sum(value ->> 'verdict' <> 'unknown') from json_each(d.columns)),
     'start', w.start, 'end', w.end, 'rows', w.rows)"""


DRIFT_LINE = _drift_line("")
DRIFTS = 'drifts d join windows w on w.model_id = d.model_id and w."index" = d."index"'
OF_CLOSED = f"""from {DRIFTS}
     where d.model_id = m.id and w.closed and w.rows > 0 order by d."index" desc"""
LAST_DRIFT = f"""(select {_drift_line("where value ->> 'verdict' = 'drift'")} {OF_CLOSED} limit 1)
     as last_drift"""

_ASIDE = f"""json_object('number', a.number, 'index', a."index", 'digest', '', 'body', a.body,
     'window', {_window("w").replace('w."metrics"', "'{}'").replace('w."baseline"', "'{}'")})"""
_ASIDES = 'asides a join windows w on w.model_id = a.model_id and w."index" = a."index"'
LAST_ASIDES = f"""(select json_group_array(json(x.line)) from (select {_ASIDE} as line from {_ASIDES}
     where a.model_id = m.id
     and w.start >= (select max(live_from) from promotions where model_id = m.id)
     and a.number = (select number from promotions where model_id = m.id
         and live_from < (select max(live_from) from promotions where model_id = m.id)
         order by live_from desc, id desc limit 1)
     order by a."index" limit 8) x) as last_asides"""
"""Of the champion before the present one, as many as core.monitoring.aftermath.A_WHILE."""
ALL_ASIDES = f"""(select json_group_array(json(x.line)) from (select {_ASIDE} as line from {_ASIDES}
     where a.model_id = m.id order by a."index") x) as all_asides"""
ALL_SHADOWS = """(select json_group_array(json_object('model_id', model_id, 'number', number, 'since', since,
     'until', until, 'at', at, 'by', by, 'why', why, 'before', before))
     from (select * from shadows where model_id = m.id order by since, id)) as all_shadows"""
LET_GO = """(select json_group_array(number) from versions where model_id = m.id and let_go is not null)
     as gone"""

ALL_WINDOWS = f"""(select json_group_array({_window("x")}) from (select * from windows
     where model_id = m.id order by "index") x) as all_windows"""
VERSION_MARKS = """(select json_group_array(json_object('number', number, 'state', state, 'trigger', trigger,
     'train_to', train_to, 'live_from', live_from)) from (select * from versions
     where model_id = m.id order by number)) as version_marks"""
ALL_PROMOTIONS = f"""(select json_group_array({_object("x", PROMOTION_FIELDS)}) from (select * from promotions
     where model_id = m.id order by live_from, id) x) as all_promotions"""
ALL_VERSIONS = f"""(select json_group_array({_object("x", VERSION_FIELDS)}) from (select * from versions
     where model_id = m.id order by number) x) as all_versions"""


def standings(*more: str, one: bool = False) -> str:
    """How every model stands, or `one` of them by :name; `more`: further columns."""
    columns = ", ".join(
        (
            CHAMPION,
            AWAITING,
            RECENT,
            FIRST_LIVED,
            LABELS,
            CLOSED,
            MODEL_SCHEDULES,
            PROMOTIONS,
            LAST_RUNS,
            LAST_LINE,
            OPEN_LINE,
            LAST_DRIFT,
            LAST_ASIDES,
            LET_GO,
            *more,
        )
    )
    only = "and m.name = :name" if one else ""
    select = f"select m.id, m.definition, m.rhythm, {columns} from models m"
    return f"{select} where m.removed is null {only} order by m.name"


RUN_LINES = f"""select r.*, m.name as model, m.definition, {STEP}
    from runs r join models m on m.id = r.model_id"""

EXPERIMENTS = """select experiment as name from versions where experiment is not null
    union select definition ->> 'experiment' from models
        where removed is null and definition ->> 'experiment' is not null order by 1"""

RUN_AND_EARLIER = f"""select r.*, m.name as model, m.definition, {STEP},
     case when r.id = :id then (select json_group_array(
         json_object('name', name, 'started', started, 'ended', ended,
         'facts', facts)) from (select * from steps where run_id = r.id order by position)) end as steps
    from runs this join runs r on r.id = this.id
        or (r.model_id = this.model_id and r.kind = this.kind and r.id < this.id and r.ended is not null)
    join models m on m.id = r.model_id where this.id = :id order by r.id desc limit 21"""

SCHEDULES = f"""select s.*, m.name as model, m.definition,
     (select json_group_array(json_object('due', l.due, 'outcome', l.outcome, 'at', l.at, 'run_id', l.run_id,
          'reason', l.reason, 'run',
          json((select {_LINE} from (select r.*, {STEP} from runs r where r.id = l.run_id) x))))
      from (select * from (select * from ledger where schedule_id = s.id and due >= :since
                           order by due desc limit 400) order by due) l) as entries
    from schedules s join models m on m.id = s.model_id
    where s.removed is null and m.removed is null order by m.name, s.id"""

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
    (select json_group_array(json({_lines("x")})) from (select r.*, m.name as model, m.definition, {STEP}
       from runs r join models m on m.id = r.model_id
       where r.state in ('queued', 'running') order by r.id) x) as open,
    (select json_group_array(json({_lines("x")})) from (select r.*, m.name as model, m.definition, {STEP}
       from runs r join models m on m.id = r.model_id
       where r.state in ('failed', 'timed_out', 'lost') and r.ended >= :since and m.removed is null
       order by r.ended desc, r.id desc limit 8) x) as bad,
    (select json_group_array(json_object('definition', m.definition, 'rhythm', m.rhythm, 'schedules',
       json({MODEL_SCHEDULES.removesuffix(" as schedules")})))
       from models m where m.removed is null) as models"""

ALERTS = """select a.*, m.definition from alerts a join models m on m.id = a.model_id
    where m.removed is null and (a.state <> 'resolved' or a.id in (
        select id from alerts where state = 'resolved' order by resolved desc, id desc limit :resolved))
    order by a.opened desc, a.id desc"""

_OF_MODEL = "(:name is null or model_id = (select id from models where name = :name and removed is null))"
STAMP = f"""select json_array(
    (select json_group_array(id || state || cancel_requested
            || (select count(*) from steps where run_id = runs.id and :name is null))
     from runs where state in ('queued', 'running') and {_OF_MODEL}),
    (select max(id) from runs where {_OF_MODEL}),
    (select count(*) || ':' || sum(rowid) || ':' || sum(state = 'champion') || ':' || sum(state = 'candidate')
            || ':' || sum(state = 'challenger') from versions where {_OF_MODEL}),
    (select max(id) from promotions where {_OF_MODEL}),
    (select count(*) || ':' || sum(labelled) || ':' || sum(scored) from windows where {_OF_MODEL}),
    (select count(*) || ':' || sum(rowid) from drifts where {_OF_MODEL}),
    (select count(*) || ':' || sum(rowid) from asides where {_OF_MODEL}),
    (select count(*) from importances where {_OF_MODEL}),
    (select count(*) || ':' || max(at) || ':' || sum(at % 1000003) from notes where {_OF_MODEL}),
    (select json_group_array(id || state || since_windows || coalesce(noted_at, ''))
     from alerts where state <> 'resolved' and {_OF_MODEL}),
    (select sum(revision) || ':' || count(*) || ':' || count(removed) || ':' || count(paused_at)
     from schedules where {_OF_MODEL}),
    (select sum(revision) || ':' || count(removed) || ':' || count(*) from models)) as stamp"""
