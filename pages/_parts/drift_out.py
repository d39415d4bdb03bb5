"""Drift out: what the map, the charts and the table of the page of drift are made of, one row each."""

import json
from collections.abc import Sequence
from itertools import pairwise

from core.domain.drift import Spread
from core.domain.views.drift import DriftPage
from core.domain.views.drift_line import DriftLine
from pages._parts.taking_out import Row


def drift_rows(windows: Sequence[DriftLine]) -> list[Row]:
    return [
        {
            "start": window.start,
            "end": window.end,
            "rows": window.rows,
            "held_against": window.reference,
            "column": column,
            "verdict": cell.verdict,
            "strength": cell.strength,
            "distance": cell.distance,
        }
        for window in windows
        for column, cell in window.cells.items()
    ]


def spread_rows(page: DriftPage, column: str, spread: Spread) -> list[Row]:
    """The bars of a column's chart: shares (0..1) of the training rows and of the last window."""
    line = page.windows[-1]
    places: list[Row] = [{"value": label} for label in spread.labels]
    places = places or [{"from": low, "to": high} for low, high in pairwise(spread.edges)]
    return [
        {
            "model": page.standing.model.name,
            "column": column,
            "start": line.start,
            "end": line.end,
            "held_against": line.reference,
            **place,
            "training_rows": before,
            "window": now,
        }
        for place, before, now in zip(places, spread.reference, spread.window, strict=True)
    ]


def missing_rows(page: DriftPage) -> list[Row]:
    """Every column of the last window: shares (0..1) that are missing or new, and what is new."""
    line, columns = page.windows[-1], page.last.columns if page.last is not None else {}
    return [
        {
            "model": page.standing.model.name,
            "column": name,
            "start": line.start,
            "end": line.end,
            "held_against": line.reference,
            "missing": column.missing,
            "missing_before": page.missing_before(name),
            "new": column.new,
            "new_names": json.dumps(page.fresh(name), ensure_ascii=False) if page.fresh(name) else None,
        }
        for name, column in columns.items()
    ]
