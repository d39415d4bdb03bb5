"""Limits of runs and options of schedules; drift and profiles of windows; alerts."""

STATEMENTS = """
-- JSON: grace, cap, limits
alter table schedules add column options text not null default '{}';
alter table schedules add column paused_until integer;
alter table runs add column limits text not null default '{}' ;
alter table runs add column retry_of integer references runs (id);
alter table versions add column let_go integer;

-- catch-up `all` queues a run for each missed due time; one_run_a_due_time keeps each of those apart
drop index one_queued_retrain_a_model;
create unique index one_queued_retrain_a_model on runs (model_id)
    where kind = 'retrain' and state = 'queued' and json_extract(options, '$.caught_up') is null;

drop index one_open_monitor_a_model;
create unique index one_queued_monitor_a_model on runs (model_id)
    where kind = 'monitor' and state = 'queued';
create unique index one_running_monitor_a_model on runs (model_id)
    where kind = 'monitor' and state = 'running';

-- JSON: when rows and labels came, as the monitorings saw it
alter table models add column rhythm text;

-- by rows: the times of the rows of a window that was full, zlib over steps of int64
create table cuts (
    model_id integer not null references models (id),
    "index" integer not null,
    times blob not null,
    primary key (model_id, "index")
) strict;

create table drifts (
    model_id integer not null references models (id),
    "index" integer not null,        -- of the window
    reference integer not null,      -- the version whose training rows it is held against
    verdict text not null check (verdict in ('ok','drift','unknown')),
    columns text not null,           -- JSON
    digest text not null,
    primary key (model_id, "index")
) strict;

create table profiles (
    model_id integer not null references models (id),
    "index" integer not null,        -- of the window; -1: of the reference
    reference integer not null,
    body blob not null,
    primary key (model_id, reference, "index")
) strict;

create table importances (
    model_id integer not null references models (id),
    version integer not null,
    columns text not null,           -- JSON
    primary key (model_id, version)
) strict;

create table alerts (
    id integer primary key,
    model_id integer not null references models (id),
    kind text not null,
    state text not null check (state in ('open','acknowledged','muted','resolved')),
    opened integer not null,
    since_windows integer not null default 0,
    why text not null,
    done text not null default '',
    run_id integer references runs (id),
    note text,
    noted_by text,
    noted_at integer,
    muted_until integer,
    resolved integer,
    check ((state = 'resolved') = (resolved is not null))
) strict;
create unique index one_open_alert_a_kind on alerts (model_id, kind) where state <> 'resolved';

create table mutes (
    model_id integer primary key references models (id),
    until integer not null,
    by text not null,
    at integer not null
) strict;

create table told (
    model_id integer primary key references models (id),
    "index" integer not null         -- up to which window a backfill has settled alerts
) strict;

create table trigger_starts (
    model_id integer not null references models (id),
    trigger text not null,
    as_of integer not null,
    window integer,                  -- the newest that it was decided by
    why text not null,
    run_id integer not null references runs (id),
    primary key (model_id, trigger, as_of)
) strict
"""
