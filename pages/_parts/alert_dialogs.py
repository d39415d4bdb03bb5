"""Alert dialogs: acknowledge an alert with a note, mute a model until a date."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from core.domain.clock import localize
from core.domain.views.alerts import AlertLine
from pages._parts.alert_words import KINDS
from pages._parts.here import ASKING, attempt, now, plain, runtime, zone

REFUSED = "alert-refused"
WEEK = timedelta(days=7)


def ask_acknowledge(line: AlertLine) -> None:
    """Asks for a note, which stays with the alert."""

    def body() -> None:
        st.markdown(plain(line.alert.why))
        st.text_input(
            "Note, kept with the alert",
            key="alert-note",
            placeholder="for example: the sensors were replaced, new rows come on Monday",
        )
        _refused()
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(
                "Acknowledge", type="primary", key="confirm-acknowledge", on_click=_acknowledge, args=(line,)
            )
        _done()

    _open(f"Acknowledge “{KINDS[line.alert.kind]}” of {line.model.name}?", body)


def ask_mute(line: AlertLine) -> None:
    """Asks until which day; every alert of the model is quiet until then."""

    def body() -> None:
        st.markdown(
            "No alert of this model counts as open until then. They go on opening and resolving, "
            "and what is still wrong on that day counts again."
        )
        today = now().astimezone(ZoneInfo(zone())).date()
        st.date_input(
            "Muted until the morning of",
            value=today + WEEK,
            min_value=today + timedelta(days=1),
            key="alert-until",
        )
        _refused()
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Mute alerts", type="primary", key="confirm-mute", on_click=_mute, args=(line,))
        _done()

    _open(f"Mute the alerts of {line.model.name}?", body)


def unmute(line: AlertLine) -> None:
    def act() -> str:
        runtime().mute(line.model.name, None)
        return f"The alerts of {line.model.name} are no longer muted."

    attempt(act)


def _acknowledge(line: AlertLine) -> None:
    note = str(st.session_state.get("alert-note") or "").strip()
    if not note:
        st.session_state[REFUSED] = "A note is needed. Say in a few words what is known or done."
        return

    def act() -> str:
        runtime().acknowledge(line.alert.id, note)
        return f"The alert of {line.model.name} is acknowledged."

    attempt(act)
    _close()


def _mute(line: AlertLine) -> None:
    day = st.session_state.get("alert-until")
    if not isinstance(day, date):
        st.session_state[REFUSED] = "A day is needed, until which to be quiet."
        return
    until = localize(datetime.combine(day, time()), ZoneInfo(zone())).astimezone(UTC)

    def act() -> str:
        runtime().mute(line.model.name, until)
        return f"The alerts of {line.model.name} are muted."

    attempt(act)
    _close()


def _open(title: str, body: Callable[[], None]) -> None:
    st.session_state[ASKING] = True
    st.session_state.pop(REFUSED, None)
    st.dialog(title, width="medium", on_dismiss=_close)(body)()


def _refused() -> None:
    if said := st.session_state.get(REFUSED):
        st.error(said, icon=":material/cancel:")


def _close() -> None:
    st.session_state[ASKING] = False


def _done() -> None:
    if st.session_state.get(ASKING) is False:
        st.rerun()
