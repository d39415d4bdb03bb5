"""Buying, in words: "+0.8 ± 0.3 since 3 May", and when to go back. Pure; zones are arguments."""

from datetime import datetime
from math import floor, log10
from zoneinfo import ZoneInfo

from core.domain.asides import Beside, Bought
from core.domain.models import Model
from core.domain.wording import METRIC_WORDS, capital, count, plain_number, window_word

TOO_FEW = "too few labelled rows to tell yet"
UNSEEN = "no difference that these rows could show"


def bought_words(bought: Bought, model: Model, zone: str) -> str:
    """What a promotion bought, as its version's page says it."""
    if (untold := _untold(bought)) is not None:
        return untold
    when = f"since {_day(bought.since, zone)}" if bought.until is None else f"over {_windows(bought, model)}"
    if bought.answer == "better":
        return f"+{_size(bought)} {when}"
    cost = f"cost {_size(bought)} {when}"
    return f"{cost}: {_way_back(bought)} is proposed" if bought.proposes_rollback else cost


def beside_words(beside: Beside, model: Model, zone: str) -> str:
    """How a challenger did beside what served meanwhile."""
    if (untold := _untold(beside)) is not None:
        return untold
    when = f"since {_day(beside.since, zone)}" if beside.until is None else f"over {_windows(beside, model)}"
    return f"{_size(beside)} {beside.answer} than what served, {when}"


def proposal(model: Model, bought: Bought | None) -> str | None:
    """Why the champion should make way again, in a sentence; None where it need not.

    The change is told as the metric shows it: an error that rises, an accuracy that falls.
    """
    if bought is None or not bought.proposes_rollback:
        return None
    rises = model.lower_is_better or model.metric == "bias"
    metric = "size of the bias" if model.metric == "bias" else METRIC_WORDS[model.metric]
    does = f"v{bought.version} does worse than v{bought.previous} would have"
    changed = f"{metric} {'+' if rises else '−'}{_size(bought)} over {_windows(bought, model)}"
    return f"{does}: {changed}. {capital(_back(bought))}?"


def _back(bought: Bought) -> str:
    """After a rollback, further back is another version: the one that did better is promoted again."""
    return f"promote v{bought.previous} again" if bought.rollback else f"roll back to v{bought.previous}"


def _way_back(bought: Bought) -> str:
    """As `_back`, as the thing that is proposed."""
    return f"to {_back(bought)}" if bought.rollback else f"a rollback to v{bought.previous}"


def _untold(found: Beside) -> str | None:
    if found.answer == "none":
        return "no labelled window yet" if found.until is None else "no labelled window"
    if found.low is None:
        return TOO_FEW if found.until is None else TOO_FEW.removesuffix(" yet")
    if found.answer == "tie":
        return f"{UNSEEN} yet" if found.until is None else UNSEEN
    return None


def _size(found: Beside) -> str:
    """The difference without its sign, and half of its interval: 4.1 ± 0.6, with digits that it bears."""
    assert found.difference is not None
    assert found.high is not None
    half = abs(found.high - found.difference)
    places = -floor(log10(half)) if half > 0 else 3
    if half > 0 and half * 10**places < 2:
        places += 1
    decimals = min(max(places, 0), 6)
    return f"{plain_number(abs(found.difference), decimals)} ± {plain_number(half, decimals)}"


def _windows(found: Beside, model: Model) -> str:
    return count(found.windows, window_word(model.window) or "window")


def _day(when: datetime, zone: str) -> str:
    """3 May 2026."""
    local = when.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y}"
