"""Run: one run, live while it runs: its steps, its log, and how to stop it."""

from html import escape

import streamlit as st

from core.domain.errors import EvermodelError
from core.domain.views.run import RunPage
from core.domain.wording import at
from pages._parts.cells import badge
from pages._parts.empty import nothing
from pages._parts.here import notices, now, runtime, zone
from pages._parts.live import cancel, progress
from pages._parts.rows_out import step_rows
from pages._parts.run_log import log_button, run_log
from pages._parts.run_steps import run_steps
from pages._parts.run_table import run_table
from pages._parts.taking_out import csv_button
from pages._parts.words import at_second, duration, result, took, what_happened, why_it_ran

PANEL = 412


def main() -> None:
    run_id = _asked()
    if run_id is None:
        st.title("Run")
        nothing("No such run.", "The address names none that there is.")
        st.page_link("runs.py", label="All runs", icon=":material/show_chart:")
        return
    page = runtime().views.run(run_id)
    st.fragment(_live, run_every=None if page.line.run.over else 1.0, key=f"one-{run_id}")(
        run_id, page.line.run.over
    )
    if page.earlier:
        st.subheader(f"Earlier runs of {page.line.model}")
        picked = run_table(page.earlier, now(), zone(), key="earlier", with_model=False)
        if picked is not None:
            st.query_params["run"] = str(picked)
            st.rerun()


def _asked() -> int | None:
    text = st.query_params.get("run", "")
    try:
        runtime().views.run(int(text))
    except (ValueError, OverflowError, EvermodelError):
        return None
    return int(text)


def _live(run_id: int, was_over: bool) -> None:
    page = runtime().views.run(run_id)
    if page.line.run.over and not was_over:
        st.rerun()
    _head(page)
    notices()
    if not page.line.run.over:
        progress(page)
    left, right = st.columns([3, 5], gap="large")
    with left:
        st.subheader("Steps")
        run_steps(page, now(), PANEL)
    with right:
        st.subheader("Log")
        run_log(page.line.run, PANEL)


def _head(page: RunPage) -> None:
    run = page.line.run
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key="pagehead"):
        st.title(f"{page.line.model}, run {run.id}", width="content")
        st.html(f'<div class="em-why">{badge(result(page.line))} {_sentence(page)}</div>', width="stretch")
        log_button(run)
        if page.steps:
            csv_button(lambda: step_rows(page), f"run-{run.id}-steps")
        if not run.over:
            st.button(
                "Cancel run",
                icon=":material/stop_circle:",
                on_click=cancel,
                args=(run.id,),
                key="cancel",
                disabled=run.cancel_requested,
            )


def _sentence(page: RunPage) -> str:
    run = page.line.run
    if run.started is None:
        return f"Asked for at {at(run.queued, zone())} ({why_it_ran(page.line).lower()})."
    words = f"{why_it_ran(page.line)}; began {at(run.started, zone())}:{at_second(run.started, zone())[-2:]}"
    if run.over:
        said = f" {what_happened(page.line).rstrip('.')}." if run.error or run.reason else ""
        return escape(f"{words}, took {took(page.line, now())}.{said}")
    usual = f" Usually takes {duration(page.usual)}." if page.usual else ""
    asked = " It is asked to stop." if run.cancel_requested else ""
    return escape(f"{words}.{usual}{asked}")


main()
