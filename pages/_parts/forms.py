"""Forms: a schedule as a person edits it, with what it would do before it is saved."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.domain.errors import EvermodelError
from core.domain.schedules import NO_OPTIONS, Rule
from core.domain.views.schedules import ScheduleLine
from core.domain.wording import capital
from core.entrypoints.runtime import Preview
from pages._parts.here import attempt, plain, runtime, zone
from pages._parts.live import retrain_button
from pages._parts.option_fields import option_fields
from pages._parts.pausing import ask_pause, ask_remove, paused_words
from pages._parts.rule_fields import MONDAYS, Plain, rule_fields
from pages._parts.title_line import title_line
from pages._parts.words import moments


def schedule_form(line: ScheduleLine) -> None:
    """Changes a schedule that is kept."""
    schedule = line.schedule
    _head(line)
    if schedule.paused:
        st.info(plain(paused_words(schedule, zone())), icon=":material/pause_circle:")
    key = f"{schedule.id}-{schedule.revision}"
    typed = rule_fields(schedule.rule, key, schedule.rule.zone) | option_fields(schedule.options, key)
    seen = _preview(typed, schedule.id, schedule.paused)

    def save() -> str:
        runtime().change_schedule(schedule.id, schedule.revision, typed)
        return f"The schedule of {line.model} is saved."

    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.button("Remove …", key="remove", type="tertiary", on_click=ask_remove, args=(line,))
        _save(save, seen is not None and not seen.same)


def new_form(models: Sequence[str]) -> None:
    """Adds a schedule to a model."""
    st.subheader("New schedule")
    asked = st.query_params.get("model")
    names = list(models)
    name: str = st.selectbox(
        "Model", names, index=names.index(asked) if asked in names else 0, key="new-model"
    )
    typed = rule_fields(Rule(calendar=MONDAYS), "new", zone()) | option_fields(NO_OPTIONS, "new")
    seen = _preview(typed)

    def save() -> str:
        schedule = runtime().add_schedule(name, typed)
        st.query_params["schedule"] = str(schedule.id)
        return f"The schedule of {name} is saved."

    with st.container(horizontal=True, horizontal_alignment="right"):
        _save(save, seen is not None)


def _head(line: ScheduleLine) -> None:
    schedule = line.schedule
    with title_line("formhead"):
        st.subheader(line.model, width="content")
        with st.container(horizontal=True, width="content"):
            if schedule.paused:
                st.button(
                    "Resume",
                    icon=":material/play_circle:",
                    key="resume",
                    on_click=_resume,
                    args=(schedule.id, schedule.revision, line.model),
                )
            else:
                st.button("Pause …", icon=":material/pause:", key="pause", on_click=ask_pause, args=(line,))
            retrain_button(line.model, "retrain")


def _resume(schedule_id: int, revision: int, model: str) -> None:
    def act() -> str:
        runtime().resume(schedule_id, revision)
        return f"The schedule of {model} goes on. What fell due meanwhile does not run."

    attempt(act)


def _save(act: Callable[[], str], enabled: bool) -> None:
    st.button(
        "Save schedule", type="primary", key="save", disabled=not enabled, on_click=attempt, args=(act,)
    )


def _preview(typed: Plain, schedule_id: int | None = None, paused: bool = False) -> Preview | None:
    """What it would do, beside what is saved; None, and what is wrong, where the fields do not hold."""
    try:
        seen = runtime().preview(typed, schedule_id)
    except EvermodelError as error:
        st.error(
            "  \n".join(plain(f"{fault.problem} {fault.fix}") for fault in error.faults),
            icon=":material/cancel:",
        )
        return None
    where = str(typed.get("zone") or zone())
    st.markdown(f":blue-badge[:material/event_repeat: Reads as] **{plain(seen.words)}**")
    if seen.options:
        st.caption(plain(f"{capital(seen.options)}."))
    count = {5: "Next five", 1: "Only once"}.get(len(seen.times), f"Next {len(seen.times)}")
    count = f"If it were resumed now, {count.lower()}" if paused else count
    st.markdown(f"{count}: {moments(seen.times, where)}")
    if seen.times != seen.present and seen.present:
        st.caption(
            f"As saved now: {moments(seen.present, where).replace('*', '')}. "
            f"{_changes(seen.changed, len(seen.times))}"
        )
    if seen.remark:
        st.caption(plain(seen.remark))
    return seen


def _changes(changed: int, of: int) -> str:
    return f"{changed} of the {of} times {'change' if changed != 1 else 'changes'}; nothing runs by saving."
