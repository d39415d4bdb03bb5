"""Version story: what decided about a version, its scores, and what its promotion bought."""

import streamlit as st

from core.domain.models import Model
from core.domain.versions import Promotion, stints
from core.domain.views.version import VersionPage
from core.domain.wording import METRIC_WORDS, capital, count, score
from core.monitoring.buying_words import beside_words, bought_words
from pages._parts.charts import show
from pages._parts.empty import nothing
from pages._parts.findings_chart import interval_figure
from pages._parts.here import plain, zone
from pages._parts.lines import lines_table
from pages._parts.palette import palette
from pages._parts.rows_out import compared_rows
from pages._parts.stint_table import BY
from pages._parts.taking_out import csv_button
from pages._parts.verdict_words import decided, found, range_words, segment_lines
from pages._parts.version_table import difference
from pages._parts.version_words import ASKED, SAID_NO, reason_of, served

AUTOMATIC = ("gate", "backfill")
"""Who promotes without a person."""


def what_decided(page: VersionPage) -> None:
    version = page.version
    st.subheader("What decided")
    st.markdown(plain(decided(version, page.standing.model)))
    if one := found(version):
        alt = f"The difference with its range: {range_words(version)}."
        show(interval_figure(one, palette()), "interval-chart", alt)
        st.caption("The dot is the difference, the bar its range; grey is too small for these rows to show.")
    if lines := segment_lines(version):
        lines_table(lines, ("Segment", "Rows", "Difference"), "em-segments")
    st.caption(plain(_followed(page)))


def scores(page: VersionPage) -> None:
    """Every score, beside those of the champion then where it was judged with one."""
    model, version = page.standing.model, page.version
    lines = [line for name in _metrics(model) if (line := _score_line(page, name)) is not None]
    if not lines:
        return
    heads: tuple[str, ...] = ("", f"v{version.number}")
    if version.champion_scores:
        heads = (*heads, f"v{version.parent}, champion then", "Difference")
    lines_table([line[: len(heads)] for line in lines], heads)
    versions = [version, *([page.parent] if page.parent else [])]
    csv_button(lambda: compared_rows(model, versions), f"{model.name}-v{version.number}")


def what_it_bought(page: VersionPage) -> None:
    model = page.standing.model
    lived = stints(page.promotions)
    mine = [one for one in lived if one.number == page.version.number]
    st.subheader("What its promotion bought")
    if page.beside is not None:
        words = capital(beside_words(page.beside, model, zone()))
        where = f", in {count(page.beside.windows, 'window')}" if page.beside.windows else ""
        st.markdown(f"Beside the champion{where}: **{plain(words)}.**")
    if page.bought is not None:
        one = page.bought
        words = capital(bought_words(one, model, zone()))
        st.markdown(f"**{plain(words)}.**")
        if one.windows:
            st.caption(
                f"{capital(METRIC_WORDS[model.metric])} against v{one.previous}, which went on scoring what "
                f"this version served: {one.rows:,} labelled rows of {count(one.windows, 'window')}. "
                "+ is a gain."
            )
    elif mine:
        nothing("Nothing to hold it against.", "No version before it went on scoring beside it.")
    elif page.beside is None:
        never = "It has not served yet." if waits(page) else "It never served."
        nothing(never, "What a promotion buys is measured from the promotion on.")
    if mine:
        did = "has served" if lived[-1].number == page.version.number else "served"
        st.caption(f"It {did} {served(lived, page.version.number, zone())}.")


def _followed(page: VersionPage) -> str:
    """Whether it was promoted, by whom; else that it was not, and why."""
    version = page.version
    mine = [one for one in page.promotions if one.number == version.number]
    if mine:
        again = "" if len(mine) == 1 else f" Last it was promoted again by {_by(mine[-1])}."
        return f"It was promoted by {_by(mine[0])}.{_tie(page, mine[0])}{again}"
    if waits(page):
        return "It waits: a person decides whether it serves."
    if version.state in ("candidate", "challenger") and version.reason.startswith(ASKED):
        return "It was not promoted: a person was to decide."
    if version.state == "rejected" and SAID_NO in version.reason:
        return f"{capital(version.reason).rstrip('.')}."
    if version.state == "rejected" and found(version) is not None:
        return "It was not promoted: the champion stayed."
    return f"It was not promoted: {reason_of(version).rstrip('.')}."


def waits(page: VersionPage) -> bool:
    """Whether it is the version that a person is asked about."""
    return page.standing.awaiting == page.version.number


def _by(promotion: Promotion) -> str:
    why = "" if promotion.by in AUTOMATIC else f": {promotion.why.rstrip('.')}"
    return f"{BY.get(promotion.by, promotion.by)}{why}"


def _tie(page: VersionPage, first: Promotion) -> str:
    """Why it serves although it was not better: only under the gate `not_worse` does a tie pass."""
    one = found(page.version)
    if one is None or one.answer != "tie" or first.by not in AUTOMATIC:
        return ""
    return " Under the gate “not_worse” a version passes unless it is worse beyond chance."


def _metrics(model: Model) -> list[str]:
    return [model.metric, *(name for name in model.metrics if name != model.metric)]


def _score_line(page: VersionPage, name: str) -> tuple[str, ...] | None:
    new, old = page.version.scores.get(name), page.version.champion_scores.get(name)
    if new is None and old is None:
        return None
    gap = "–" if new is None or old is None else difference(name, new, old)
    return capital(METRIC_WORDS[name]), score(name, new, old), score(name, old, new), gap
