"""Crossing: whether a rule is crossed in enough of the last windows. Against a fixed reference (the model's
limit, the verdict), never a rolling mean, which would learn the decay as normal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.domain.asides import Bought
from core.domain.drift import WindowDrift
from core.domain.models import Model
from core.domain.triggers import USUAL, Persist
from core.domain.windows import Window
from core.domain.wording import METRIC_WORDS, capital, count, limit, score, window_word
from core.monitoring.buying_words import proposal
from core.monitoring.health import beyond, is_labelled

NAMED = 5
"""The most columns that a reason names."""

One = TypeVar("One")


@dataclass(frozen=True)
class Crossing:
    """A rule that is crossed.

    `short`: as a run says it. `why`: a sentence, as an alert says it. `window`: the newest that it goes by.
    `since_windows`: windows from the first one that led to it up to the newest.
    """

    short: str
    why: str
    window: int | None = None
    since_windows: int = 0
    run_id: int | None = None


def persist_of(model: Model, when: str) -> Persist:
    """How long a rule must be crossed: as its trigger says, else 2 of 3."""
    return next((trigger.persist for trigger in model.triggers if trigger.when == when), USUAL)


def performance(model: Model, windows: Sequence[Window]) -> Crossing | None:
    """The metric beyond the limit in enough of the last labelled windows; `windows` by index."""
    if model.limit is None:
        return None
    judged = [
        window for window in windows if is_labelled(window) and window.metrics.get(model.metric) is not None
    ]
    persist = persist_of(model, "performance")
    since = _since(judged, lambda window: beyond(model, window.metrics[model.metric]), persist)
    if since is None:
        return None
    last = judged[-persist.of :]
    hits = sum(beyond(model, window.metrics[model.metric]) for window in last)
    line = limit(model.metric, model.limit)
    values = [score(model.metric, window.metrics[model.metric], model.limit) for window in last[-3:]]
    in_which = f"in {hits} of the last {count(len(last), window_word(model.window) or 'window')}"
    return Crossing(
        f"{model.metric} beyond {line} in {hits} of the last {count(len(last), 'window')}",
        f"{capital(METRIC_WORDS[model.metric])} beyond its limit of {line} {in_which}: {', '.join(values)}.",
        judged[-1].index,
        since,
    )


def drift(model: Model, windows: Sequence[Window], drifts: Mapping[int, WindowDrift]) -> Crossing | None:
    """The verdict drift in enough of the last closed windows that have one."""
    judged = [
        drifts[window.index]
        for window in windows
        if window.closed and window.index in drifts and drifts[window.index].verdict != "unknown"
    ]
    persist = persist_of(model, "drift")
    since = _since(judged, lambda one: one.verdict == "drift", persist)
    if since is None:
        return None
    last = judged[-persist.of :]
    hits = [one for one in last if one.verdict == "drift"]
    columns = _columns(hits)
    named = f": {columns}" if columns else ""
    in_which = f"in {len(hits)} of the last {count(len(last), window_word(model.window) or 'window')}"
    return Crossing(
        f"drift in {len(hits)} of the last {count(len(last), 'window')}{named}",
        f"The rows differ from those that the version learnt, {in_which}{named}.",
        judged[-1].index,
        since,
    )


def promotion(model: Model, bought: Bought | None) -> Crossing | None:
    """A champion that is worse, beyond chance, than the one before it would have been."""
    why = proposal(model, bought)
    if why is None or bought is None:
        return None
    return Crossing(f"v{bought.version} is worse than v{bought.previous}", why, None, bought.windows)


def _since(judged: Sequence[One], hit: Callable[[One], bool], persist: Persist) -> int | None:
    """How many windows from the first hit that led to the present stretch; None where there is none."""
    hits = [hit(one) for one in judged]
    end = len(hits)
    if sum(hits[max(0, end - persist.of) : end]) < persist.least:
        return None
    while end > 1 and sum(hits[max(0, end - 1 - persist.of) : end - 1]) >= persist.least:
        end -= 1
    start = max(0, end - persist.of)
    return len(hits) - (start + hits[start:end].index(True))


def _columns(drifts: Sequence[WindowDrift]) -> str:
    """The columns that drifted, those of the newest window first."""
    names = list(dict.fromkeys(name for one in reversed(drifts) for name in one.drifted))
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
