"""Pausing: the dialogs that pause a schedule, with its reason, and that remove one."""

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from core.domain.clock import localize
from core.domain.schedules import Schedule
from core.domain.views.schedules import ScheduleLine
from core.domain.wording import at
from pages._parts.here import ASKING, attempt, runtime, zone


def paused_words(schedule: Schedule, zone: str) -> str:
    """ "Paused until Mon 30 Nov, 03:00: the source moves"."""
    until = f" until {at(schedule.paused_until, zone)}" if schedule.paused_until else ""
    return f"Paused{until}: {schedule.pause_reason or 'no reason was given'}"


def ask_pause(line: ScheduleLine) -> None:
    """Asks why, and until when; due times are skipped with that reason."""

    def body() -> None:
        st.markdown(
            "Nothing runs by this schedule until then, and what falls due meanwhile does not run later. "
            "*Retrain now* still works."
        )
        reason = st.text_input(
            "Reason, shown while it is paused",
            key="pause-reason",
            placeholder="for example: the source moves to another database",
        )
        st.datetime_input(
            f"Until, if it is to go on by itself ({zone()})",
            None,
            key="pause-until",
            help="Left empty: until somebody resumes it.",
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Pause schedule", type="primary", key="confirm-pause", on_click=_pause, args=(line,))
        if st.session_state.get("no-reason") and not (reason or "").strip():
            st.error("A reason is needed. Say in a few words why.", icon=":material/cancel:")
        _done()

    _open(f"Pause the schedule of {line.model}?", body)


def ask_remove(line: ScheduleLine) -> None:
    """Asks once; what it did stays in the ledger."""

    def body() -> None:
        st.markdown(
            f"{line.model} is then retrained only by hand, or by its other schedules. What this one did "
            "stays "
            "in the history."
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Remove schedule", type="primary", key="confirm-remove", on_click=_remove, args=(line,))
        _done()

    _open(f"Remove the schedule “{line.words}”?", body)


def _open(title: str, body: object) -> None:
    st.session_state[ASKING] = True
    st.session_state.pop("no-reason", None)
    assert callable(body)
    st.dialog(title, width="medium", on_dismiss=_close)(body)()


def _pause(line: ScheduleLine) -> None:
    reason = str(st.session_state.get("pause-reason") or "").strip()
    if not reason:
        st.session_state["no-reason"] = True
        return

    given = st.session_state.get("pause-until")
    until = localize(given, ZoneInfo(zone())) if isinstance(given, datetime) else None

    def act() -> str:
        runtime().pause(line.schedule.id, line.schedule.revision, reason, until)
        return f"The schedule of {line.model} is paused{f' until {at(until, zone())}' if until else ''}."

    attempt(act)
    _close()


def _remove(line: ScheduleLine) -> None:
    def act() -> str:
        runtime().remove_schedule(line.schedule.id, line.schedule.revision)
        st.query_params.pop("schedule", None)
        return f"The schedule of {line.model} is removed."

    attempt(act)
    _close()


def _close() -> None:
    st.session_state[ASKING] = False


def _done() -> None:
    if st.session_state.get(ASKING) is False:
        st.rerun()
