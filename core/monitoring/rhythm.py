"""Rhythm: do rows and labels come when they are expected, by how they came before. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from core.domain.clock import micros, moment
from core.domain.models import Model
from core.domain.rhythm import Rhythm, Share, Wait
from core.domain.tapes import Column, blocks
from core.domain.wording import at, share, span_words, window_word
from core.monitoring.grid import Slice
from core.monitoring.health import LABELS_AT_LEAST
from core.monitoring.known import Known

KEPT = 20
"""How many of the last arrivals are kept."""
LEARNT = 5
"""From so many arrivals, or earlier windows, on they say what is usual."""
EARLIER, LOOKED_AT = 26, 60
"""Windows that a window is held against; windows that are looked at."""
PATIENCE = 1.5
NEW = 2.0
"""How many times the longest wait so far is still no wonder; where few arrivals were seen."""
LEAST = timedelta(minutes=5) // timedelta(microseconds=1)
DAY = timedelta(days=1) // timedelta(microseconds=1)


def after(before: Rhythm, model: Model, known: Known, wall: int) -> Rhythm:
    """The rhythm after a look that found `known` at a moment (microseconds) of the wall clock."""
    if not len(known.time):
        return replace(before, late=None)
    times = known.time if known.nth is None else np.sort(known.time[:])
    newest, labels = int(times[-1]), known.labelled()
    found = replace(before, newest=newest, gap=_gap(times), labels=labels)
    if before.newest is not None and newest > before.newest:
        found = replace(
            found,
            rows_came=(*before.rows_came, wall)[-KEPT:],
            behind=(*before.behind, max(0, wall - before.newest))[-KEPT:],
        )
    if before.newest is not None and labels > before.labels:
        found = replace(found, labels_came=(*before.labels_came, wall)[-KEPT:])
    return replace(found, late=_late(model, known, found))


def _gap(times: Column) -> int:
    """The longest between two rows."""
    parts = blocks(0, len(times) - 1)
    return max((int(np.diff(times[part.start : part.stop + 1]).max()) for part in parts), default=0)


def forget(rhythm: Rhythm) -> Rhythm:
    """Where rows are known to have ended: no later ones are expected, until some come again."""
    return replace(rhythm, rows_came=(), behind=())


def waits(model: Model, rhythm: Rhythm, now: datetime) -> list[Wait]:
    """What did not come when expected, as of a moment of the wall clock."""
    found = [_rows_late(model, rhythm, micros(now)), _labels_late(model, rhythm)]
    return [wait for wait in found if wait is not None]


def _rows_late(model: Model, rhythm: Rhythm, now: int) -> Wait | None:
    """By the clock: no row for longer than ever before. Where the data's time stands for now, as a replay's
    does, no newer row in the source for days and for much longer than ever before.
    """
    if rhythm.newest is None:
        return None
    if model.as_of == "data":
        if len(rhythm.rows_came) <= LEARNT:
            return None
        longest = int(np.diff(rhythm.rows_came).max())
        waited, patience = now - rhythm.rows_came[-1], max(DAY, 2 * rhythm.gap, 3 * longest)
        said = f"No newer rows since {_at(rhythm.rows_came[-1], now, model)}"
    else:
        longest = max(rhythm.gap, *rhythm.behind, 0)
        learnt = len(rhythm.behind) >= LEARNT
        patience = int(PATIENCE * longest if learnt else NEW * max(longest, _length(model)))
        waited, said = now - rhythm.newest, f"No rows since {_at(rhythm.newest, now, model)}"
    if waited <= max(patience, LEAST):
        return None
    why = f"{said}; the longest wait before was {span_words(longest)}."
    return Wait("rows late", moment(now - waited), why)


def _labels_late(model: Model, rhythm: Rhythm) -> Wait | None:
    late = rhythm.late
    if late is None:
        return None
    one, start = window_word(model.window) or "window", at(moment(late.start), model.zone)
    why = (
        f"Labels are late: {share(late.share)} of the rows of the {one} from {start} on have theirs; "
        f"earlier {one}s had {share(late.usual)} by then."
    )
    return Wait("labels late", moment(late.end), why)


def _late(model: Model, known: Known, rhythm: Rhythm) -> Share | None:
    """The oldest window that has under half of the labels that earlier ones had at its age, and fewer than
    any of them. One that is late is no measure for later ones.
    """
    full = [one for one in known.windows if one.closed and one.rows >= LABELS_AT_LEAST]
    looked_at, shares = full[-LOOKED_AT:], _Shares(known, full[-LOOKED_AT:])
    good: list[Slice] = full[:-LOOKED_AT]
    found: list[Share] = []
    for window in looked_at:
        late = _against(window, good[-EARLIER:], shares)
        if late is None:
            good.append(window)
        elif known.as_of - window.end >= _patience(window, model, rhythm):
            found.append(late)
    return found[0] if found else None


def _against(window: Slice, earlier: Sequence[Slice], shares: "_Shares") -> Share | None:
    if len(earlier) < LEARNT:
        return None
    share_now = shares.of(window, window)
    then = [shares.of(one, window) for one in earlier]
    usual = float(np.median(then))
    if usual < 0.2 or share_now >= min(then) or 2 * share_now >= usual:
        return None
    return Share(window.start, window.end, share_now, usual)


class _Shares:
    """Shares of labels that windows had at the ages that some windows have: each is looked through once."""

    def __init__(self, known: Known, aged: Sequence[Slice]):
        self._known, self._found = known, dict[int, np.ndarray]()
        self._ages = np.unique([known.as_of - window.end for window in aged])

    def of(self, window: Slice, aged: Slice) -> float:
        """The share of a window's labels that were known when it was as old as another is now."""
        if window.index not in self._found:
            self._found[window.index] = self._at_ages(window)
        return float(self._found[window.index][np.searchsorted(self._ages, self._known.as_of - aged.end)])

    def _at_ages(self, window: Slice) -> np.ndarray:
        by, counts = window.end + self._ages, np.zeros(len(self._ages) + 1, np.int64)
        for part in blocks(window.first, window.stop):
            first = np.searchsorted(by, self._known.known[part], "left")
            counts += np.bincount(first, minlength=len(counts))
        shares: np.ndarray = np.cumsum(counts)[:-1] / window.rows
        return shares


def _patience(window: Slice, model: Model, rhythm: Rhythm) -> int:
    """Labels that come to the source in batches are not late before the next batch."""
    came = rhythm.labels_came
    batch = int(np.diff(came).max()) if len(came) > LEARNT and model.as_of != "data" else 0
    return max(window.end - window.start, int(PATIENCE * batch))


def _length(model: Model) -> int:
    if model.window.unit == "rows":
        return DAY
    days = 31 if model.window.unit == "months" else None
    return DAY * days * model.window.amount if days else micros(moment(0) + model.window.elapsed)


def _at(us: int, now: int, model: Model) -> str:
    when = moment(us)
    said = at(when, model.zone)
    if now - us > 300 * DAY:
        said = said.replace(",", f" {when.astimezone(model.tz):%Y},")
    return f"{said} ({model.zone})"
