"""The stamp: what differs once a page could show something else."""

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
