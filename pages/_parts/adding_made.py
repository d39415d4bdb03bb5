"""Adding, afterwards: history lived through, the first version beside the simplest guess, and links."""

from collections.abc import Sequence
from statistics import mean

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.errors import NotThere
from core.domain.models import Model
from core.domain.views.performance import PerformancePage
from core.domain.windows import Window
from core.domain.wording import BASELINE_WORDS, METRIC_WORDS, capital, score
from pages._parts.empty import nothing
from pages._parts.here import now, runtime, watch, zone
from pages._parts.live import live
from pages._parts.performance_chart import best_guess
from pages._parts.window_table import window_table
from pages._parts.words import day, one_window, result, windows


def made(name: str) -> None:
    """What became of a model that was added, while it lives through its history and after."""
    try:
        page = runtime().views.performance(name, now())
    except NotThere:
        st.title("Add a model")
        nothing("It is not there.", "The model was removed meanwhile.")
        st.page_link("welcome.py", label="Add a model", icon=":material/add_circle:")
        return
    st.title(f"{name} is added")
    watch(name, every=2)
    standing = page.standing
    live(standing.open.run.id if standing.open else None, name)
    lived = [window for window in page.windows if window.scored]
    _cut_short(page)
    _first(page, lived)
    _links(page)
    if lived:
        metric = standing.model.metric
        st.subheader(f"{capital(windows(standing.model, len(lived)))} lived through")
        window_table(standing.model, lived, metric, zone())


def _cut_short(page: PerformancePage) -> None:
    """That its history was not lived through to the end, and how it goes on."""
    ended = page.standing.last
    if page.standing.open is not None or ended is None:
        return
    if ended.run.kind == "backfill" and ended.run.state != "succeeded":
        nothing(
            f"Its history was cut short: {result(ended).word.lower()}.",
            f"`evermodel backfill {page.standing.model.name}` goes on from there.",
            result(ended).icon,
            result(ended).color,
        )


def _first(page: PerformancePage, lived: Sequence[Window]) -> None:
    if not page.versions:
        ended = page.standing.last
        if page.standing.open is None and ended is not None and ended.run.state != "succeeded":
            return  # said above
        nothing(
            "The first version is being made.",
            f"It learns from the first {windows(page.standing.model, page.standing.model.initial)}.",
            "progress_activity",
            "blue",
        )
        return
    measured = [one for one in lived if _pair(page.standing.model, one, lived) is not None]
    if not measured:
        nothing(
            "The first version is there.", "The first labels after it will say how it does.", "check_circle"
        )
        return
    model = page.standing.model
    first = page.versions[0].number
    with st.container(key="cards"):
        left, middle, right = st.columns(3, gap="small")
    _card(left, f"v{first}, its first {one_window(model)}", model, [measured[0]], lived)
    _card(middle, f"all versions, {windows(model, len(measured))}", model, measured, lived)
    right.metric(
        "Versions made",
        f"{len(page.versions)}",
        f"the first learnt until {day(page.versions[0].train_to, zone())}",
        border=True,
        delta_color="off",
        delta_arrow="off",
    )


def _card(
    place: DeltaGenerator, label: str, model: Model, some: Sequence[Window], lived: Sequence[Window]
) -> None:
    pairs = [pair for one in some if (pair := _pair(model, one, lived)) is not None]
    own, base = (mean(side) for side in zip(*pairs, strict=True))
    guess = best_guess(lived, model.metric)
    place.metric(
        f"{capital(METRIC_WORDS[model.metric])} of {label}",
        score(model.metric, own, base),
        f"simplest guess {score(model.metric, base, own)} ({BASELINE_WORDS.get(guess or '', guess)})",
        border=True,
        delta_color="off",
        delta_arrow="off",
    )


def _pair(model: Model, window: Window, lived: Sequence[Window]) -> tuple[float, float] | None:
    """The measure and the simplest guess's, where a window has both."""
    guess = best_guess(lived, model.metric)
    own = window.metrics.get(model.metric)
    base = window.baseline.get(guess, {}).get(model.metric) if guess else None
    return None if own is None or base is None else (own, base)


def _links(page: PerformancePage) -> None:
    name = page.standing.model.name
    with st.container(horizontal=True, key="made-links"):
        for target, label, icon in (
            ("performance.py", "Performance", "monitoring"),
            ("versions.py", "Versions", "history"),
            ("model.py", "Its definition", "description"),
        ):
            st.page_link(target, label=label, icon=f":material/{icon}:", query_params={"model": name})
        st.page_link("overview.py", label="Overview", icon=":material/dashboard:")
        st.page_link("welcome.py", label="Add another", icon=":material/add_circle:")
