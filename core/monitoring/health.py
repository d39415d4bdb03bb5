"""Health: how a model is doing in one word, and why in one sentence. Pure; what it judges by is given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.domain.asides import Bought
from core.domain.drift import STRENGTHS
from core.domain.health import Health
from core.domain.models import Model
from core.domain.rhythm import Wait
from core.domain.runs import BAD_ENDS, EXCLUSIVE, Run
from core.domain.schedules import Schedule
from core.domain.views.drift_line import DriftLine
from core.domain.windows import Metrics, Window
from core.domain.wording import (
    BASELINE_WORDS,
    METRIC_WORDS,
    at,
    capital,
    count,
    in_a_line,
    limit,
    listed,
    score,
    window_word,
)
from core.monitoring.buying_words import proposal

OVERDUE_AFTER = timedelta(seconds=60)
LABELS_AT_LEAST = 30
SHOWN = 3
"""How many values in a row a reason names."""


@dataclass(frozen=True)
class Signs:
    """What health goes by.

    `labelled`: the last labelled windows that were scored, oldest first. `last`: the last run that ended, one
    for each sort of work (making versions, monitoring). `overdue`: the oldest due time without its entry for
    a minute.
    `closed`: how many closed windows with rows there are. `champion`: its number. `waits`: rows or labels
    that did not come when expected. `drift`: that of the last closed window that has it.
    `awaiting`: the number of the version that waits for a person's approval. `bought`: what the promotion of
    whoever serves brought.
    """

    model: Model
    champion: int | None = None
    labelled: Sequence[Window] = ()
    last: Sequence[Run] = ()
    overdue: datetime | None = None
    schedules: Sequence[Schedule] = field(default=())
    closed: int = 0
    waits: Sequence[Wait] = ()
    drift: DriftLine | None = None
    awaiting: int | None = None
    bought: Bought | None = None


def is_labelled(window: Window) -> bool:
    """Closed, complete, and with at least half of its labels and 30 of them (all of them, if fewer)."""
    return (
        window.closed
        and window.complete
        and window.rows > 0
        and 2 * window.labelled >= window.rows
        and window.labelled >= min(LABELS_AT_LEAST, window.rows)
    )


def beyond(model: Model, value: float | None) -> bool:
    """Whether a value of the decisive metric is beyond the model's limit."""
    if value is None or model.limit is None:
        return False
    return worse(model, value, abs(model.limit) if model.metric == "bias" else model.limit)


def worse(model: Model, value: float, than: float) -> bool:
    """Whether one value of the decisive metric is worse than another; bias is worse the further it is from
    0.
    """
    if model.metric == "bias":
        return abs(value) > abs(than)
    return value > than if model.lower_is_better else value < than


def best_baseline(model: Model, window: Window) -> tuple[str, float] | None:
    """The best of a window's trivial baselines by the decisive metric: (name, value)."""
    values = {
        name: value for name, metrics in window.baseline.items() if (value := _of(metrics, model)) is not None
    }
    best: tuple[str, float] | None = None
    for name, value in values.items():
        if best is None or worse(model, best[1], value):
            best = (name, value)
    return best


def overdue(due: datetime | None, now: datetime) -> bool:
    """Whether a due time that has no entry yet should have had one."""
    return due is not None and now - due >= OVERDUE_AFTER


def judge(signs: Signs) -> Health:
    """The word and its reason: failing, else watch, else unknown, else healthy (contract, *Health*)."""
    paused = bool(signs.schedules) and all(schedule.paused for schedule in signs.schedules)
    word, why = _failing(signs) or _watch(signs) or _unknown(signs) or _healthy(signs)
    if signs.awaiting is not None:
        why = f"{why} v{signs.awaiting} waits for approval."
    poor = word == "failing" or (word == "watch" and _beaten(signs) is not None)
    reason = signs.schedules[0].pause_reason if paused else None
    return Health(word, why, paused, reason, poor, bool(signs.waits))


def _failing(signs: Signs) -> tuple[str, str] | None:
    model, streak = signs.model, _streak(signs)
    if not streak or model.limit is None:
        return None
    values = [score(model.metric, value, streak[-1]) for value in streak[-SHOWN:]]
    side = "under" if model.metric != "bias" and not model.lower_is_better else "over"
    how_long = f"for {_windows(signs, len(streak))}" if len(streak) > 1 else f"in {_last_window(signs)}"
    more = "last " if len(streak) > SHOWN else ""
    why = (
        f"{_name(model)} {side} its limit of {limit(model.metric, model.limit)} {how_long}: "
        f"{more}{listed(values)}."
    )
    back = proposal(model, signs.bought)
    return "failing", f"{why} {back}" if back else why


def _streak(signs: Signs) -> list[float]:
    """The values beyond the limit, up to the last labelled window, oldest first."""
    streak: list[float] = []
    for window in reversed(signs.labelled):
        value = _of(window.metrics, signs.model)
        if value is None or not beyond(signs.model, value):
            break
        streak.insert(0, value)
    return streak


def _watch(signs: Signs) -> tuple[str, str] | None:
    failed = (_failed(signs, run) for run in signs.last if not _made_good(run, signs.last))
    reasons = [_beaten(signs), *failed, _late(signs), _drifted(signs)]
    reasons += [proposal(signs.model, signs.bought), *(wait.why for wait in signs.waits)]
    said = [reason for reason in reasons if reason]
    return ("watch", " ".join(said)) if said else None


def _beaten(signs: Signs) -> str | None:
    if not signs.labelled:
        return None
    model, window = signs.model, signs.labelled[-1]
    value, best = _of(window.metrics, model), best_baseline(model, window)
    if value is None or best is None or not worse(model, value, best[1]):
        return None
    return (
        f"The simplest guess was better in {_last_window(signs)}: {BASELINE_WORDS.get(best[0], best[0])} had "
        f"{METRIC_WORDS[model.metric]} {score(model.metric, best[1], value)}, the model "
        f"{score(model.metric, value, best[1])}."
    )


def _made_good(run: Run, last: Sequence[Run]) -> bool:
    """Whether what a look at the rows could not do was done later by a run that makes versions: it begins by
    that.
    """
    return run.kind == "monitor" and any(
        other.kind in EXCLUSIVE
        and other.state == "succeeded"
        and other.ended is not None
        and run.ended is not None
        and other.ended > run.ended
        for other in last
    )


def _failed(signs: Signs, run: Run) -> str | None:
    if run.state not in BAD_ENDS:
        return None
    what = {"monitor": "look at the rows", "backfill": "backfill"}.get(run.kind, "retraining")
    ended = {"failed": "failed", "timed_out": "timed out", "lost": "was lost: its process is gone"}[run.state]
    error = in_a_line(run.error) if run.state == "failed" else ""
    serves = f" v{signs.champion} still serves." if signs.champion and run.kind != "monitor" else ""
    return f"The last {what} {ended}{f': {error}' if error else ''}".rstrip(".") + f".{serves}"


def _drifted(signs: Signs) -> str | None:
    return drift_reason(signs.model, signs.drift)


def drift_reason(model: Model, drift: DriftLine | None) -> str | None:
    """Which columns of `drift`, the last closed window with rows, drifted, the strongest first."""
    if drift is None or drift.verdict != "drift":
        return None
    cells = drift.cells
    rank = {name: STRENGTHS.index(cells[name].strength or STRENGTHS[0]) for name in drift.drifted}
    names = sorted(rank, key=lambda name: -rank[name])
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    shown = listed(names[:SHOWN]) if not more else ", ".join(names[:SHOWN]) + more
    last = f"the last {window_word(model.window) or 'window'}"
    return f"The rows of {last} differ from those that v{drift.reference} learnt, in {shown}."


def _late(signs: Signs) -> str | None:
    if signs.overdue is None:
        return None
    zone = signs.model.zone
    return f"A retraining is overdue: it was due {at(signs.overdue, zone)} ({zone}) and has not begun."


def _unknown(signs: Signs) -> tuple[str, str] | None:
    model = signs.model
    if signs.labelled:
        if _of(signs.labelled[-1].metrics, model) is not None:
            return None
        return "unknown", f"{_name(model, full=True)} is not defined for the rows of {_last_window(signs)}."
    if signs.champion is None and model.prediction is None:
        if signs.closed < model.initial:
            return "unknown", (
                f"No version yet: the first is made after {_windows(signs, model.initial)}, "
                f"and {signs.closed} {'has' if signs.closed == 1 else 'have'} passed."
            )
        if signs.awaiting is not None:
            return "unknown", "No version serves yet."
        return "unknown", "No version yet: the next retraining or backfill makes the first."
    needed = (
        "half of its labels"
        if model.window.unit == "rows"
        else f"half of its labels, and {LABELS_AT_LEAST} of them"
    )
    return "unknown", f"Nothing to judge by yet: that takes a closed {_one(signs)} with {needed}."


def _healthy(signs: Signs) -> tuple[str, str]:
    model = signs.model
    value = _of(signs.labelled[-1].metrics, model)
    assert value is not None
    inside = ""
    if model.limit is not None:
        inside = f", inside its limit of {limit(model.metric, model.limit)}"
    best = best_baseline(model, signs.labelled[-1])
    guess = f"; the simplest guess had {score(model.metric, best[1], value)}" if best else ""
    reference = best[1] if best else None
    return "healthy", (
        f"{_name(model, full=True)} {score(model.metric, value, reference)} in {_last_window(signs)}"
        f"{inside}{guess}."
    )


def _of(metrics: Metrics, model: Model) -> float | None:
    return metrics.get(model.metric)


def _name(model: Model, full: bool = False) -> str:
    return "Error" if model.metric in ("rmse", "mae") and not full else capital(METRIC_WORDS[model.metric])


def _one(signs: Signs) -> str:
    return window_word(signs.model.window) or f"window of {signs.model.window}"


def _last_window(signs: Signs) -> str:
    return f"the last labelled {window_word(signs.model.window) or 'window'}"


def _windows(signs: Signs, amount: int) -> str:
    return count(amount, window_word(signs.model.window) or "window")
