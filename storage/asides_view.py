"""The view of asides: what promotions bought and how challengers do, from what the queries give."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.domain.asides import Aside, Beside, Bought
from core.domain.models import Model
from core.domain.versions import Promotion
from core.domain.windows import Window
from core.monitoring.buying import Points, beside, bought, present
from storage import view_queries as sql
from storage.asides import aside_of
from storage.columns import Row, from_json
from storage.shadows import shadow_of
from storage.windows import window_of

ASIDE_COLUMNS = (sql.ALL_ASIDES, sql.ALL_SHADOWS)


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
            fields = zip(sql.WINDOW_FIELDS, values["window"], strict=True)
            windows[values["index"]] = window_of(dict(fields))
    return Points(model, promotions, list(windows.values()), asides, from_json(gone))
