"""Versions chart: each version's dot against the dash of the champion of its day, on the same rows."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.domain.models import LOWER_IS_BETTER
from core.domain.versions import Version
from core.domain.wording import METRIC_WORDS, score
from pages._parts.charts import Figure, above, dots, figure
from pages._parts.palette import Palette

SHOWN = 40
LEAST = 8
"""Places on the axis, so that few versions do not fill it."""


def versions_figure(versions: Sequence[Version], metric: str, colors: Palette) -> Figure:
    """`versions`: those that were scored, at most the last `SHOWN`, by number."""
    made = figure(colors, 300, right=32, top=34)
    names = [f"v{version.number}" for version in versions]
    made.update_xaxes(type="category", range=[-0.6, max(len(names), LEAST) - 0.4])
    made.update_yaxes(
        title={"text": axis_words(metric), "font": {"color": colors.muted, "size": 12}, "standoff": 4}
    )
    _dashes(made, versions, metric, colors)
    for promoted in (True, False):
        some = [version for version in versions if (version.state in ("champion", "retired")) == promoted]
        marker = {
            "size": 10,
            "color": colors.model if promoted else colors.background,
            "line": {"color": colors.model, "width": 2},
        }
        dots(
            made,
            [f"v{version.number}" for version in some],
            [version.scores.get(metric) for version in some],
            [_words(version, metric) for version in some],
            marker,
        )
    made.update_xaxes(categoryorder="array", categoryarray=names)
    _serves(made, versions, colors)
    return made


def axis_words(metric: str) -> str:
    if metric == "bias":
        return "bias, best at 0"
    return f"{METRIC_WORDS[metric]}, {'lower' if metric in LOWER_IS_BETTER else 'higher'} is better"


def _dashes(made: Figure, versions: Sequence[Version], metric: str, colors: Palette) -> None:
    both = [
        (f"v{version.number}", version.scores.get(metric), old)
        for version in versions
        if (old := version.champion_scores.get(metric)) is not None
    ]
    stems_x = [x for name, _, _ in both for x in (name, name, None)]
    stems_y = [y for _, new, old in both for y in (new, old, None)]
    made.add_trace(
        go.Scatter(
            x=stems_x, y=stems_y, mode="lines", hoverinfo="skip", line={"color": colors.axis, "width": 2}
        )
    )
    dots(
        made,
        [name for name, _, _ in both],
        [old for _, _, old in both],
        [f"champion then: {score(metric, old, new)}" for _, new, old in both],
        {"symbol": "line-ew", "size": 18, "line": {"color": colors.muted, "width": 2}},
    )


def _serves(made: Figure, versions: Sequence[Version], colors: Palette) -> None:
    for position, version in enumerate(versions):
        if version.state == "champion":
            made.add_shape(
                type="rect",
                x0=position - 0.5,
                x1=position + 0.5,
                yref="paper",
                y0=0,
                y1=1,
                layer="below",
                fillcolor=colors.model,
                opacity=0.08,
                line={"width": 0},
            )
            above(made, position, "serves now", colors.model)


def _words(version: Version, metric: str) -> str:
    words = f"v{version.number}: {METRIC_WORDS[metric]} {score(metric, version.scores.get(metric))}"
    old = version.champion_scores.get(metric)
    return (
        words if old is None else f"{words}, champion then {score(metric, old, version.scores.get(metric))}"
    )
