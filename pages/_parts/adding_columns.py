"""Adding, second: what is predicted, when a row came, when its outcome is known, and what is left out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.defining.guessing import Given, Proposal, propose
from core.defining.leaks import Leak
from core.defining.sample import Sample
from core.domain.clock import micros
from core.domain.errors import EvermodelError
from pages._parts.adding_draft import remember, remembered, seeded, seeded_many
from pages._parts.here import now, plain
from pages._parts.words import TASKS, day

AT_ONCE, AFTER = "", "\0after"
Plain = dict[str, Any]


def choose_columns(sample: Sample, zone: str, scope: str) -> tuple[Proposal, Plain] | None:
    """(What is guessed of the rest, the chosen keys); None where no column can be the time or the target."""
    st.subheader("2 · What is predicted?")
    try:
        first = _proposal(sample, zone, scope, Given())
    except EvermodelError as error:
        st.error(plain(str(error)), icon=":material/cancel:")
        return None
    if not first.times:
        st.error(
            "No column holds times that can be read. Say under “Read it another way” how its times look.",
            icon=":material/cancel:",
        )
        return None
    proposal = _chosen(first, sample, zone, scope)
    inner = f"{scope} {proposal.value('time')} {proposal.value('target')} {proposal.value('task')}"
    keys = {key: proposal.value(key) for key in ("task", "target", "time")}
    keys |= _label(proposal, inner) | _positive(proposal, inner)
    exclude = _left_out(proposal, keys.get("label_time"), inner)
    keys |= _more(proposal, keys, exclude, inner)
    return proposal, keys


def _proposal(sample: Sample, zone: str, scope: str, given: Given) -> Proposal:
    """What is guessed, once for the same rows and choices on the same day."""
    key = f"{scope} {zone} {given} {now():%Y-%m-%d}"
    kept: dict[str, Proposal] = remembered("proposals") or {}
    if key not in kept:
        today = datetime.combine(now().date(), datetime.min.time(), UTC)
        kept = {**dict(list(kept.items())[-3:]), key: propose(sample, zone, micros(today), given)}
        remember("proposals", kept)
    return kept[key]


def _chosen(first: Proposal, sample: Sample, zone: str, scope: str) -> Proposal:
    left, middle, right = st.columns([5, 5, 4], gap="medium")
    targets = list(dict.fromkeys((*first.targets, *sample.names)))
    target = _column(left, "Predict this column", "target", targets, first, scope)
    time = _column(middle, "A row came at", "time", list(first.times), first, scope)
    told = _proposal(sample, zone, scope, Given(time, target))
    possible = [task for task in TASKS if _possible(task, sample, target)]
    task = right.selectbox(
        "It is",
        possible,
        format_func=TASKS.__getitem__,
        key=seeded("task", told.value("task"), possible, f"{scope} {target}"),
    )
    left.caption(plain(_why(first, "target", target)))
    middle.caption(plain(_why(first, "time", time) + " " + _span(sample, time, zone)))
    right.caption(plain(told.keys["task"].reason))
    return _proposal(sample, zone, scope, Given(time, target, task))


def _column(
    place: DeltaGenerator, label: str, field: str, names: list[str], first: Proposal, scope: str
) -> str:
    """The one that the address names, else the proposed one, until a person chooses."""
    asked = st.query_params.get(field)
    return place.selectbox(
        label,
        names,
        key=seeded(field, asked if asked in names else first.value(field), names, scope),
        on_change=partial(_to_address, field, scope),
    )


def _to_address(field: str, scope: str) -> None:
    chosen = st.session_state.get(seeded(field, None, scope=scope))
    if chosen:
        st.query_params[field] = chosen


def _possible(task: str, sample: Sample, target: str) -> bool:
    column = sample[target]
    if task == "regression":
        return column.numbers is not None and column.kind != "bool"
    return column.distinct == 2 if task == "binary" else 2 < column.distinct <= 1_000


def _why(first: Proposal, key: str, chosen: str) -> str:
    guess = first.keys[key]
    return guess.reason if guess.value == chosen else "You chose it."


def _span(sample: Sample, time: str, zone: str) -> str:
    import numpy as np

    from core.domain.clock import moment

    times = sample[time].times
    assert times is not None
    first, last = (moment(int(edge)) for edge in (np.nanmin(times), np.nanmax(times)))
    return f"From {day(first, zone)} to {day(last, zone)}."


def _label(proposal: Proposal, scope: str) -> Plain:
    left, right = st.columns([5, 9], gap="medium")
    options = [AT_ONCE, *proposal.label_times, AFTER]
    words = {AT_ONCE: "At once, with the row", AFTER: "After some time"}
    chosen = left.selectbox(
        "The outcome is known",
        options,
        format_func=lambda one: words.get(one, f"At {one}"),
        key=seeded("label", proposal.value("label_time") or AT_ONCE, options, scope),
    )
    if chosen == AFTER:
        delay = right.text_input("How long it takes", key=seeded("delay", "2 days", scope=scope))
        return {"label_delay": (delay or "").strip()}
    if chosen == AT_ONCE:
        return {}
    guess = proposal.keys.get("label_time")
    right.space("small")
    right.caption(
        plain(guess.reason if guess and guess.value == chosen else "Nothing is judged before then.")
    )
    return {"label_time": chosen}


def _positive(proposal: Proposal, scope: str) -> Plain:
    target = proposal.sample[proposal.value("target")]
    if proposal.value("task") != "binary" or len(target.values) != 2:
        return {}
    left, right = st.columns([5, 9], gap="medium")
    options = list(target.values)
    default = proposal.value("positive")
    chosen = left.selectbox("Scores are for", options, key=seeded("positive", default, options, scope))
    right.space("small")
    right.caption(plain(proposal.keys["positive"].reason if chosen == default else "You chose it."))
    return {"positive": chosen}


def _left_out(proposal: Proposal, label_time: str | None, scope: str) -> list[str]:
    """The columns that are left out: those that give the answer away, unless a person keeps them."""
    sure = [leak for leak in proposal.leaks if leak.sure]
    doubts = [leak for leak in proposal.leaks if not leak.sure]
    out = [leak.column for leak in proposal.useless]
    if sure:
        names = ", ".join(leak.column for leak in sure)
        st.markdown(
            f":orange-badge[:material/warning: Left out] **{plain(names)}**: "
            f"{'it gives' if len(sure) == 1 else 'they give'} the answer away."
        )
        # A label time has a part of its own and is never learnt from: there is nothing to choose.
        kept = [leak.column for leak in sure if _row(leak, "Use it anyway", scope, leak.column != label_time)]
        out += [leak.column for leak in sure if leak.column not in kept]
    if doubts:
        st.markdown(":gray-badge[:material/help: Look at these] Are they known when the row comes?")
        out += [leak.column for leak in doubts if _row(leak, "Leave it out", scope)]
    for leak in proposal.useless:
        if leak.column != proposal.value("id"):
            st.caption(f"{plain(leak.column)} is left out. {plain(leak.why)}")
    return out


def _row(leak: Leak, label: str, scope: str, free: bool = True) -> bool:
    with st.container(horizontal=True, vertical_alignment="center", key=f"leak-{leak.column}"):
        st.markdown(f"**{plain(leak.column)}** :gray[{plain(leak.why)}]", width="stretch")
        return free and bool(
            st.checkbox(label, key=seeded(f"leak-{leak.column}", False, scope=scope), width="content")
        )


def _more(proposal: Proposal, keys: Plain, exclude: Sequence[str], scope: str) -> Plain:
    """The rest of the columns: which are left out besides, which are codes, which identifies a row."""
    sample = proposal.sample
    parts = {keys.get(key) for key in ("target", "time", "label_time")}
    with st.expander("More about the columns", icon=":material/view_column:"):
        options = ["", *(name for name in sample.names if name not in parts)]
        identifies = st.selectbox(
            "Identifies a row",
            options,
            format_func=lambda one: one or "Nothing",
            key=seeded("id", proposal.value("id") or "", options, scope),
        )
        free = [name for name in sample.names if name not in {*parts, identifies, *exclude}]
        besides = st.multiselect("Left out besides", free, key=seeded_many("besides", [], free, scope))
        numbers = [name for name in free if sample[name].numbers is not None and name not in besides]
        codes = st.multiselect(
            "Numbers that are codes, without an order",
            numbers,
            key=seeded_many("codes", proposal.value("categorical") or [], numbers, scope),
        )
    out = [name for name in sample.names if name in {*exclude, *besides} and name != identifies]
    features = len(free) - len(besides)
    st.caption(
        f"{features} columns are used: {plain(', '.join(name for name in free if name not in besides))}."
    )
    found: Plain = {"id": identifies, "exclude": out, "categorical": codes}
    return {key: value for key, value in found.items() if value}
