"""Run steps: each step of a run with its time and facts."""

from datetime import datetime
from html import escape

import streamlit as st

from core.domain.runs import Step
from core.domain.views.run import RunPage
from core.domain.wording import capital
from pages._parts.cells import icon
from pages._parts.empty import nothing
from pages._parts.words import duration


def run_steps(page: RunPage, now: datetime, height: int) -> None:
    """`height`: pixels, as the log beside it."""
    with st.container(border=True, height=height):
        if page.steps:
            last = page.steps[-1]
            st.html(
                '<div class="em-steps">'
                + "".join(_step(page, step, step is last, now) for step in page.steps)
                + "</div>"
            )
        elif page.line.run.state == "queued":
            nothing("Waiting.", "It begins when the run before it is over.")
        elif page.line.run.over:
            nothing("It took no step.", "It ended before its process began to work.")
        else:
            nothing("Starting.", "Its process loads what it needs.", "progress_activity", "blue")


def _step(page: RunPage, step: Step, last: bool, now: datetime) -> str:
    took = duration((step.ended or now) - step.started)
    facts = (page.line.run.doing if last and not step.ended else None) or step.facts
    bad = last and page.line.run.state in ("failed", "timed_out", "lost")
    name, color = (
        ("cancel", "red")
        if bad
        else ("check_circle", "green")
        if step.ended
        else ("progress_activity", "blue")
    )
    return (
        f"{icon(name, color)}<b>{escape(capital(step.name))}</b><span>{took}</span>"
        f'<div class="em-sub">{escape(facts)}</div>'
    )
