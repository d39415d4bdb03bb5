"""Adding, third: windows and history, what they would contain, the measure, and when to retrain."""

from typing import Any

import streamlit as st

from core.defining.guessing import WEEKLY, Proposal
from core.defining.window_guess import Content, content, history_words, retrain_every
from core.domain.models import CLASS_METRICS, REGRESSION_METRICS
from core.domain.spans import Span
from core.domain.wording import METRIC_WORDS, capital, count, window_word
from pages._parts.adding_draft import seeded
from pages._parts.here import plain

UNITS = ("hours", "days", "weeks", "months", "rows")
SCHEDULES = {
    WEEKLY: "Every Monday at 03:00",
    "0 3 * * *": "Every day at 03:00",
    "0 3 1 * *": "On the first of each month at 03:00",
    "": "Only by hand",
}
Plain = dict[str, Any]


def choose_windows(proposal: Proposal, zone: str, scope: str) -> tuple[Plain, int]:
    """(The chosen keys, after how many windows a retraining is made while history is lived through)."""
    st.subheader("3 · How is it watched and retrained?")
    scope = f"{scope} {proposal.value('time')} {proposal.value('target')} {proposal.value('task')}"
    window, found = _window(proposal, zone, scope)
    initial, history, keys = _history(found, f"{scope} {window}")
    st.markdown(f"**{found.words(initial)}** {history_words(found, initial, history)}")
    metric, cron = _measure(proposal, scope)
    every = _every(found, initial, f"{scope} {window} {initial}")
    keys = {"metric": metric, "window": str(window), "initial": initial, **keys}
    keys |= {"as_of": proposal.value("as_of")} if proposal.value("as_of") else {}
    keys |= {"zone": zone} if zone != "UTC" else {}
    if proposal.value("as_of"):
        st.caption(plain(proposal.keys["as_of"].reason))
    return {**keys, **({"schedules": [{"cron": cron}]} if cron else {})}, every


def _window(proposal: Proposal, zone: str, scope: str) -> tuple[Span, Content]:
    guess = Span.parse(proposal.value("window"))
    weeks = guess.unit == "days" and guess.amount % 7 == 0
    amount, unit = (guess.amount // 7, "weeks") if weeks else (guess.amount, guess.unit)
    left, right, _ = st.columns([2, 3, 9], gap="medium")
    size = left.number_input("Judged every", 1, 1_000_000, key=seeded("amount", amount, scope=scope))
    chosen = right.selectbox("of", UNITS, key=seeded("unit", unit, UNITS, scope), label_visibility="hidden")
    window = Span(int(size) * 7, "days") if chosen == "weeks" else Span(int(size), chosen)
    column = proposal.sample[proposal.value("time")]
    return window, content(column, proposal.sample.rows, window, zone)


def _history(found: Content, scope: str) -> tuple[int, int | None, Plain]:
    one = window_word(found.window) or "window"
    left, middle, right, _ = st.columns([3, 4, 3, 4], gap="medium")
    most = max(1, found.windows - 1)
    initial = int(
        left.number_input(
            f"First version after so many {one}s",
            1,
            100_000,
            key=seeded("initial", min(found.initial, most), scope=scope),
        )
    )
    kinds = {"all": "All that is known", "last": f"The last {one}s"}
    kind = middle.selectbox(
        "A version learns from",
        list(kinds),
        format_func=kinds.__getitem__,
        key=seeded("history", "all", list(kinds), scope),
    )
    if kind == "all":
        return initial, None, {}
    last = int(
        right.number_input(
            f"How many {one}s", 1, 100_000, key=seeded("last", min(16, found.windows), scope=scope)
        )
    )
    return initial, last, {"history": f"{last} windows" if last > 1 else "1 window"}


def _measure(proposal: Proposal, scope: str) -> tuple[str, str]:
    names = REGRESSION_METRICS if proposal.value("task") == "regression" else CLASS_METRICS
    left, right, _ = st.columns([5, 5, 4], gap="medium")
    metric = left.selectbox(
        "Judged by",
        names,
        format_func=lambda one: capital(METRIC_WORDS[one]),
        key=seeded("metric", proposal.value("metric"), names, scope),
    )
    if metric == proposal.value("metric"):
        left.caption(plain(proposal.keys["metric"].reason))
    cron = right.selectbox(
        "Retrained",
        list(SCHEDULES),
        format_func=SCHEDULES.__getitem__,
        key=seeded("cron", WEEKLY, list(SCHEDULES)),
    )
    right.caption("It can be changed at any time on the page Schedules.")
    return metric, cron


def _every(found: Content, initial: int, scope: str) -> int:
    """History is lived through with about a dozen retrainings, unless a person asks for more."""
    one = window_word(found.window) or "window"
    left, right, _ = st.columns([3, 7, 4], gap="medium")
    default = retrain_every(found.windows, initial)
    every = int(
        left.number_input(
            f"In history, retrained every so many {one}s",
            0,
            100_000,
            key=seeded("every", default, scope=scope),
        )
    )
    lived = max(0, found.windows - initial)
    times = max(0, lived - 1) // every if every else 0  # nothing is retrained after the last
    right.space("small")
    right.caption(
        f"{capital(count(lived, one))} are lived through with {count(times + 1, 'training')}; "
        "fewer end sooner."
    )
    return every
