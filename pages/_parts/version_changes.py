"""Version changes: what differs between the rows that a version learnt and those of its parent.

Both snapshots are read for it, so it is done when somebody asks.
"""

import streamlit as st

from core.domain.changes import Changes
from core.domain.errors import EvermodelError
from core.domain.views.version import VersionPage
from core.domain.wording import share
from pages._parts.here import plain, runtime
from pages._parts.tables import table
from pages._parts.taking_out import Row, csv_button

MOST = 6


def version_changes(page: VersionPage) -> None:
    version, parent = page.version, page.parent
    if changed := runtime().changed_source(page.standing.model.name, version.number).get(version.number):
        st.caption(f":material/warning: {plain(changed[:1].upper() + changed[1:])}.")
    if parent is None or not version.rows or not parent.rows or version.let_go or parent.let_go:
        return
    key = f"changes-{page.standing.id}-{version.snapshot}-{parent.snapshot}"
    if st.button(f"Compare its rows with v{parent.number}'s", key="changes", icon=":material/difference:"):
        with st.spinner("Reading both snapshots …"):
            st.session_state[key] = _asked(page.standing.model.name, parent.number, version.number)
    found = st.session_state.get(key)
    if isinstance(found, str):
        st.caption(f":material/cancel: {plain(found)}")
    elif found is not None:
        _show(found, f"{page.standing.model.name}-v{parent.number}-to-v{version.number}")


def _asked(name: str, a: int, b: int) -> Changes | str:
    try:
        return runtime().changes(name, a, b)
    except EvermodelError as error:
        return str(error)


def _show(found: Changes, name: str) -> None:
    st.markdown(f"{plain(found.words)}.")
    lines = [
        {
            "Column": one.name,
            "Distance": "–" if one.distance is None else f"{one.distance:.3f}",
            "Missing before": _share(one.before.get("missing")),
            "Missing now": _share(one.after.get("missing")),
        }
        for one in found.columns
    ]
    if lines:
        st.caption("Distance 0: the values are spread as they were; 1: none is as it was.")
        right = ["Distance", "Missing before", "Missing now"]
        table(lines, f"{name}-columns", "Columns, the furthest apart first.", MOST, right=right)
    csv_button(lambda: _rows(found), name)


def _rows(found: Changes) -> list[Row]:
    return [
        {
            "column": one.name,
            "distance": one.distance,
            **{f"before_{key}": value for key, value in one.before.items()},
            **{f"after_{key}": value for key, value in one.after.items()},
        }
        for one in found.columns
    ]


def _share(value: float | None) -> str:
    return "–" if value is None else share(value)
