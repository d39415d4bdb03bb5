"""Alerts: what is wrong with any model, since when, and what was done; what is over stands below."""

import streamlit as st

from core.domain.alerts import STATES
from core.domain.wording import count
from pages._parts import rows_out
from pages._parts.alert_rows import alert_row, resolved_table
from pages._parts.empty import nothing
from pages._parts.here import notices, now, runtime, watch, zone
from pages._parts.taking_out import csv_button
from pages._parts.title_line import title_line

OPENS = (
    "An alert opens when a model stays beyond its limit, when its rows drift, when the version before did "
    "better, when a run fails or is late, and when rows or labels do not come; it resolves by itself."
)


def main() -> None:
    watch(every=5)
    head = title_line("pagehead")
    with head:
        st.title("Alerts", width="content")
    notices()
    lines = runtime().views.alerts(now())
    present = [line for line in lines if line.alert.state != "resolved"]
    with head:
        csv_button(lambda: rows_out.alert_rows(lines), "alerts")
    over = [line for line in lines if line.alert.state == "resolved"]
    present.sort(key=lambda line: STATES.index(line.alert.state))  # stable: the newest first within a state
    if not present:
        nothing("Nothing is wrong.", OPENS, "check_circle", "green")
    else:
        with st.container(key="rows-alerts"):
            for place, line in enumerate(present):
                alert_row(line, zone(), first=place == 0 and line.alert.state == "open")
        st.caption(OPENS)
    if over:
        st.subheader(f"{count(len(over), 'alert')} resolved")
        resolved_table(
            sorted(over, key=lambda one: one.alert.resolved or one.alert.opened, reverse=True), zone()
        )


main()
