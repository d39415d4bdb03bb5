"""Live: a run that is under way, moving in place, and the button that starts one."""

from html import escape

import streamlit as st

from core.domain.views.run import RunPage
from core.domain.wording import capital
from pages._parts.cells import icon
from pages._parts.here import attempt, now, runtime
from pages._parts.words import duration, result, result_words, what_happened

PRESSED = "pressed"


def retrain_button(name: str, key: str, primary: bool = False) -> None:
    st.button(
        "Retrain now",
        icon=":material/play_arrow:",
        key=key,
        type="primary" if primary else "secondary",
        on_click=retrain,
        args=(name,),
    )


def retrain(name: str) -> None:
    """Queue a run, or join the one that is under way."""

    def act() -> str | None:
        run, merged = runtime().retrain(name, by="page")
        st.session_state[PRESSED] = run.id
        return f"Run {run.id} of {name} was under way already; one run answers for both." if merged else None

    attempt(act)


def live(run_id: int | None, name: str) -> None:
    """The model's open run, step by step; once it is over, what became of the one that was started here."""
    if run_id is not None:
        with st.container(border=True, key="live"):
            st.fragment(_moving, run_every=1.0, key=f"run-{run_id}")(run_id)
    elif (pressed := st.session_state.get(PRESSED)) is not None:
        _ended(pressed, name)


def progress(page: RunPage) -> None:
    """How far it is, against the usual time."""
    run, moment = page.line.run, now()
    so_far = moment - run.started if run.started else None
    parts = [what_happened(page.line), f"{duration(so_far)} so far" if so_far else "waiting"]
    if so_far and page.usual:
        parts.append(
            f"about {duration(page.usual - so_far)} left"
            if page.usual > so_far
            else f"usually takes {duration(page.usual)}"
        )
    by_time = min(0.97, so_far / page.usual) if so_far and page.usual else 0.0
    said = " · ".join(parts)
    if run.progress is None and not by_time:
        st.caption(said)  # a bar that stays empty tells nothing
    else:
        st.progress(min(1.0, max(run.progress or 0.0, by_time)), text=said)


def _moving(run_id: int) -> None:
    page = runtime().views.run(run_id)
    if page.line.run.over:
        st.session_state.setdefault(PRESSED, run_id)
        st.rerun()
    kind = capital(page.line.run.kind)
    with st.container(horizontal=True, vertical_alignment="center", key="live-head"):
        st.markdown(
            f":blue-badge[:material/progress_activity: {result(page.line).word}] **{kind}, run {run_id}**",
            width="stretch",
        )
        st.page_link("run.py", label="Steps and log", query_params={"run": str(run_id)})
        if not page.line.run.cancel_requested:
            st.button("Cancel run", key=f"cancel-{run_id}", on_click=cancel, args=(run_id,), type="tertiary")
    progress(page)
    if page.steps:
        done = [f"{icon('check_circle', 'green')} {step.name}" for step in page.steps if step.ended]
        at = [
            f"{icon('progress_activity', 'blue')} <b>{step.name}</b>" for step in page.steps if not step.ended
        ]
        st.html(f'<div class="em-foot">{" &nbsp; ".join([*done, *at])}</div>')


def cancel(run_id: int) -> None:
    def act() -> str:
        run = runtime().cancel(run_id)
        return f"Run {run_id} was cancelled." if run.over else f"Run {run_id} is asked to stop."

    attempt(act)


def _ended(run_id: int, name: str) -> None:
    line = runtime().views.run(run_id).line
    if line.model != name or not line.run.over:
        return
    del st.session_state[PRESSED]
    state = result(line)
    st.html(
        f'<div class="em-foot">{icon(state.icon, state.color)} Run {run_id} ended: '
        f"<b>{result_words(line)}</b>. "
        f"{escape(what_happened(line))}</div>"
    )
