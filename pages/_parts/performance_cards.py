"""Performance cards: measured, better than the simplest guess, labels in, champion."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.domain.models import Model
from core.domain.views.performance import PerformancePage
from core.domain.views.standing import Standing
from core.domain.windows import Window
from core.domain.wording import METRIC_WORDS, capital, score
from pages._parts.performance_chart import best_guess
from pages._parts.words import age, one_window, percent, windows


def performance_cards(page: PerformancePage, now: datetime) -> None:
    """Drawn as four metrics of equal width."""
    standing, all_windows = page.standing, page.windows
    model, value = standing.model, standing.value
    with st.container(key="cards"):
        first, second, third, fourth = st.columns(4, gap="small")
    label = f"{capital(METRIC_WORDS[model.metric])}, last labelled {one_window(model)}"
    first.metric(
        label,
        score(model.metric, value, standing.promoted),
        _since_promoted(standing),
        border=True,
        delta_color="off",
        delta_arrow="off",
    )
    gain, of = _gain(model, standing.recent[-4:])
    second.metric(
        "Better than the simplest guess", gain, of, border=True, delta_color="off", delta_arrow="off"
    )
    labelled, rows = standing.labels
    third.metric(
        f"Labels in, last {windows(model, 4)}",
        percent(labelled, rows),
        f"{labelled:,} of {rows:,} rows" if rows else "no rows yet",
        border=True,
        delta_color="off",
        delta_arrow="off",
    )
    champion = standing.champion
    fourth.metric(
        "Champion",
        f"v{champion.number}" if champion else "–",
        f"{age(now - champion.created)} old" if champion else f"{len(all_windows)} windows seen",
        border=True,
        delta_color="off",
        delta_arrow="off",
    )


def _since_promoted(standing: Standing) -> str:
    if standing.value is None:
        return f"no labelled {one_window(standing.model)} yet"
    if standing.promoted is None or standing.champion is None:
        return "nothing to compare with"
    then = score(standing.model.metric, standing.promoted, standing.value)
    return f"{then} when v{standing.champion.number} was promoted"


def _gain(model: Model, recent: Sequence[Window]) -> tuple[str, str]:
    """How much better than the best trivial baseline, on the mean of the last labelled windows."""
    metric, guess = model.metric, best_guess(recent, model.metric)
    pairs = [
        (value, base)
        for window in recent
        if (value := window.metrics.get(metric)) is not None
        and guess is not None
        and (base := window.baseline.get(guess, {}).get(metric)) is not None
    ]
    if not pairs:
        return "–", "nothing to compare with"
    own, other = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
    if metric == "bias":
        own, other = abs(own), abs(other)
    gain = other - own if model.lower_is_better or metric == "bias" else own - other
    sign = "+" if gain > 0 else ""
    what = "lower" if model.lower_is_better else "higher"
    return f"{sign}{score(metric, gain, own)}", f"{what} is better; last {windows(model, len(pairs))}"
