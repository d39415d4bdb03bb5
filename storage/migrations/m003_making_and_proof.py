"""How versions were made, judged, proven, and did beside the champion of the day."""

STATEMENTS = """
alter table versions add column strategy text not null default 'scratch';
alter table versions add column experiment text;
-- JSON: of the gate; of the strategy
alter table versions add column verdict text not null default '{}';
alter table versions add column lineage text not null default '{}';
-- of a challenger: the state that it had before
alter table versions add column shadowed text;

-- JSON: what the source's files were when it was made
alter table snapshots add column state text;

-- each adoption is a run of its own
drop index one_queued_retrain_a_model;
create unique index one_queued_retrain_a_model on runs (model_id)
    where kind = 'retrain' and state = 'queued' and json_extract(options, '$.caught_up') is null
        and json_extract(options, '$.adopt') is null;

create table makings (               -- what a version can be made of again
    model_id integer not null,
    number integer not null,
    body text not null,              -- JSON: the model file of the day, the columns' types, code files
    primary key (model_id, number),
    foreign key (model_id, number) references versions (model_id, number)
) strict;

create table judgements (            -- what the judged rows say in detail
    model_id integer not null,
    number integer not null,
    body text not null,              -- JSON: segments, calibration, rows where predictions differ most
    primary key (model_id, number),
    foreign key (model_id, number) references versions (model_id, number)
) strict;

create table notes (
    model_id integer not null,
    number integer not null,
    note text not null default '',
    tags text not null default '[]', -- JSON
    by text not null,
    at integer not null,
    primary key (model_id, number),
    foreign key (model_id, number) references versions (model_id, number)
) strict;

create table asides (                -- windows scored by a version that did not serve them
    model_id integer not null,
    number integer not null,
    "index" integer not null,        -- of the window
    body text not null,              -- JSON: metrics of both on the same rows, and their difference
    digest text not null,
    primary key (model_id, number, "index"),
    foreign key (model_id, number) references versions (model_id, number)
) strict;

create table shadows (               -- times for which a version was a challenger
    id integer primary key,
    model_id integer not null,
    number integer not null,
    since integer not null,
    until integer,
    at integer not null,
    by text not null,
    why text not null,
    before text not null,            -- its state, which it has again then
    foreign key (model_id, number) references versions (model_id, number)
) strict;
create unique index one_open_shadow_a_version on shadows (model_id, number) where until is null;

create table reproductions (
    model_id integer not null,
    number integer not null,
    run_id integer not null references runs (id),
    at integer not null,
    same integer not null,
    largest_difference real,
    differs text not null,           -- JSON
    primary key (model_id, number, run_id),
    foreign key (model_id, number) references versions (model_id, number)
) strict
"""
