"""Comparing: what is known of versions in detail, side by side: segments, calibration, importance, rows."""

from collections.abc import Sequence

import streamlit as st

from core.domain.versions import Version
from core.domain.views.versions import VersionsPage
from pages._parts.findings_parts import apart_part, calibration_part, importance_part, segments_part, told_of
from pages._parts.here import runtime
from pages._parts.side_by_side import judged


def comparing(page: VersionsPage, versions: Sequence[Version], zone: str) -> None:
    """Of two to six versions, the newest first."""
    model, names = page.standing.model, [f"v{one.number}" for one in versions]
    details = runtime().views.details(model.name, [one.number for one in versions])
    same = len(versions) == 2 and judged(versions[0], versions[1])
    told, key = told_of(versions, details, same), f"compare-{'-'.join(names)}"
    if missing := [name for name in names if name not in {one.name for one in told}]:
        st.caption(
            f"Nothing is known of single rows for {', '.join(missing)}: no rows judged it when it was made."
        )
    elif not same:
        st.caption("They were not judged against each other: each is shown on the rows that judged it.")
    left, right = st.columns(2, gap="large")
    with left:
        segments_part(model, told, key)
    with right:
        calibration_part(model, told, key)
    left, right = st.columns(2, gap="large")
    with left:
        of = [(name, details[one.number].importance if one.number in details else None)
              for name, one in zip(names, versions, strict=True)]  # fmt: skip
        importance_part(model, of, key)
    with right:
        apart_part(
            told[0].findings if same and told else None,
            (names[0], names[1]),
            _why_none(versions, same),
            zone,
            key,
        )


def _why_none(versions: Sequence[Version], same: bool) -> str:
    if same:
        return "Both said the same of every row, or single rows were not kept when it was made."
    newer, older = versions[0], versions[1]
    rival = f"it was judged beside v{newer.parent}" if newer.champion_scores else "nothing judged it"
    apart = f"v{newer.number} and v{older.number} did not score the same rows"
    return f"{apart}: when v{newer.number} was made, {rival}."
