"""Usual: how far apart rows of one kind may be, so that a window that is further has drifted.

A first verdict, each column by itself. A window has to be beyond three things: what any of the reference's
own blocks of window length is from the rest of it, with a margin (blocks carry the stream's rhythm, memory
and seasons, which resampled rows would not); what independent rows of the reference would be by chance,
at a level that leaves all columns together the false alarms of the budget; and an effect worth a word.
On streams with memory it still says drift more often than the budget: triggers ask it to persist.
"""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from core.domain.profiles import ColumnProfile, Scale, Usual
from core.domain.spans import Span
from core.monitoring.distances import bins

BLOCKS_AT_LEAST = 6
MARGIN = 1.1
"""On top of the furthest block: the next one is the furthest now and then."""
EFFECT = 0.05
"""No distance under this is drift, however many rows say so."""
ALARMS = 1 / 20
"""The most false alarms a window (contract, *Verdict*)."""
VALUES_AT_LEAST = 30
MONTH = timedelta(days=30.4)
DAYS = {"months": 30.4, "weeks": 7.0, "days": 1.0}


def budget(window: Span) -> float:
    """False alarms a window: one a month, and at most ALARMS; by rows, ALARMS."""
    if window.unit == "rows":
        return ALARMS
    days = DAYS.get(window.unit)
    length = timedelta(days=days * window.amount) if days else window.elapsed
    return min(ALARMS, length / MONTH)


def usual(scale: Scale, blocks: Sequence[ColumnProfile]) -> Usual | None:
    """What the blocks of a reference are from the rest of it, in one column; None where fewer than
    BLOCKS_AT_LEAST are long enough to tell.
    """
    counts = np.stack([block.counts for block in blocks])
    missing = np.array([block.missing for block in blocks])
    rows = counts.sum(1) + missing
    enough = (rows >= VALUES_AT_LEAST) & (2 * rows >= np.median(rows))
    if enough.sum() < BLOCKS_AT_LEAST:
        return None
    furthest = max(apart_from_rest(scale, counts, missing)[enough])
    return Usual(float(furthest), float(np.median(rows[enough])))


def apart_from_rest(scale: Scale, counts: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """(b,) how far each of b blocks, with (b, bins) counts, is from all others together; see `apart`."""
    whole, gone = counts.sum(0), missing.sum()
    return np.array(
        [
            apart(scale, whole - counts[i], int(gone - missing[i]), counts[i], int(missing[i]))
            for i in range(len(counts))
        ]
    )


def apart(scale: Scale, counts: np.ndarray, missing: int, others: np.ndarray, others_missing: int) -> float:
    """The decisive distance, or the difference of the shares of missing values, if that is larger."""
    a, b = bins(scale, counts), bins(scale, others)
    gone = abs(_share(missing, counts) - _share(others_missing, others))
    if not (a.any() and b.any()):
        return gone
    gap = a / a.sum() - b / b.sum()
    distance = np.abs(gap).sum() / 2 if scale.edges is None else np.abs(np.cumsum(gap)).max()
    return max(float(distance), gone)


def limit_of(scale: Scale, before: ColumnProfile, found: Usual, rows: int, alarms: float) -> float:
    """The distance up to which a window of so many rows is as the reference (0 to 1).

    `alarms`: the share of windows that may be beyond it by chance.
    """
    noise = by_chance(scale, before, rows, alarms)
    more = max(0.0, noise - by_chance(scale, before, found.rows, alarms))
    return min(1.0, max(EFFECT, noise, MARGIN * found.furthest + more))


def by_chance(scale: Scale, before: ColumnProfile, rows: float, alarms: float) -> float:
    """What `apart` of a reference and as many independent rows of its kind stays under, but for a share.

    KS: Massart's constant in the inequality of Dvoretzky, Kiefer and Wolfowitz, taken for two samples. Total
    variation: its mean (of normal differences) and McDiarmid's inequality. Missing: Hoeffding's. All three
    have the tail exp(-2 t² / (1/m + 1/n)).
    """
    size = 1 / max(rows, 1) + 1 / max(before.rows, 1)
    tail = float(np.sqrt(np.log(4 / alarms) / 2 * size))
    if scale.edges is not None or not before.values:
        return tail
    shares = bins(scale, before.counts) / before.values
    return tail + float(np.sqrt(2 / np.pi) * np.sqrt(shares * (1 - shares) * size).sum() / 2)


def _share(missing: int, counts: np.ndarray) -> float:
    rows = missing + int(counts.sum())
    return missing / rows if rows else 0.0
