"""The drift of a window in brief."""

from typing import Any

from core.domain.clock import moment
from core.domain.views.drift_line import DriftCell, DriftLine


def _line(where: str) -> str:
    """With the cells of some columns."""
    return f"""json_object('index', d."index", 'reference', d.reference, 'verdict', d.verdict,
     'cells', json((select json_group_array(json_array(key, value ->> 'verdict', value ->> 'strength',
          round(value ->> 'distance', 4))) from json_each(d.columns) {where})),
     'judged', (select sum(value ->> 'verdict' <> 'unknown') from json_each(d.columns)),
     'start', w.start, 'end', w.end, 'rows', w.rows)"""


DRIFT_LINE = _line("")
"""Of a drift d and its window w, with the cells of every column."""
DRIFTS = 'drifts d join windows w on w.model_id = d.model_id and w."index" = d."index"'
OF_CLOSED = f"""from {DRIFTS}
     where d.model_id = m.id and w.closed and w.rows > 0 order by d."index" desc"""
LAST_DRIFT = f"""(select {_line("where value ->> 'verdict' = 'drift'")} {OF_CLOSED} limit 1)
     as last_drift"""


def drift_line(values: dict[str, Any]) -> DriftLine:
    """From what `DRIFT_LINE` gives."""
    cells = {
        name: DriftCell(verdict, strength, distance) for name, verdict, strength, distance in values["cells"]
    }
    return DriftLine(
        **{
            **values,
            "cells": cells,
            "judged": values["judged"] or 0,
            "start": moment(values["start"]),
            "end": moment(values["end"]),
        }
    )
