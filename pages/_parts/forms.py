"""Forms: a schedule as a person edits it, with what it would do before it is saved."""

from collections.abc import Callable, Sequence
from zoneinfo import available_timezones

import streamlit as st

from core.domain.errors import EvermodelError
from core.domain.read_models import ScheduleLine
from core.domain.schedules import Rule
from core.domain.spans import ELAPSED
from core.domain.wording import capital
from pages._parts.here import attempt, plain, runtime, zone
from pages._parts.live import retrain_button
from pages._parts.pausing import ask_pause, ask_remove
from pages._parts.words import moments

Plain = dict[str, object]
KINDS = {"every": "Every …", "cron": "Cron"}


def schedule_form(line: ScheduleLine) -> None:
    """Changes a schedule that is kept."""
    schedule = line.schedule
    _head(line)
    if schedule.paused:
        reason = plain(capital(schedule.pause_reason or "") or "no reason was given")
        st.info(f"Paused: {reason}", icon=":material/pause_circle:")
    typed = _fields(schedule.rule, f"{schedule.id}-{schedule.revision}", schedule.rule.zone)
    fine = _preview(typed, schedule.id, schedule.paused)
    unchanged = typed == {**typed, **schedule.rule.plain()} and set(typed) == set(schedule.rule.plain())

    def save() -> str:
        runtime().change_schedule(schedule.id, schedule.revision, typed)
        return f"The schedule of {line.model} is saved."

    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.button("Remove …", key="remove", type="tertiary", on_click=ask_remove, args=(line,))
        _save(save, fine and not unchanged)


def new_form(models: Sequence[str]) -> None:
    """Adds a schedule to a model."""
    st.subheader("New schedule")
    asked = st.query_params.get("model")
    names = list(models)
    name: str = st.selectbox(
        "Model", names, index=names.index(asked) if asked in names else 0, key="new-model"
    )
    typed = _fields(Rule(cron="0 3 * * 1"), "new", zone())
    fine = _preview(typed)

    def save() -> str:
        schedule = runtime().add_schedule(name, typed)
        st.query_params["schedule"] = str(schedule.id)
        return f"The schedule of {name} is saved."

    with st.container(horizontal=True, horizontal_alignment="right"):
        _save(save, fine)


def _head(line: ScheduleLine) -> None:
    schedule = line.schedule
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="formhead"
    ):
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


def _fields(rule: Rule, key: str, default_zone: str) -> Plain:
    """The rule as it stands in the fields, whether it holds or not."""
    kind = st.segmented_control(
        "Kind",
        list(KINDS),
        default="cron" if rule.cron else "every",
        required=True,
        format_func=KINDS.__getitem__,
        key=f"kind-{key}",
        label_visibility="collapsed",
        width="stretch",
    )
    typed: Plain = _every(rule, key) if kind == "every" else _cron(rule, key)
    typed["zone"] = _zone(default_zone, key)
    left, right = st.columns(2)
    start = left.text_input(
        "From, if later than now", rule.start or "", key=f"start-{key}", placeholder="2026-12-24 03:00"
    )
    end = right.text_input("Until, if it ends", rule.end or "", key=f"end-{key}", placeholder="2027-12-24")
    return typed | {
        name: text.strip() for name, text in (("start", start), ("end", end)) if text and text.strip()
    }


def _every(rule: Rule, key: str) -> Plain:
    left, right = st.columns(2)
    units = list(ELAPSED)
    amount = left.number_input(
        "Every", 1, 1_000_000, rule.every.amount if rule.every else 1, key=f"amount-{key}"
    )
    unit = right.selectbox(
        "Unit", units, units.index(rule.every.unit) if rule.every else 3, key=f"unit-{key}"
    )
    return {"every": f"{int(amount)} {unit if amount != 1 else str(unit)[:-1]}"}


def _cron(rule: Rule, key: str) -> Plain:
    line = st.text_input(
        "Minute, hour, day, month, weekday",
        rule.cron or "0 3 * * 1",
        key=f"cron-{key}",
        help="As Debian's cron reads it: 0 3 * * 1 is 03:00 on Mondays, */20 * * * * every 20 minutes.",
    )
    return {"cron": (line or "").strip()}


def _zone(default: str, key: str) -> str:
    zones = sorted(available_timezones() | {default})
    return str(st.selectbox("Time zone", zones, zones.index(default), key=f"zone-{key}"))


def _preview(typed: Plain, schedule_id: int | None = None, paused: bool = False) -> bool:
    """What it would do, beside what is saved; False, and what is wrong, where the fields do not hold."""
    try:
        seen = runtime().preview(typed, schedule_id)
    except EvermodelError as error:
        st.error(
            "  \n".join(plain(f"{fault.problem} {fault.fix}") for fault in error.faults),
            icon=":material/cancel:",
        )
        return False
    where = str(typed.get("zone") or zone())
    st.markdown(f":blue-badge[:material/event_repeat: Reads as] **{plain(seen.words)}**")
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
    return True


def _changes(changed: int, of: int) -> str:
    return f"{changed} of the {of} times {'change' if changed != 1 else 'changes'}; nothing runs by saving."
