"""Model rows: one model in the overview."""

from datetime import datetime, timedelta
from html import escape

import streamlit as st

from core.domain.views.standing import Standing
from core.domain.windows import Window
from core.domain.wording import METRIC_WORDS, at, score
from pages._parts.cells import badge, icon, quiet, share, sparkline, strong, two
from pages._parts.drift_words import in_short, of_line
from pages._parts.going_back import back_button
from pages._parts.live import retrain
from pages._parts.words import PAUSED, TASKS, age, health_state, one_window, result, result_words, until

WIDTHS = [2.2, 8.6, 0.95]
COLUMNS = ("Champion", "Last labelled", "", "Drift", "Labels in", "Next retraining", "Last run")


def list_head() -> None:
    with st.container(key="listhead"):
        first, rest, _ = st.columns(WIDTHS, vertical_alignment="center", gap="small")
        first.html('<div class="em-head">Model</div>')
        rest.html(
            '<div class="em-row em-head">' + "".join(f"<div>{name}</div>" for name in COLUMNS) + "</div>"
        )


def model_row(standing: Standing, now: datetime, zone: str, first: bool = False) -> None:
    """`first`: what to do about it is the page's one primary button."""
    name, word = standing.model.name, standing.health.word
    with st.container(border=True, key=f"row-{word}-{name}", gap="xsmall"):
        who, how, more = st.columns(WIDTHS, vertical_alignment="center", gap="small")
        with who:
            st.page_link("performance.py", label=name, query_params={"model": name})
            beside = badge(PAUSED) if standing.health.paused else quiet(TASKS[standing.model.task])
            st.html(f"{badge(health_state(standing.health))} {beside}")
        how.html('<div class="em-row">' + "".join(_cells(standing, now, zone)) + "</div>")
        with more:
            _more(name)
        if word in ("failing", "watch"):
            _why(standing, first)
        elif standing.awaiting is not None:
            words = f"v{standing.awaiting} waits for approval"
            st.page_link("versions.py", label=words, query_params={"model": name})
        elif standing.health.paused and standing.health.pause_reason:
            st.html(f'<div class="em-sub">Paused: {escape(standing.health.pause_reason)}</div>')


def _cells(standing: Standing, now: datetime, zone: str) -> list[str]:
    return [
        _champion(standing, now),
        _measure(standing),
        _spark(standing),
        _drift(standing),
        share(*standing.labels),
        _next(standing, now, zone),
        _last(standing, now),
    ]


def _champion(standing: Standing, now: datetime) -> str:
    champion = standing.champion
    if champion is None:
        return two(strong("–"), "no version")
    return two(strong(f"v{champion.number}"), f"{age(now - champion.created)} old")


def _measure(standing: Standing) -> str:
    metric, value = standing.model.metric, standing.value
    unit = quiet(METRIC_WORDS[metric])
    if value is None:
        return two(f"{strong('–')} {unit}", f"no labelled {one_window(standing.model)}")
    color = _tint(standing)
    then = f"{score(metric, standing.promoted, value)} when promoted" if standing.promoted is not None else ""
    return two(f"{strong(score(metric, value, standing.promoted))} {unit}", then, color)


def _spark(standing: Standing) -> str:
    metric = standing.model.metric
    pairs = [
        (window, value) for window in standing.recent if (value := window.metrics.get(metric)) is not None
    ]
    if len(pairs) < 2:
        return "<div></div>"
    values = [value for _, value in pairs]
    color = _tint(standing) or "model"
    alt = (
        f"{METRIC_WORDS[metric]} of {standing.model.name} in the last {len(values)} labelled windows: from "
        f"{score(metric, values[0], values[-1])} to {score(metric, values[-1], values[0])}."
    )
    ticks = _ticks(standing, [window for window, _ in pairs])
    return f"<div>{sparkline(values, standing.model.limit, ticks, color, alt)}</div>"


def _drift(standing: Standing) -> str:
    line = standing.drift
    if line is None:
        return two("–", "not measured" if standing.champion else "no version")
    state = of_line(line)
    return two(f"{icon(state.icon, state.color)} {strong(state.word, state.color)}", in_short(line))


def _tint(standing: Standing) -> str | None:
    """The colour of a measure that is itself the reason for the model's health."""
    return {"failing": "red", "watch": "orange"}.get(standing.health.word) if standing.health.poor else None


def _ticks(standing: Standing, windows: list[Window]) -> list[int]:
    """The windows in which a version was promoted."""
    return [
        place
        for place, window in enumerate(windows)
        if any(window.start <= promotion.live_from < window.end for promotion in standing.promotions)
    ]


def _next(standing: Standing, now: datetime, zone: str) -> str:
    if standing.open is not None:
        state = result(standing.open)
        words = (
            f"step {standing.open.step_number}: {standing.open.step}"
            if standing.open.step
            else standing.open.run.kind
        )
        return two(f"{icon(state.icon, state.color)} {strong(state.word.lower(), state.color)}", words)
    if standing.next_due is not None:
        far = standing.next_due - now > timedelta(days=300)
        return two(
            strong(until(standing.next_due - now)),
            at(standing.next_due, zone) + (f" {standing.next_due:%Y}" if far else ""),
        )
    if standing.health.paused:
        return two(strong("paused"), "until resumed")
    return two(strong("–"), "no schedule" if not standing.schedules else "schedule ended")


def _last(standing: Standing, now: datetime) -> str:
    line = standing.last
    if line is None or line.run.ended is None:
        return two("–", "no run yet")
    state = result(line)
    words = (
        state.word
        if state.word != "Kept champion"
        else result_words(line).replace("Kept champion", "Kept before")
    )
    return two(
        f"{icon(state.icon, state.color)} {strong(words, state.color)}", f"{age(now - line.run.ended)} ago"
    )


def _more(name: str) -> None:
    picked = st.menu_button(
        "More",
        ["Performance", "Drift", "Versions", "Schedule", "Retrain now"],
        key=f"more-{name}",
        type="tertiary",
    )
    if picked == "Retrain now":
        retrain(name)
        st.rerun()
    elif picked == "Schedule":
        st.switch_page("schedules.py", query_params={"model": name})
    elif picked:
        st.switch_page(f"{picked.lower()}.py", query_params={"model": name})


def _why(standing: Standing, first: bool) -> None:
    name, health = standing.model.name, standing.health
    why = (
        f"{health.why} Paused: {health.pause_reason}" if health.paused and health.pause_reason else health.why
    )
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key=f"why-{name}"):
        st.html(f"<div>{escape(why)}</div>", width="stretch")
        label, page, address = _where(standing)
        if st.button(label, key=f"where-{name}"):
            st.switch_page(page, query_params=address)
        if standing.proposed is not None:
            back_button(standing, f"back-{name}", primary=first)
        elif health.word == "failing":
            st.button(
                "Retrain now",
                key=f"retrain-{name}",
                type="primary" if first else "secondary",
                on_click=retrain,
                args=(name,),
            )


def _where(standing: Standing) -> tuple[str, str, dict[str, str]]:
    """Where more about the reason stands: what the button says, its page and its address."""
    name, last, drift = standing.model.name, standing.last, standing.drift
    if standing.awaiting is not None:
        return f"Look at v{standing.awaiting}", "versions.py", {"model": name}
    if standing.proposed is not None:
        number = str(standing.proposed.version)
        return f"Look at v{number}", "version.py", {"model": name, "version": number}
    if last is not None and result(last).color == "red":
        return "Log", "run.py", {"run": str(last.run.id)}
    if not standing.health.poor and drift is not None and drift.drifted:
        return "Drift", "drift.py", {"model": name}
    return "Versions", "versions.py", {"model": name}
