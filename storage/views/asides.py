"""What promotions bought and how challengers do, as the views read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.domain.asides import Aside, Beside, Bought
from core.domain.models import Model
from core.domain.versions import Promotion
from core.domain.windows import Window
from core.monitoring.buying import Points, beside, bought, present
from storage.asides import aside_of
from storage.columns import Row, from_json
from storage.shadows import shadow_of
from storage.views.windows import window_array, window_from

_LINE = f"""json_object('number', a.number, 'index', a."index", 'digest', '', 'body', a.body,
     'window', {window_array("w", "metrics", "baseline")})"""
_ASIDES = 'asides a join windows w on w.model_id = a.model_id and w."index" = a."index"'

LAST_ASIDES = f"""(select json_group_array(json(x.line)) from (select {_LINE} as line from {_ASIDES}
     where a.model_id = m.id
     and w.start >= (select max(live_from) from promotions where model_id = m.id)
     and a.number = (select number from promotions where model_id = m.id
         and live_from < (select max(live_from) from promotions where model_id = m.id)
         order by live_from desc, id desc limit 1)
     order by a."index" limit 8) x) as last_asides"""
"""Of the champion before the present one, as many as core.monitoring.aftermath.A_WHILE."""
LET_GO = """(select json_group_array(number) from versions where model_id = m.id and let_go is not null)
     as gone"""

ASIDE_COLUMNS = (
    f"""(select json_group_array(json(x.line)) from (select {_LINE} as line from {_ASIDES}
     where a.model_id = m.id order by a."index") x) as all_asides""",
    """(select json_group_array(json_object('model_id', model_id, 'number', number, 'since', since,
     'until', until, 'at', at, 'by', by, 'why', why, 'before', before))
     from (select * from shadows where model_id = m.id order by since, id)) as all_shadows""",
)
"""Further columns of `standings`: every aside, every shadow."""


def bought_now(model: Model, promotions: Sequence[Promotion], row: Row) -> Bought | None:
    """By the promotion of whoever serves, from a row of `standings`. `promotions`: by `live_from`."""
    return present(_points(model, promotions, row["last_asides"], row["gone"]))


def told(
    model: Model, promotions: Sequence[Promotion], row: Row
) -> tuple[Mapping[datetime, Bought], Mapping[int, Beside]]:
    """(What each promotion bought, by its begin; how challengers did), from a row with `ASIDE_COLUMNS`."""
    points = _points(model, promotions, row["all_asides"], row["gone"])
    shadows = [shadow_of(values) for values in from_json(row["all_shadows"])]
    return {one.since: one for one in bought(points)}, beside(points, shadows)


def _points(model: Model, promotions: Sequence[Promotion], lines: str, gone: str) -> Points:
    found: list[dict[str, Any]] = from_json(lines)
    asides: list[Aside] = [aside_of(values) for values in found]
    windows: dict[int, Window] = {}
    for values in found:
        if values["index"] not in windows:
            windows[values["index"]] = window_from(values["window"])
    return Points(model, promotions, list(windows.values()), asides, from_json(gone))
