"""Versions: each against the champion of its day; some of them side by side; promote and roll back."""

from collections.abc import Sequence

import streamlit as st

from core.domain.versions import Version, awaiting, before_present, stints
from core.domain.views.versions import VersionsPage
from core.domain.wording import METRIC_WORDS, score
from core.monitoring.buying_words import bought_words
from pages._parts.address import choose
from pages._parts.approving import approving
from pages._parts.charts import show
from pages._parts.comparing import comparing
from pages._parts.empty import nothing
from pages._parts.head import choose_model, head
from pages._parts.here import now, runtime, watch, zone
from pages._parts.many_versions import many_versions
from pages._parts.palette import palette
from pages._parts.promoting import ask_promote, ask_rollback
from pages._parts.rows_out import stint_rows, version_rows
from pages._parts.side_by_side import side_by_side
from pages._parts.stint_table import stint_table
from pages._parts.taking_out import csv_button
from pages._parts.title_line import title_line
from pages._parts.version_filter import filtered
from pages._parts.version_links import links
from pages._parts.version_table import MANY, every_asked, tick_some, version_table
from pages._parts.versions_chart import axis_words, versions_figure
from pages._parts.words import one_window


def main() -> None:
    name, place = choose_model()
    watch(name)
    page = runtime().views.versions(name, now())
    head(place, page.standing, _serves(page))
    if not page.versions:
        _nothing_yet(page)
        return
    approving(page)
    chart = st.container(key="chart")
    shown = _every(page) if every_asked() else _history(page)
    with chart:
        _chart(page, shown)
    _served(page)


def _history(page: VersionsPage) -> list[Version]:
    """Draws it, and beside and below it what is ticked; what the filter leaves."""
    left, right = st.columns([6, 5], gap="medium")
    with left:
        with title_line("historyhead"):
            st.subheader("History", width="content")
            csv_button(lambda: version_rows(page), f"{page.standing.model.name}-versions")
        shown = filtered(page)
        chosen = version_table(page, shown, zone()) if shown else []
        if not shown:
            _none_fits()
    with right:
        _chosen(page, chosen)
    if len(chosen) > MANY:
        many_versions(page, chosen, zone())
    elif len(chosen) > 1:
        _compared(page, chosen)
    return shown


def _every(page: VersionsPage) -> list[Version]:
    """All that the filter leaves, a row each, in place of a history in which all are ticked."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="everyhead"):
        shown = filtered(page)
        with st.container(horizontal=True, width="content", gap="small"):
            st.button("Tick some …", icon=":material/check_box:", key="some", on_click=tick_some)
            _roll_back(page)
    if shown:
        many_versions(page, list(reversed(shown)), zone())
    else:
        _none_fits()
    return shown


def _none_fits() -> None:
    nothing("No version fits.", "Choose less, or search for another word.", "filter_alt_off")


def _compared(page: VersionsPage, chosen: Sequence[Version]) -> None:
    if len(chosen) > 2:
        st.subheader(_beside(chosen))
        side_by_side(page, chosen, zone())
    comparing(page, chosen, zone())


def _beside(chosen: Sequence[Version]) -> str:
    return " beside ".join(f"v{version.number}" for version in chosen)


def _served(page: VersionsPage) -> None:
    lived = stints(page.promotions)
    if not lived:
        return
    with title_line("servedhead"):
        st.subheader("Which version served when", width="content")
        csv_button(lambda: stint_rows(page), f"{page.standing.model.name}-served")
    model = page.standing.model
    st.caption(
        f"Bought: {METRIC_WORDS[model.metric]} against the version before, which went on scoring the same "
        "rows; + is a gain."
    )
    bought = {since: bought_words(one, model, zone()) for since, one in page.bought_since.items()}
    stint_table(lived, bought, zone())


def _serves(page: VersionsPage) -> str | None:
    champion = page.standing.champion
    if champion is None:
        return "No version serves yet." if page.versions else None
    last = page.versions[-1]
    if last.number == champion.number:
        return f"v{champion.number} serves, the newest of {len(page.versions)}."
    if last.state == "retired" or page.standing.awaiting == last.number:
        return f"v{champion.number} serves."
    newest = "was rejected" if last.state == "rejected" else f"is a {last.state}"
    return f"v{champion.number} serves. v{last.number}, the newest, {newest}."


def _chart(page: VersionsPage, shown: Sequence[Version]) -> None:
    model = page.standing.model
    metric = model.metric
    with title_line("charthead"):
        st.subheader("Every version against the champion of its day, on the same rows", width="content")
        told = [name for name in model.metrics if any(one.scores.get(name) is not None for one in shown)]
        if len(told) > 1:
            default = metric if metric in told else told[0]
            metric = choose("Measure", told, default, "measure", METRIC_WORDS.__getitem__, 0, model.name)
    scored = [version for version in shown if version.scores.get(metric) is not None]
    if not shown:
        nothing("Nothing to draw.", "No version fits what is chosen below.")
        return
    if not scored:
        why = (
            "Under the gate “always” nothing is judged; the Performance page shows how each did live."
            if model.gate == "always"
            else "The first version is made unjudged; the next one is scored beside it."
        )
        nothing("No scores yet.", why)
        return
    side = axis_words(metric)
    better = "under" if "lower" in side else "over"
    words = f" A dot {better} its dash is a better version." if metric != "bias" else ""
    st.caption(f"● promoted · ○ not promoted · — champion of that day, same rows.{words}")
    last = scored[-1]
    alt = (
        f"{METRIC_WORDS[metric]} of {len(scored)} versions beside the champion of their day. The last, "
        f"v{last.number}: "
        f"{score(metric, last.scores.get(metric))}, {last.state}."
    )
    show(versions_figure(scored, metric, palette()), "versions-chart", alt)
    if unscored := len(shown) - len(scored):
        st.caption(f"{unscored} not drawn: made without rows to judge them on.")


def _chosen(page: VersionsPage, chosen: Sequence[Version]) -> None:
    champion = page.standing.champion.number if page.standing.champion else None
    waits = awaiting(page.versions, champion)
    with title_line("choicehead"):
        some = len(chosen) <= 2
        st.subheader(
            (_beside(chosen) if some else f"{len(chosen)} are ticked") or "Two side by side", width="content"
        )
        with st.container(horizontal=True, width="content"):
            others = [version for version in chosen if version.number != champion]
            other = others[0] if others and some else None
            back = before_present(page.promotions)
            if (
                other is not None
                and other is not waits
                and other.number != back
                and st.button(f"Promote v{other.number} …", key="promote")
            ):
                ask_promote(page.standing, other)
            _roll_back(page)
    links(page.standing.model.name, chosen if len(chosen) <= MANY else ())
    if len(chosen) == 2:
        side_by_side(page, chosen, zone())
    elif len(chosen) > 2:
        how = "a row each" if len(chosen) > MANY else "a column each"
        nothing("They stand side by side below,", f"{how}.", "arrow_downward")
    elif len(page.versions) == 1:
        nothing("There is one version.", "The next one can stand beside it.", "check_box")
    elif chosen:
        nothing("One is ticked.", "Tick others in the history to see them side by side.", "check_box")
    else:
        nothing(
            "None is ticked.",
            f"Tick two in the history to see them side by side, up to {MANY} in columns, more in rows.",
            "check_box",
        )


def _roll_back(page: VersionsPage) -> None:
    """Not where the head of the page proposes it already."""
    back, champion = before_present(page.promotions), page.standing.champion
    if back is None or page.standing.proposed is not None:
        return
    if st.button(f"Roll back to v{back} …", key="rollback"):
        before = next(one for one in page.versions if one.number == back)
        ask_rollback(page.standing, before, page.bought.get(champion.number if champion else 0))


def _nothing_yet(page: VersionsPage) -> None:
    model = page.standing.model
    st.subheader("History")
    nothing(
        "No versions yet.",
        f"Retrain now or a schedule makes the first; it takes {model.initial} {one_window(model)}s of rows "
        f"at least. `evermodel backfill {model.name}` begins where those end and replays the rest; "
        f"`evermodel adopt {model.name} FILE` takes the model that you have in production.",
    )


main()
