"""The page of drift: the last windows in brief and one in full, and no more of the tables than that."""

from core.domain.profiles import REFERENCE
from core.domain.views.drift import DriftPage
from core.domain.views.standing import Standing
from storage.columns import Row, from_json
from storage.drifts import window_drift
from storage.profiles import unpack, unpack_reference
from storage.views.drift_line import DRIFT_LINE, DRIFTS, OF_CLOSED, drift_line

SHOWN = 26
"""Windows in the map."""


def _body(index: str) -> str:
    """The profile of the last window's reference, at an index of the table."""
    return f"""(select p.body from {DRIFTS} left join profiles p on p.model_id = d.model_id
     and p.reference = d.reference and p."index" = {index}
     where d.model_id = m.id and w.closed and w.rows > 0 order by d."index" desc limit 1)"""


DRIFT_COLUMNS = (
    f"""(select json_group_array(json(line)) from (select {DRIFT_LINE} as line {OF_CLOSED}
     limit {SHOWN})) as drift_lines""",
    f"""(select json_object('index', d."index", 'reference', d.reference, 'verdict', d.verdict,
     'columns', d.columns, 'digest', d.digest) {OF_CLOSED} limit 1) as drift_in_full""",
    _body(str(REFERENCE)) + " as reference_profile",
    _body('d."index"') + " as window_profile",
    """(select json_object('version', i.version, 'columns', json(i.columns)) from importances i
     left join versions v on v.model_id = i.model_id and v.number = i.version
     where i.model_id = m.id and i.columns != '{}'
     order by v.state = 'champion' desc, i.version desc limit 1) as importance""",
)


def drift_page(standing: Standing, row: Row) -> DriftPage:
    """From a row of `standings` with `DRIFT_COLUMNS`."""
    importance = from_json(row["importance"]) if row["importance"] else None
    reference, window = row["reference_profile"], row["window_profile"]
    return DriftPage(
        standing=standing,
        windows=[drift_line(values) for values in reversed(from_json(row["drift_lines"]))],
        last=window_drift(from_json(row["drift_in_full"])) if row["drift_in_full"] else None,
        importance=importance["columns"] if importance else None,
        important_to=importance["version"] if importance else None,
        closed=row["closed"],
        profiles=(unpack_reference(reference), unpack(window)) if reference and window else None,
    )
