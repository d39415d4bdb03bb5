"""The page of performance: every window, version and promotion of a model."""

from core.domain.clock import moment
from core.domain.views.performance import PerformancePage, VersionMark
from core.domain.views.standing import Standing
from storage.columns import Row, from_json, when
from storage.views.promotions import ALL_PROMOTIONS, promotions_from
from storage.views.windows import window_array, window_from

PERFORMANCE_COLUMNS = (
    f"""(select json_group_array({window_array("x")}) from (select * from windows
     where model_id = m.id order by "index") x) as all_windows""",
    """(select json_group_array(json_object('number', number, 'state', state, 'trigger', trigger,
     'train_to', train_to, 'live_from', live_from)) from (select * from versions
     where model_id = m.id order by number)) as version_marks""",
    ALL_PROMOTIONS,
)


def performance_page(standing: Standing, row: Row) -> PerformancePage:
    """From a row of `standings` with `PERFORMANCE_COLUMNS`."""
    return PerformancePage(
        standing,
        [window_from(values) for values in from_json(row["all_windows"])],
        [_mark(values) for values in from_json(row["version_marks"])],
        promotions_from(row["all_promotions"]),
    )


def _mark(values: Row) -> VersionMark:
    return VersionMark(
        values["number"],
        values["state"],
        values["trigger"],
        moment(values["train_to"]),
        when(values["live_from"]),
    )
