"""Charts: the template that every figure shares. Pure; the figures are built in the modules beside it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import plotly.graph_objects as go
import streamlit as st

from pages._parts.palette import Palette

Figure = Any
"""A plotly figure; plotly ships no types."""

CONFIG = {
    "displayModeBar": "hover",  # for one button: the chart as a picture
    "modeBarButtons": [["toImage"]],
    "displaylogo": False,
    "toImageButtonOptions": {"format": "png", "scale": 2},
    "scrollZoom": False,
    "doubleClick": False,
    "showAxisDragHandles": False,
}


def figure(
    colors: Palette,
    height: int,
    *,
    left: int = 52,
    right: int = 16,
    top: int = 30,
    bottom: int = 44,
    hover: str = "closest",
) -> Figure:
    """An empty figure in the house's style."""
    axis = {
        "gridcolor": colors.grid,
        "zeroline": False,
        "tickfont": {"color": colors.muted, "size": 12},
        "fixedrange": True,
        "automargin": False,
    }
    layout = {
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "Inter, sans-serif", "size": 12, "color": colors.text},
        "dragmode": False,
        "showlegend": False,
        "hovermode": hover,
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": colors.muted, "activecolor": colors.text},
        "hoverlabel": {
            "bgcolor": colors.background,
            "bordercolor": colors.border,
            "font": {"color": colors.text},
        },
        "xaxis": {**axis, "showgrid": False, "showline": True, "linecolor": colors.axis},
        "yaxis": {**axis, "showgrid": True},
    }
    return go.Figure(layout=layout)  # at once: an update of an empty one takes three times as long


def show(made: Figure, key: str, alt: str) -> None:
    """Draw it; `alt` says in words what a person sees."""
    named = {**CONFIG, "toImageButtonOptions": {"format": "png", "scale": 2, "filename": key}}
    st.plotly_chart(made, theme=None, config=named, key=key, alt=alt)


def local(when: datetime, zone: str) -> datetime:
    """A naive local time: plotly draws what it is given."""
    return when.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def beside(made: Figure, y: float, text: str, color: str) -> None:
    """A direct label right of the plot."""
    made.add_annotation(
        xref="paper",
        x=1.008,
        y=y,
        text=text,
        showarrow=False,
        xanchor="left",
        font={"color": color, "size": 12},
    )


def above(made: Figure, x: object, text: str, color: str) -> None:
    made.add_annotation(
        x=x,
        yref="paper",
        y=1.0,
        yanchor="bottom",
        text=text,
        showarrow=False,
        font={"color": color, "size": 12},
    )


def upright(made: Figure, x: object, color: str, width: float = 1) -> None:
    shapes(made, [upright_shape(x, color, width)])


def upright_shape(x: object, color: str, width: float = 1) -> Mapping[str, object]:
    """A line over the whole height, as a shape."""
    line = {"color": color, "width": width}
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": line,
    }


def shapes(made: Figure, added: Sequence[Mapping[str, object]]) -> None:
    """Add shapes all at once: plotly checks every shape that there is again at each call."""
    made.update_layout(shapes=[*made.layout.shapes, *added])


def wash(made: Figure, x0: object, x1: object, color: str) -> None:
    made.add_shape(
        type="rect", x0=x0, x1=x1, yref="paper", y0=0, y1=1, layer="below", fillcolor=color, line={"width": 0}
    )


def dots(made: Figure, xs: list[Any], ys: list[Any], texts: list[str], marker: Mapping[str, object]) -> None:
    if xs:
        made.add_trace(
            go.Scatter(
                x=xs, y=ys, mode="markers", marker=marker, text=texts, hovertemplate="%{text}<extra></extra>"
            )
        )


def spread(
    labels: list[tuple[float, str, str]], low: float, high: float, least: float = 0.07
) -> list[tuple[float, str, str]]:
    """Labels (y, text, color) moved apart where they would lie on one another; `least`: share of the axis."""
    placed: list[tuple[float, str, str]] = []
    gap = least * (high - low)
    for y, text, color in sorted(labels):
        y = max(y, placed[-1][0] + gap) if placed else y
        placed.append((y, text, color))
    return placed
