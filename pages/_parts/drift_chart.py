"""Drift chart: one column's values, the training rows in grey and the window as an outline upon them."""

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go

from core.domain.drift import Spread
from pages._parts.charts import Figure, figure
from pages._parts.drift_words import share
from pages._parts.palette import Palette

HEIGHT, SMALLER = 220, 180
LETTERS = 14
"""Letters of a category's name that stand under its bar."""
WIDE = 0.8
"""Width of a category's bar, as a share of its place."""


def spread_figure(spread: Spread, window: str, colors: Palette, height: int = HEIGHT) -> Figure:
    """`window`: what the outline is called. y in percent."""
    made = figure(colors, height, left=44, right=8, top=10, bottom=34 if spread.edges else 62)
    made.update_yaxes(ticksuffix="\N{NO-BREAK SPACE}%", rangemode="tozero", nticks=5)
    if spread.edges:
        _numbers(made, spread, window, colors)
    else:
        _categories(made, spread, window, colors)
    return made


def _numbers(made: Figure, spread: Spread, window: str, colors: Palette) -> None:
    places = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(spread.edges)]
    edges = _within(spread.edges)
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    widths = [high - low for low, high in pairwise(edges)]
    _bars(made, middles, widths, spread, _texts(places, spread, window), colors)
    now = _percent(spread.window)
    made.add_trace(
        go.Scatter(
            x=[edges[0], *edges, edges[-1]],
            y=[0, *now, now[-1], 0],
            mode="lines",
            line={"color": colors.model, "width": 2.2, "shape": "hv"},
            hoverinfo="skip",
        )
    )


def _within(edges: Sequence[float]) -> list[float]:
    """The edges, the outer two moved in where a value far away would leave no room for the others."""
    inner = list(edges[1:-1])
    if len(inner) < 2:
        return list(edges)
    room = 2 * (inner[-1] - inner[0]) / (len(inner) - 1)
    return [max(edges[0], inner[0] - room), *inner, min(edges[-1], inner[-1] + room)]


def _categories(made: Figure, spread: Spread, window: str, colors: Palette) -> None:
    places = list(range(len(spread.labels)))
    texts = _texts(spread.labels, spread, window)
    _bars(made, places, [WIDE] * len(places), spread, texts, colors)
    outline = [
        point
        for x, y in zip(places, _percent(spread.window), strict=True)
        for point in (
            (x - WIDE / 2, 0),
            (x - WIDE / 2, y),
            (x + WIDE / 2, y),
            (x + WIDE / 2, 0),
            (None, None),
        )
    ]
    made.add_trace(
        go.Scatter(
            x=[x for x, _ in outline],
            y=[y for _, y in outline],
            mode="lines",
            line={"color": colors.model, "width": 2.2},
            hoverinfo="skip",
        )
    )
    names = [name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…" for name in spread.labels]
    made.update_xaxes(tickvals=places, ticktext=names, range=[-0.6, max(len(places), 4) - 0.4])


def _bars(
    made: Figure,
    xs: Sequence[float],
    widths: Sequence[float],
    spread: Spread,
    texts: Sequence[str],
    colors: Palette,
) -> None:
    made.add_trace(
        go.Bar(
            x=list(xs),
            y=_percent(spread.reference),
            width=list(widths),
            marker={"color": colors.gray, "opacity": 0.45, "line": {"width": 0}},
            text=list(texts),
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    )


def _texts(places: Sequence[str], spread: Spread, window: str) -> list[str]:
    return [
        f"{place}<br>training rows {share(before)}, {window} {share(after)}"
        for place, before, after in zip(places, spread.reference, spread.window, strict=True)
    ]


def _percent(shares: Sequence[float]) -> list[float]:
    return [100 * part for part in shares]
