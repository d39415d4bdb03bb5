"""Alert rows: an alert that is not resolved, with what can be done; and the table of those that are."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.domain.views.alerts import AlertLine
from core.domain.wording import count
from pages._parts.alert_dialogs import ask_acknowledge, ask_mute, unmute
from pages._parts.alert_words import KINDS, STATES, noted, quiet_until, since
from pages._parts.cells import badge
from pages._parts.words import day, one_window

MOST = 12
"""Resolved alerts that stand open; older ones are folded."""


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
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _buttons(line, first)


def resolved_table(lines: Sequence[AlertLine], zone: str) -> None:
    """The newest first; each reason whole, however long."""
    st.html(_table(lines[:MOST], zone))
    if older := lines[MOST:]:
        with st.expander(f"{len(older)} resolved before"):
            st.html(_table(older, zone))


def _table(lines: Sequence[AlertLine], zone: str) -> str:
    heads = "".join(f"<th>{head}</th>" for head in ("Model", "What", "From, until", "Why"))
    rows = "".join(_row(line, zone) for line in lines)
    return f'<table class="em-table em-resolved"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


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
    if line.alert.kind == "promotion":
        st.page_link(
            "versions.py",
            label="Versions",
            icon=":material/history:",
            query_params={"model": line.model.name},
        )
    if line.alert.run_id is not None:
        st.page_link("run.py", label=f"Run {line.alert.run_id}", query_params={"run": str(line.alert.run_id)})


def _row(line: AlertLine, zone: str) -> str:
    alert = line.alert
    over = f"over {count(alert.since_windows, one_window(line.model))}" if alert.since_windows else ""
    days = [day(when, zone) for when in (alert.opened, alert.resolved) if when is not None]
    when = " – ".join(dict.fromkeys(days))
    said = "".join(_quiet(part) for part in (alert.done, noted(alert, zone)))
    cells = (
        escape(line.model.name),
        escape(KINDS[alert.kind]),
        f"{escape(when)}{_quiet(over)}",
        f"{escape(alert.why)}{said}",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _quiet(text: str | None) -> str:
    return f'<div class="em-sub em-wrap">{escape(text)}</div>' if text else ""
