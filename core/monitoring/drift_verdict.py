"""Drift verdict: what the distances of a window say, held against what is usual in the reference."""

from collections.abc import Mapping
from dataclasses import replace

from core.domain.drift import STRENGTHS, ColumnDrift
from core.domain.profiles import ColumnProfile, Profile, Reference, Scale
from core.monitoring.distances import decisive, distances
from core.monitoring.usual import VALUES_AT_LEAST, apart, limit_of

TIMES_THE_LIMIT = (1.0, 1.5, 2.0)
"""From how many times the usual on a drift is unusual, strong, very strong."""
FEW_BLOCKS = "too short a reference"
FEW_ROWS = "too few rows"
LABELS_TO_COME = "labels still to come"
MISSING = "missing values"


def columns_of(reference: Reference, window: Profile, unsettled: Mapping[str, str]) -> dict[str, ColumnDrift]:
    """Every column of a window's profile. `unsettled`: column -> why there is no verdict on it yet."""
    found = {}
    for name, now in window.items():
        scale, before = reference.scales[name], reference.profile[name]
        column = _measured(scale, before, now)
        why = reference.left_out.get(name) or unsettled.get(name)
        found[name] = (
            replace(column, why=why) if why else _judged(column, scale, before, now, reference, name)
        )
    return found


def verdict_of(columns: Mapping[str, ColumnDrift]) -> str:
    """Of the window: drift if a column has it, ok if one can be told to have none, else unknown."""
    said = {column.verdict for column in columns.values()}
    return next((verdict for verdict in ("drift", "ok") if verdict in said), "unknown")


def _measured(scale: Scale, before: ColumnProfile, now: ColumnProfile) -> ColumnDrift:
    found = distances(scale, before, now)
    fresh = float(now.counts[-1] / now.values) if scale.edges is None and now.values else 0.0
    missing = now.missing / now.rows if now.rows else 0.0
    return ColumnDrift(found[decisive(scale)], found, "unknown", missing=missing, new=fresh)


def _judged(
    column: ColumnDrift,
    scale: Scale,
    before: ColumnProfile,
    now: ColumnProfile,
    reference: Reference,
    name: str,
) -> ColumnDrift:
    usual = reference.usual.get(name)
    if usual is None:
        return replace(column, why=FEW_BLOCKS)
    if now.rows < VALUES_AT_LEAST:
        return replace(column, why=FEW_ROWS)
    far = apart(scale, before.counts, before.missing, now.counts, now.missing)
    return _against(column, far, limit_of(scale, before, usual, now.rows, reference.alarms))


def _against(column: ColumnDrift, far: float, limit: float) -> ColumnDrift:
    if far <= limit:
        return replace(column, verdict="ok", usual=limit)
    beyond = sum(far > times * limit for times in TIMES_THE_LIMIT)
    why = "" if column.distance is not None and column.distance > limit else MISSING
    return replace(column, verdict="drift", strength=STRENGTHS[beyond - 1], usual=limit, why=why)
