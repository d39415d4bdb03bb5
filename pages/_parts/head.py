"""Head: what every page of one model begins with: picker, health, why, the way back
where one is proposed, *Retrain now*, and its open run.
"""

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.views.standing import Standing
from pages._parts.cells import badge
from pages._parts.going_back import back_button
from pages._parts.here import notices, plain, runtime
from pages._parts.linking import show_model
from pages._parts.live import live, retrain_button
from pages._parts.words import PAUSED, health_state


def choose_model() -> tuple[str, DeltaGenerator]:
    """The model in the address, else the first, and the place beside it for `head`.

    Where there is no model, or none of that name, a word about it, and the page ends: another model's
    numbers are no answer.
    """
    names = runtime().views.health_line().models
    if not names:
        st.title("No models yet")
        st.markdown("This page shows one model once there is one.")
        st.page_link("welcome.py", label="Add a model", icon=":material/add_circle:")
        st.stop()
    asked = st.query_params.get("model")
    if asked is not None and asked not in names:
        st.title("No such model")
        st.markdown(f"There is no model {plain(asked)}; it was deleted, or its name is another.")
        st.page_link("overview.py", label="All models", icon=":material/dashboard:")
        st.stop()
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key="modelhead"):
        picked: str = st.selectbox(
            "Model", names, key="model", bind="query-params", label_visibility="collapsed", width=230
        )
        place = st.container(horizontal=True, vertical_alignment="center", wrap=False, key="headplace")
    show_model(picked)
    return picked, place


def head(
    place: DeltaGenerator, standing: Standing, why: str | None = None, instead: str | None = None
) -> None:
    """The rest of the head, for the model chosen.

    `why`: the page's own sentence before the reason; `instead`: the part of the reason that it says already.
    """
    with place:
        with st.container(key="headwhy"):
            st.html(_sentence(standing, why, instead))
        back_button(standing, "proposed-back")
        retrain_button(standing.model.name, "retrain")
    notices()
    live(standing.open.run.id if standing.open else None, standing.model.name)


def _sentence(standing: Standing, why: str | None, instead: str | None) -> str:
    health = standing.health
    reason = " ".join(health.why.replace(instead, "").split()) if instead else health.why
    badges = badge(health_state(health)) + (f" {badge(PAUSED)}" if health.paused else "")
    said = [part for part in (why, reason, _pause(standing)) if part]
    return f'<div class="em-why">{badges} <span>{escape(" ".join(said))}</span></div>'


def _pause(standing: Standing) -> str | None:
    if not standing.health.paused:
        return None
    reason = standing.health.pause_reason
    return f"Its schedule is paused: {reason.rstrip('.')}." if reason else "Its schedule is paused."
