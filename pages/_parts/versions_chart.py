"""Versions chart: each version's dot against the dash of the champion of its day, on the same rows."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.domain.models import LOWER_IS_BETTER
from core.domain.versions import Version
from core.domain.wording import METRIC_WORDS, score
from pages._parts.charts import Figure, above, dots, figure, shapes
from pages._parts.palette import Palette

LEAST = 8
"""Places on the axis, so that few versions do not fill it."""
TICKS = 24
"""Names under the axis."""
ROOMY = 40
"""Up to so many versions, dots and dashes are large."""


def versions_figure(versions: Sequence[Version], metric: str, colors: Palette) -> Figure:
    """`versions`: those that were scored, by number."""
    made = figure(colors, 300, right=32, top=34)
    step = -(-len(versions) // TICKS)
    places = range(0, len(versions), step or 1)
    spare = max(0, LEAST - len(versions)) / 2
    made.update_xaxes(
        range=[-0.6 - spare, len(versions) - 0.4 + spare],
        tickvals=list(places),
        ticktext=[f"v{versions[place].number}" for place in places],
    )
    made.update_yaxes(
        title={"text": axis_words(metric), "font": {"color": colors.muted, "size": 12}, "standoff": 4}
    )
    _dashes(made, versions, metric, colors)
    for promoted in (True, False):
        some = [
            (place, version)
            for place, version in enumerate(versions)
            if (version.state in ("champion", "retired")) == promoted
        ]
        marker = {
            "size": 10 if len(versions) <= ROOMY else 6,
            "color": colors.model if promoted else colors.background,
            "line": {"color": colors.model, "width": 2 if len(versions) <= ROOMY else 1.4},
        }
        dots(
            made,
            [place for place, _ in some],
            [version.scores.get(metric) for _, version in some],
            [_words(version, metric) for _, version in some],
            marker,
        )
    _serves(made, versions, colors)
    return made


def axis_words(metric: str) -> str:
    if metric == "bias":
        return "bias, best at 0"
    return f"{METRIC_WORDS[metric]}, {'lower' if metric in LOWER_IS_BETTER else 'higher'} is better"


def _dashes(made: Figure, versions: Sequence[Version], metric: str, colors: Palette) -> None:
    both = [
        (place, version.scores.get(metric), old)
        for place, version in enumerate(versions)
        if (old := version.champion_scores.get(metric)) is not None
    ]
    stems_x = [x for place, _, _ in both for x in (place, place, None)]
    stems_y = [y for _, new, old in both for y in (new, old, None)]
    made.add_trace(
        go.Scatter(
            x=stems_x, y=stems_y, mode="lines", hoverinfo="skip", line={"color": colors.axis, "width": 2}
        )
    )
    dots(
        made,
        [place for place, _, _ in both],
        [old for _, _, old in both],
        [f"champion then: {score(metric, old, new)}" for _, new, old in both],
        {
            "symbol": "line-ew",
            "size": 18 if len(versions) <= ROOMY else 6,
            "line": {"color": colors.muted, "width": 2},
        },
    )


def _serves(made: Figure, versions: Sequence[Version], colors: Palette) -> None:
    place = next((place for place, version in enumerate(versions) if version.state == "champion"), None)
    if place is None:
        return
    band = {"x0": place - 0.5, "x1": place + 0.5, "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    shapes(
        made,
        [{"type": "rect", **band, "fillcolor": colors.model, "opacity": 0.08, "line": {"width": 0}}],
    )
    above(made, place, "serves now", colors.model)


def _words(version: Version, metric: str) -> str:
    words = f"v{version.number}: {METRIC_WORDS[metric]} {score(metric, version.scores.get(metric))}"
    old = version.champion_scores.get(metric)
    return (
        words if old is None else f"{words}, champion then {score(metric, old, version.scores.get(metric))}"
    )
