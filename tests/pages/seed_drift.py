"""Gives the windows of a seeded model their drift, their profiles, and its champion what it needs."""

import random
from collections.abc import Sequence

import numpy as np

from core.domain.drift import ColumnDrift, WindowDrift
from core.domain.profiles import ColumnProfile, Profile, Reference, Scale, Usual
from core.domain.windows import Window
from storage.stores import Stores

NAMES = ("temperature", "room_type", "guests", "lead_time", "price", "month", "market", "nights")
CATEGORIES = ("A", "B", "C", "corporate")
EDGES = np.linspace(-3, 3, 255)
USUAL = 0.08


def tell_drift(
    stores: Stores, model_id: int, name: str, windows: Sequence[Window], columns: int, moves: float
) -> None:
    """Columns that move more and more (by `moves`), the first the most, each held against the version of its
    window.
    """
    chance = random.Random(f"drift of {name}")
    names = [NAMES[n] if n < len(NAMES) else f"column_{n:02}" for n in range(columns)]
    live = sorted({window.version for window in windows if window.version is not None})
    if not live:
        return
    for number in live:
        stores.profiles.save_reference(model_id, _reference(number, names))
    told = [window for window in windows if window.rows]
    stores.drifts.save(
        model_id, [_drift(window, live[0], names, len(windows), moves, chance) for window in told]
    )
    bodies: dict[int, dict[int, Profile]] = {}
    moved = _profile(names, 0.8 * moves)
    for window in told:
        bodies.setdefault(window.version or live[0], {})[window.index] = moved
    for number, profiles in bodies.items():
        stores.profiles.save_windows(model_id, number, profiles)
    importance = {column: round(0.5 / (place + 1) - 0.04, 4) for place, column in enumerate(names)}
    stores.drifts.save_importance(model_id, live[-1], importance)


def _drift(
    window: Window, first: int, names: Sequence[str], count: int, moves: float, chance: random.Random
) -> WindowDrift:
    age = window.index / count
    columns = {
        column: _column(
            column, chance.uniform(0.2, 1) * USUAL + moves * max(0, age - 0.1 * place - 0.4) * 0.5
        )
        for place, column in enumerate(names)
    }
    worst = any(column.verdict == "drift" for column in columns.values())
    return WindowDrift(window.index, window.version or first, "drift" if worst else "ok", columns, "digest")


def _column(column: str, distance: float) -> ColumnDrift:
    key = "total_variation" if _is_text(column) else "ks"
    distances = {key: distance, "js": distance / 2, "psi": distance**2}
    if column == "month":
        return ColumnDrift(distance, distances, "unknown", usual=USUAL, why="calendar")
    strength = (
        None
        if distance <= USUAL
        else "unusual"
        if distance <= 2 * USUAL
        else "strong"
        if distance <= 3 * USUAL
        else "very strong"
    )
    new = 0.02 if _is_text(column) and strength else 0.0
    return ColumnDrift(
        distance, distances, "drift" if strength else "ok", strength, distance / 10, new, USUAL
    )


def _reference(number: int, names: Sequence[str]) -> Reference:
    scales = {column: _scale(column) for column in names}
    usual = {column: Usual(USUAL, 1000) for column in names}
    return Reference(
        number,
        scales,
        _profile(names, 0.0),
        blocks=24,
        alarms=0.05,
        usual=usual,
        left_out={"month": "calendar"},
    )


def _scale(column: str) -> Scale:
    if _is_text(column):
        return Scale(labels=CATEGORIES)
    return Scale(np.arange(5.0)) if column in ("guests", "nights") else Scale(EDGES)


def _profile(names: Sequence[str], by: float) -> Profile:
    return {column: _counts(_scale(column), by) for column in names}


def _counts(scale: Scale, by: float) -> ColumnProfile:
    """A bell that moved by so much, or few values whose shares moved."""
    if scale.edges is None or len(scale.edges) < 10:
        place = np.arange(scale.bins - (2 if scale.edges is None else 3))
        inside = 500 * np.exp(-place / (1 + by))
        around = ([], [0, int(20 * by)]) if scale.edges is None else ([0], [0, 0])
    else:
        middles = np.concatenate([[-3.1], (scale.edges[:-1] + scale.edges[1:]) / 2, [3.1]])
        inside, around = 40 * np.exp(-((middles - by) ** 2) / 2), ([0], [0])
    counts = np.concatenate([around[0], inside, around[1]]).astype(np.int64)
    low = 0.0 if scale.edges is not None and len(scale.edges) < 10 else -3.5
    new = int(counts[-1]) if scale.edges is None else 0
    fresh = {"suite": new - new // 3, "loft": new // 3} if new else {}
    return ColumnProfile(counts, 10, low, 3.5 + by, fresh=fresh)


def _is_text(column: str) -> bool:
    return column in ("room_type", "market")
