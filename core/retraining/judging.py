"""Which rows judge a challenger, and which it learns from before it is judged."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from core.domain.clock import localize, micros, moment
from core.domain.learning import Predictions
from core.domain.models import Model
from core.domain.rows import Rows


@dataclass(frozen=True)
class Judged:
    """Ascending positions among the rows: `judged` (empty: nothing is, and `reason` says why) and `fit`.

    `start`: where the fit's history begins, in microseconds (None: all).
    """

    judged: np.ndarray
    fit: np.ndarray
    start: int | None
    reason: str = ""


@dataclass(frozen=True)
class Paired:
    """The n judged rows, in time order, and what both said of them; `champion` None: there is none yet.

    `truth`: (n,) as `labels` gives them. `positive`: binary's positive class, else None.
    """

    rows: Rows
    truth: np.ndarray
    challenger: Predictions
    champion: Predictions | None
    positive: object = None


def split(
    rows: Rows,
    champion_train_to: int | None,
    median_window: int,
    judge_at_least: int,
    as_of: int,
    back: Callable[[int], int | None],
) -> Judged:
    """Set the judged rows aside.

    `rows`: all n labelled ones as of now. `champion_train_to`: the as of of the champion's last fit, in
    microseconds; None without one. `back`: from a moment to where history begins (`history_start`). The
    judged are the newest of the rows that the champion did not know: as many as the median window has, or
    `judge_at_least` if that is more, never over half of them. The first fit takes every other row of the
    history before the first judged; where too few are new, every row of the history before `as_of`.
    """
    every = np.ones(len(rows), dtype=bool)
    new = np.flatnonzero(every if champion_train_to is None else ~rows.learnable(champion_train_to))
    count = min(max(median_window, judge_at_least), len(new) // 2)
    if count < max(judge_at_least, 1):
        start = back(as_of)
        return Judged(new[:0], _from(rows, every, start), start, _too_few(len(new), judge_at_least))
    judged, rest = new[-count:], every.copy()
    rest[judged] = False
    start = back(int(rows.time[judged[0]]))
    return Judged(judged, _from(rows, rest, start), start)


def history_start(model: Model, from_us: int, rows: Rows) -> int | None:
    """Where the model's history begins, counted back from a moment (microseconds); None: at the first row.

    Days, weeks and months by the calendar of the model's zone; shorter units as elapsed time; by rows, the
    time of the first of that many rows before the moment.
    """
    span = model.history
    if span is not None and span.unit == "windows":
        span = model.window.times(span.amount)
    if span is None:
        return None
    if span.unit == "rows":
        first = int(np.searchsorted(rows.time, from_us, "left")) - span.amount
        return int(rows.time[first]) if first > 0 else None
    try:
        if span.unit in ("seconds", "minutes", "hours"):
            return from_us - span.elapsed // timedelta(microseconds=1)
        local: datetime = moment(from_us).astimezone(model.tz).replace(tzinfo=None)
        return micros(localize(span.after(local, -1), model.tz))
    except (OverflowError, ValueError):  # before the year 1
        return None


def _from(rows: Rows, mask: np.ndarray, start: int | None) -> np.ndarray:
    return np.flatnonzero(mask if start is None else mask & (rows.time >= start))


def _too_few(new: int, at_least: int) -> str:
    return f"{new} new labelled rows are too few: half of them judge, and {at_least} are needed"
