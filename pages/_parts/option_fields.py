"""Option fields: what becomes of due times that were missed or late, and of runs that fail."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.limits import RETRY_DELAY, Limits
from core.domain.schedules import CAP, Options
from core.domain.spans import Span

Plain = dict[str, object]
CATCH_UPS = {"once": "Run once", "skip": "Do not run", "all": "Run each"}
OVERLAPS = {"skip": "Skip it", "queue": "Wait behind it"}
GRACES = ("10 minutes", "1 hour", "6 hours", "1 day")
WAITS = ("1 minute", "5 minutes", "30 minutes", "2 hours")
TIME_OUTS = ("30 minutes", "2 hours", "6 hours", "1 day")


def option_fields(options: Options, key: str) -> Plain:
    """The options as they stand in the fields; None: the default. Nothing where they were never opened."""
    box = st.expander("Missed times, retries and limits", key=f"options-{key}", on_change="rerun")
    # Once open they stay, closed or not: what was typed would be gone with them.
    if not (box.open or st.session_state.get(f"opened-{key}")):
        return {}
    st.session_state[f"opened-{key}"] = True
    with box:
        return _fields(options, key)


def _fields(options: Options, key: str) -> Plain:
    left, right = st.columns(2)
    catch_up = _worded(left, "If missed while off", CATCH_UPS, options.catch_up, f"catch-up-{key}")
    overlap = _worded(right, "If the one before still runs", OVERLAPS, options.overlap, f"overlap-{key}")
    left, right = st.columns(2)
    grace = _span(left, "Latest start after its time", "Any", GRACES, options.grace, f"grace-{key}")
    cap: float = CAP
    if catch_up == "all":
        cap = right.number_input("Missed ones that run, at most", 1, 1000, options.cap, key=f"cap-{key}")
    given: Plain = {"catch_up": catch_up, "overlap": overlap, "grace": grace, "cap": int(cap)}
    return given | _limits(options.limits, key)


def _limits(limits: Limits, key: str) -> Plain:
    left, right = st.columns(2)
    retries = left.number_input("Retries after a failure", 0, 100, limits.retries, key=f"retries-{key}")
    time_out = _span(right, "Stop after", "Never", TIME_OUTS, limits.time_out, f"time-out-{key}")
    given: Plain = {"retries": int(retries), "time_out": time_out, "retry_delay": None, "backoff": None}
    if retries:
        left, right = st.columns(2)
        wait = _span(left, "Wait before a retry", None, WAITS, limits.retry_delay, f"retry-delay-{key}")
        backoff = right.number_input(
            "Each further wait, times", 1.0, 100.0, float(limits.backoff), 0.5, key=f"backoff-{key}"
        )
        given |= {"retry_delay": wait or str(RETRY_DELAY), "backoff": backoff}
    return given


def _worded(column: DeltaGenerator, label: str, words: Mapping[str, str], present: str, key: str) -> str:
    """One of the `words`' keys, each shown by its word."""
    choices = list(words)
    return column.selectbox(label, choices, choices.index(present), words.__getitem__, key=key)


def _span(
    column: DeltaGenerator,
    label: str,
    none: str | None,
    usual: Sequence[str],
    present: Span | None,
    key: str,
) -> str | None:
    """A length of time, a usual one or any other that is typed; None where `none` is chosen."""
    now = str(present) if present else none
    choices = list(dict.fromkeys([text for text in (none, now, *usual) if text]))
    chosen = column.selectbox(
        label,
        choices,
        choices.index(str(now)),
        key=key,
        accept_new_options=True,
        help="Or type another, such as 45 minutes.",
    )
    return None if chosen == none else chosen
