"""Overview: every model in a row, those that need attention first."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.domain.health import HEALTH_WORDS
from core.domain.views.standing import Standing, state_counts
from pages._parts.address import choose
from pages._parts.empty import nothing
from pages._parts.here import notices, now, runtime, watch, zone
from pages._parts.model_rows import list_head, model_row
from pages._parts.rows_out import overview_rows
from pages._parts.taking_out import csv_button
from pages._parts.title_line import title_line
from pages._parts.welcoming import welcome
from pages._parts.words import HEALTH, until

FOOT = (
    "Small charts: the last 26 labelled windows. Dashed: the limit. Grey marks: a new version was promoted. "
    "Labels: share of true outcomes known for the last 4 windows."
)


def main() -> None:
    watch()
    moment = now()
    standings = runtime().views.overview(moment)
    if not standings:
        notices()
        welcome()
        return
    shown = _filtered(standings)
    notices()
    list_head()
    attention = sorted(
        (one for one in shown if one.health.word in ("failing", "watch")),
        key=lambda one: HEALTH_WORDS.index(one.health.word),
    )
    working = [one for one in shown if one not in attention]
    _section("Needs attention", attention, moment)
    if not attention and st.session_state.get("show") in (None, "all"):
        _all_well(standings, moment)
    _section("Working", working, moment)
    if not shown:
        nothing("None.", "No model is in this state; choose another above.", "check")
    st.caption(FOOT)


def _filtered(standings: Sequence[Standing]) -> list[Standing]:
    counts = state_counts(standings)
    with title_line("pagehead"):
        st.title("Overview", width="content")
        words = {
            "all": f"All {len(standings)}",
            **{word: f"{HEALTH[word].word} {counts[word]}" for word in HEALTH_WORDS},
        }
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            picked = choose("Show", list(words), "all", "show", words.__getitem__)
            shown = [one for one in standings if picked in ("all", None, one.health.word)]
            csv_button(lambda: overview_rows(shown), "models")
    return shown


def _section(title: str, standings: Sequence[Standing], moment: datetime) -> None:
    if not standings:
        return
    st.subheader(title)
    with st.container(key=f"rows-{title[:5].lower()}"):
        for place, standing in enumerate(standings):
            model_row(standing, moment, zone(), first=place == 0)


def _all_well(standings: Sequence[Standing], moment: datetime) -> None:
    known = [one for one in standings if one.health.word == "healthy"]
    if not known:
        return
    what = (
        f"All {len(known)} models that can be judged work."
        if len(known) > 1
        else f"{known[0].model.name} works."
    )
    coming = sorted((one.next_due, one.model.name) for one in standings if one.next_due is not None)
    beat = (
        f"Next retraining {until(coming[0][0] - moment)}: {coming[0][1]}."
        if coming
        else "No retraining is planned."
    )
    st.subheader("Needs attention")
    nothing(what, beat, "check_circle", "green")


main()
