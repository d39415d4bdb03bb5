"""Alert rows: an alert that is not resolved, with what can be done; and the table of those that are."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.domain.read_models import AlertLine
from pages._parts.alert_dialogs import ask_acknowledge, ask_mute, unmute
from pages._parts.alert_words import KINDS, STATES, noted, quiet_until, since
from pages._parts.cells import badge
from pages._parts.tables import table
from pages._parts.words import day

MOST = 12


def alert_row(line: AlertLine, zone: str, first: bool = False) -> None:
    """`first`: it has the page's one primary button."""
    alert, model = line.alert, line.model
    with st.container(border=True, key=f"row-{_look(line)}-{alert.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.page_link("performance.py", label=model.name, query_params={"model": model.name})
            st.html(f"{badge(STATES[alert.state])} <b>{escape(KINDS[alert.kind])}</b>", width="content")
            st.html(f'<div class="em-sub">{escape(since(alert, model, zone))}</div>', width="content")
        said = [alert.why, alert.done, noted(alert, zone), quiet_until(alert, zone)]
        st.html(f'<div class="em-why">{"<br>".join(escape(part) for part in said if part)}</div>')
        with st.container(horizontal=True, gap="small"):
            _buttons(line, first)


def resolved_table(lines: Sequence[AlertLine], zone: str) -> None:
    """The newest first."""
    table(
        [_row(line, zone) for line in lines],
        f"resolved-{lines[0].alert.id}-{len(lines)}",
        "Resolved alerts, newest first.",
        MOST,
        widths={"Why": "large", "Windows": 90},
        right=["Windows"],
    )


def _look(line: AlertLine) -> str:
    return "failing" if line.alert.state == "open" else line.alert.state


def _buttons(line: AlertLine, first: bool) -> None:
    id, state = line.alert.id, line.alert.state
    if state != "acknowledged":
        st.button(
            "Acknowledge …",
            icon=":material/visibility:",
            key=f"acknowledge-{id}",
            type="primary" if first else "secondary",
            on_click=ask_acknowledge,
            args=(line,),
        )
    if state == "muted":
        st.button(
            "Unmute", icon=":material/notifications:", key=f"unmute-{id}", on_click=unmute, args=(line,)
        )
    else:
        st.button(
            "Mute …", icon=":material/notifications_off:", key=f"mute-{id}", on_click=ask_mute, args=(line,)
        )
    if line.alert.run_id is not None:
        st.page_link("run.py", label=f"Run {line.alert.run_id}", query_params={"run": str(line.alert.run_id)})


def _row(line: AlertLine, zone: str) -> dict[str, str]:
    alert = line.alert
    return {
        "Model": line.model.name,
        "What": KINDS[alert.kind],
        "Opened": day(alert.opened, zone),
        "Resolved": day(alert.resolved, zone) if alert.resolved else "–",
        "Windows": str(alert.since_windows) if alert.since_windows else "–",
        "Why": alert.why,
        "What was done": alert.done or "–",
        "Note": alert.note or "–",
    }
