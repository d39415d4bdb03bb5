"""Schedule list: every schedule in a row, and when it is due next; a click on a row chooses it.

No data frame: what draws one in a browser is loaded late, and half of the page's time went by until it had.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from core.domain.views.schedules import ScheduleLine
from core.domain.wording import at, capital
from pages._parts.here import plain, zone
from pages._parts.words import until

NO_BREAK = "\N{NO-BREAK SPACE}"
MOST = 12
"""Rows of a page of the list."""


def schedule_list(
    lines: Sequence[ScheduleLine],
    chosen: ScheduleLine | None,
    moment: datetime,
    choose: Callable[[ScheduleLine], None],
) -> None:
    """`chosen`: the one whose row is marked; `choose` is called with the one that is clicked."""
    above = st.container(gap=None, key="schedules")
    shown = _page(lines, chosen)
    with above:
        for line in shown:
            _row(line, line is chosen, moment, choose)


def _row(line: ScheduleLine, chosen: bool, moment: datetime, choose: Callable[[ScheduleLine], None]) -> None:
    """One button: its parts are columns by the style file."""
    words, coming, then = map(plain, _cells(line, moment))
    st.button(
        f"**{plain(line.model)}** {words} :gray[{coming}{NO_BREAK}{NO_BREAK}{then}]",
        key=f"{'chosen' if chosen else 'due'}-{line.schedule.id}",
        type="tertiary",
        on_click=choose,
        args=(line,),
        width="stretch",
    )


def _page(lines: Sequence[ScheduleLine], chosen: ScheduleLine | None) -> Sequence[ScheduleLine]:
    """All, or the page of them that a person turned to; at first that of the chosen one."""
    if len(lines) <= MOST:
        return lines
    first = lines.index(chosen) // MOST + 1 if chosen is not None else 1
    page = st.pagination(-(-len(lines) // MOST), default=first, key="schedules-page")
    return lines[MOST * (page - 1) : MOST * page]


def _cells(line: ScheduleLine, moment: datetime) -> tuple[str, str, str]:
    """When it is due; in how long next, and when that is."""
    schedule = line.schedule
    # The zone of the page stands at the foot of the sidebar; only another one is worth a word.
    words = capital(line.words.replace(f", {zone()}", "", 1))
    if schedule.paused:
        until_ = schedule.paused_until
        return words, "paused", f"until {at(until_, zone())}" if until_ else schedule.pause_reason or ""
    if line.next_due is None:
        return words, "ended", ""
    return words, until(line.next_due - moment), at(line.next_due, zone())
