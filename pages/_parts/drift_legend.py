"""Drift legend: what the colours of the map mean, as far as it has them."""

from collections.abc import Sequence

import streamlit as st

from core.domain.views.drift_line import DriftLine
from core.monitoring.ranking import Rank
from pages._parts.drift_map import STEPS, step
from pages._parts.palette import palette

BOX = "display:inline-block;width:11px;height:11px;vertical-align:-1px;margin-right:6px;border-radius:2px;"


def legend(windows: Sequence[DriftLine], ranks: Sequence[Rank]) -> None:
    """Swatches; `ranks`: the rows of the map."""
    colors = palette()
    parts = [
        f'<span style="{BOX}background:{color};border:1px solid {colors.border}"></span>{name}'
        for name, color in zip(STEPS, colors.drift, strict=True)
    ]
    if any(step(window.cells.get(rank.column)) is None for window in windows for rank in ranks):
        parts.append(f'<span style="{BOX}border:1px solid {colors.border}"></span>not judged')
    st.html(f'<div class="em-sub em-wrap">{" &emsp;".join(parts)}</div>')
