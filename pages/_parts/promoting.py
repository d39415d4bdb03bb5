"""Promoting: the dialogs that say which version serves. They restate the numbers and ask a reason."""

from collections.abc import Callable

import streamlit as st

from core.domain.asides import Bought
from core.domain.errors import EvermodelError
from core.domain.versions import Version
from core.domain.views.standing import Standing
from core.domain.wording import METRIC_WORDS, score
from core.monitoring.buying_words import bought_words
from pages._parts.here import ASKING, NOTICE, plain, runtime, zone
from pages._parts.verdict_words import range_words

REFUSED = "refused"


def ask_promote(standing: Standing, version: Version) -> None:
    """Opens the dialog that promotes a version."""
    worse = version.state == "rejected" and version.reason != "tie"
    name = standing.model.name
    title = f"{name}: promote v{version.number}{' although it was rejected' if worse else ''}?"

    def act(reason: str) -> str:
        runtime().promote(name, version.number, reason, by="page")
        return f"{name}: v{version.number} serves now."

    warning = ":material/warning:" if worse else None
    effect = " ".join([*_unheld(standing, version), _takes_over(standing, version)])
    _open(title, standing, version, f"Promote v{version.number}", act, effect, warning)


def ask_approve(standing: Standing, version: Version) -> None:
    """Opens the dialog that lets a version serve which waits for it."""
    name, number = standing.model.name, version.number

    def act(reason: str) -> str:
        runtime().promote(name, number, reason, by="page")
        return f"{name}: v{number} is approved and serves now."

    _open(
        f"{name}: approve v{number}?",
        standing,
        version,
        f"Approve v{number}",
        act,
        _takes_over(standing, version),
    )


def ask_reject(standing: Standing, version: Version) -> None:
    """Opens the dialog that says no to a version which waits for approval."""
    name, number = standing.model.name, version.number

    def act(reason: str) -> str:
        runtime().reject(name, number, reason, by="page")
        return f"{name}: v{number} is rejected."

    serves = standing.champion
    goes_on = f"v{serves.number} goes on answering" if serves else "No version answers yet"
    effect = f"{goes_on}. v{number} is kept and can still be promoted."
    _open(f"{name}: reject v{number}?", standing, version, f"Reject v{number}", act, effect)


def ask_rollback(standing: Standing, version: Version, bought: Bought | None) -> None:
    """Opens the dialog that brings the champion before the present one back, which `version` is; `bought`: by
    the promotion of the one that makes way.
    """
    number = version.number
    name = standing.model.name

    def act(reason: str) -> str:
        return f"{name}: v{runtime().rollback(name, reason, by='page').number} serves again."

    beside = _leaves(standing, version, bought)
    effect = " ".join([*beside, _takes_over(standing, version)])
    verb = f"Roll back to v{number}"
    _open(f"{name}: roll back to v{number}?", standing, version, verb, act, effect, own=not beside)


def ask_shadow(standing: Standing, version: Version) -> None:
    """Opens the dialog that lets a version score beside the champion without serving."""
    name, number = standing.model.name, version.number

    def act(reason: str) -> str:
        runtime().shadow(name, number, reason, by="page")
        return f"v{number} scores beside the champion from now on."

    effect = f"v{number} will score each new window as well and serve none. The champion goes on answering."
    verb = f"Let v{number} score"
    _open(f"{name}: let v{number} score beside the champion?", standing, version, verb, act, effect)


def _unheld(standing: Standing, version: Version) -> list[str]:
    """That the numbers are not beside the version that serves, where they are beside another."""
    serves = standing.champion
    if serves is None or version.parent == serves.number or not version.champion_scores:
        return []
    return [f"It was not held against v{serves.number}, which serves now."]


def _leaves(standing: Standing, version: Version, bought: Bought | None) -> list[str]:
    """How the champion that makes way did beside `version`, where they were held against each other."""
    if standing.champion is None:
        return []
    model = standing.model
    champion = runtime().version(model.name, standing.champion.number)
    said = [numbers(standing, champion)] if champion.parent == version.number else []
    if bought is not None and bought.previous == version.number:
        words = bought_words(bought, model, zone())
        said.append(f"What v{champion.number} bought since, in {METRIC_WORDS[model.metric]}: {plain(words)}.")
    return said


def _takes_over(standing: Standing, version: Version) -> str:
    champion = standing.champion
    stays = f" v{champion.number} stays and can be brought back at any time." if champion else ""
    return f"v{version.number} will answer from now on.{stays}"


def _open(
    title: str,
    standing: Standing,
    version: Version,
    verb: str,
    act: Callable[[str], str],
    effect: str,
    icon: str | None = None,
    own: bool = True,
) -> None:
    """`effect`: what follows, in sentences; `own`: after what decided about the version itself."""
    champion = standing.champion
    st.session_state[ASKING] = True
    st.session_state.pop(REFUSED, None)

    def body() -> None:
        if own:
            st.markdown(numbers(standing, version))
        st.markdown(effect)
        st.text_input(
            "Reason, kept in the history",
            key="reason",
            placeholder="for example: the last rows were of a storm",
        )
        if said := st.session_state.get(REFUSED):
            st.error(plain(said), icon=":material/cancel:")
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(f"Keep v{champion.number}" if champion else "Cancel", key="keep"):
                _close()
                st.rerun()
            st.button(verb, type="primary", key="confirm", on_click=_confirm, args=(act,))
        if st.session_state.get(ASKING) is False:
            st.rerun()

    st.dialog(title, width="medium", icon=icon, on_dismiss=_close)(body)()


def _confirm(act: Callable[[str], str]) -> None:
    reason = str(st.session_state.get("reason") or "").strip()
    if not reason:
        st.session_state[REFUSED] = "A reason is needed. Say in a few words why; it is kept in the history."
        return
    try:
        st.session_state[NOTICE] = ("done", act(reason))
    except EvermodelError as error:
        st.session_state[REFUSED] = str(error)
        return
    st.session_state[ASKING] = False


def _close() -> None:
    st.session_state[ASKING] = False


def numbers(standing: Standing, version: Version) -> str:
    """What is known of it, on the same rows as its champion where it was judged."""
    metric = standing.model.metric
    new, old = version.scores.get(metric), version.champion_scores.get(metric)
    if new is None:
        return f"v{version.number} was not judged: no scores are kept of it."
    own = f"v{version.number} had {METRIC_WORDS[metric]} **{score(metric, new, old)}**"
    if old is None:
        return f"{own} on the rows it was judged on."
    rows = version.judged.get("rows")
    where = f"On the same {rows:,} rows" if isinstance(rows, int) else "On the same rows"
    rival = f"v{version.parent}" if version.parent else "the champion of its day"
    said = range_words(version)
    return f"{where} {own}, {rival} had **{score(metric, old, new)}**" + (f": {said}." if said else ".")
