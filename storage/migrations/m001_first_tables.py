"""The first tables. Moments are whole microseconds since 1970 (UTC); JSON columns end in a comment."""

STATEMENTS = """
create table models (
    id integer primary key,
    name text not null,
    definition text not null,        -- JSON: the model file
    survey text not null,            -- JSON: what apply found in the source
    origin integer not null,
    file text,
    applied integer not null,
    revision integer not null default 1,
    source_stamp text,               -- JSON: the source as the last monitoring saw it
    monitored integer,               -- as of which the windows were last put right
    removed integer
) strict;
create unique index one_model_a_name on models (name) where removed is null;

create table schedules (
    id integer primary key,
    model_id integer not null references models (id),
    name text,
    rule text not null,              -- JSON
    catch_up text not null,
    overlap text not null,
    anchor integer not null,
    handled integer not null,
    revision integer not null default 1,
    paused_at integer,
    pause_reason text,
    removed integer
) strict;
create index schedules_of_model on schedules (model_id) where removed is null;

create table runs (
    id integer primary key,
    model_id integer not null references models (id),
    kind text not null,
    trigger text not null,
    state text not null check (state in
        ('queued','running','succeeded','failed','cancelled','timed_out','lost')),
    schedule_id integer references schedules (id),
    due integer,
    not_before integer,
    as_of integer,
    options text not null default '{}',  -- JSON
    queued integer not null,
    started integer,
    ended integer,
    attempt integer not null default 1,
    version integer,
    reason text,
    error text,
    progress real,
    doing text,
    seed integer,
    token text,
    pid integer,
    pid_started real,
    heartbeat integer,
    cancel_requested integer not null default 0,
    check ((state = 'queued') = (started is null and ended is null) or state = 'cancelled'),
    check ((state in ('queued','running')) = (ended is null))
) strict;
create unique index one_queued_retrain_a_model on runs (model_id) where kind = 'retrain' and state = 'queued';
create unique index one_running_retrain_a_model on runs (model_id)
    where kind in ('retrain','backfill') and state = 'running';
create unique index one_open_backfill_a_model on runs (model_id)
    where kind = 'backfill' and state in ('queued','running');
create unique index one_open_monitor_a_model on runs (model_id)
    where kind = 'monitor' and state in ('queued','running');
create unique index one_run_a_due_time on runs (schedule_id, due, attempt) where schedule_id is not null;
create index runs_of_model on runs (model_id, id);
create index open_runs on runs (state) where state in ('queued','running');

create table steps (
    run_id integer not null references runs (id),
    position integer not null,
    name text not null,
    started integer not null,
    ended integer,
    facts text not null default '',
    primary key (run_id, position)
) strict;

create table ledger (
    schedule_id integer not null references schedules (id),
    model_id integer not null references models (id),
    due integer not null,
    outcome text not null check (outcome in ('fired','late','skipped','merged')),
    at integer not null,
    run_id integer references runs (id),
    reason text,
    primary key (schedule_id, due)   -- one entry a due time
) strict;
create index ledger_of_model on ledger (model_id, due);

create table versions (
    model_id integer not null references models (id),
    number integer not null,
    state text not null check (state in ('champion','challenger','candidate','rejected','retired')),
    created integer not null,
    run_id integer not null references runs (id),
    trigger text not null,
    train_from integer,
    train_to integer not null,
    rows integer not null,
    scores text not null,            -- JSON
    champion_scores text not null,   -- JSON
    judged text not null,            -- JSON
    reason text not null,
    parent integer,
    snapshot text not null,
    recipe text not null,
    parameters text not null,        -- JSON
    code text not null,              -- JSON
    environment text not null,       -- JSON
    seed integer not null,
    seconds real not null,
    artifact text not null,
    artifact_sha256 text not null,
    features text not null,          -- JSON
    live_from integer,
    live_to integer,
    primary key (model_id, number),
    foreign key (model_id, snapshot) references snapshots (model_id, id)
) strict;
create unique index one_champion_a_model on versions (model_id) where state = 'champion';

create table promotions (
    id integer primary key,
    model_id integer not null,
    number integer not null,
    live_from integer not null,
    at integer not null,
    by text not null,
    why text not null,
    previous integer,
    rollback integer not null default 0,
    foreign key (model_id, number) references versions (model_id, number)
) strict;
create index promotions_of_model on promotions (model_id, live_from);

create table snapshots (
    model_id integer not null references models (id),
    id text not null,
    as_of integer not null,
    rows integer not null,
    chunks text not null,            -- JSON
    format integer not null,
    primary key (model_id, id)
) strict;
create index snapshots_of_model on snapshots (model_id, as_of);

create table windows (
    model_id integer not null references models (id),
    "index" integer not null,
    start integer not null,
    end integer not null,
    rows integer not null,
    labelled integer not null,
    closed integer not null,
    complete integer not null,
    version integer,
    scored integer not null,
    metrics text not null,           -- JSON
    baseline text not null,          -- JSON
    digest text not null,
    upto integer,
    primary key (model_id, "index")
) strict;

create table backfill_steps (
    model_id integer not null references models (id),
    "index" integer not null,        -- of the window after which it came
    version integer,                 -- what the retraining left, if anything
    primary key (model_id, "index")
) strict;

create table leases (
    id integer primary key check (id = 1),
    holder text not null,
    fence integer not null,
    beat integer not null,
    started integer not null
) strict
"""
