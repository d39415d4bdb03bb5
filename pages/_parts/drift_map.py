"""Drift map: columns by window, coloured by verdict, and how much each column weighs at the right edge."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.domain.drift import STRENGTHS
from core.domain.views.drift_line import DriftCell, DriftLine
from core.monitoring.ranking import Rank
from pages._parts.charts import Figure, figure, local, shapes
from pages._parts.palette import Palette
from pages._parts.words import day

STEPS = ("usual", *STRENGTHS)
NAME = 25
"""Letters of a column's name that stand beside the map."""
ROW, TOP, BOTTOM = 27, 6, 44
LETTER, LEAST_LEFT = 6.8, 60
"""Pixels: of a letter, and of the least room for names."""
TICKS = 4
EDGE = 0.85
"""Where the map ends and the bars begin, as a share of the width."""


def drift_figure(
    windows: Sequence[DriftLine], ranks: Sequence[Rank], selected: str, bars: str, zone: str, colors: Palette
) -> Figure:
    """`ranks`: the rows, the first on top; `bars`: what their weights are. y of a row is its place."""
    row = ROW if len(ranks) <= 24 else 20
    names = [_short(rank.column) for rank in ranks]
    left = max(LEAST_LEFT, round(12 + LETTER * max(map(len, names))))
    made = figure(colors, row * len(ranks) + TOP + BOTTOM, left=left, right=8, top=TOP, bottom=BOTTOM)
    made.add_trace(_cells(windows, ranks, colors))
    made.add_trace(_clicks(windows, ranks, zone))
    made.add_trace(_bars(ranks, bars, colors))
    made.update_yaxes(
        range=[len(ranks) - 0.5, -0.5],
        showgrid=False,
        tickvals=list(range(len(ranks))),
        ticktext=names,
        ticks="",
        tickfont={"color": colors.text, "size": 12},
    )
    _across(made, windows, bars, zone, colors)
    _select(made, windows, ranks, selected, colors)
    return made


def step(cell: DriftCell | None) -> str | None:
    """usual, or how strong; None where it was not judged."""
    if cell is None or cell.verdict == "unknown":
        return None
    return cell.strength if cell.verdict == "drift" and cell.strength in STRENGTHS else "usual"


def _cells(windows: Sequence[DriftLine], ranks: Sequence[Rank], colors: Palette) -> object:
    found = [[step(window.cells.get(rank.column)) for window in windows] for rank in ranks]
    z = [[None if one is None else STEPS.index(one) for one in row] for row in found]
    scale = [[place, color] for n, color in enumerate(colors.drift) for place in (n / 4, (n + 1) / 4)]
    return go.Heatmap(
        z=z, zmin=-0.5, zmax=3.5, colorscale=scale, showscale=False, xgap=2, ygap=2, hoverinfo="skip"
    )


def _clicks(windows: Sequence[DriftLine], ranks: Sequence[Rank], zone: str) -> object:
    """A heat map cannot be clicked: points that nobody sees lie over it."""
    places = [(x, y) for y in range(len(ranks)) for x in range(len(windows))]
    days = [day(window.start, zone) for window in windows]
    texts = [
        f"{ranks[y].column}<br>{days[x]}: {_said(windows[x].cells.get(ranks[y].column))}" for x, y in places
    ]
    marker = {"symbol": "square", "size": 14, "opacity": 0}
    return go.Scatter(
        x=[x for x, _ in places],
        y=[y for _, y in places],
        mode="markers",
        marker=marker,
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        text=texts,
        hovertemplate="%{text}<extra></extra>",
    )


def _said(cell: DriftCell | None) -> str:
    word = step(cell) or "not judged"
    return f"{word}, distance {cell.distance:.3f}" if cell and cell.distance is not None else word


def _bars(ranks: Sequence[Rank], bars: str, colors: Palette) -> object:
    most = max((rank.weight for rank in ranks), default=0.0) or 1.0
    shares = [rank.weight / most for rank in ranks]
    return go.Bar(
        x=[max(share, 0.01) for share in shares],
        y=list(range(len(ranks))),
        orientation="h",
        xaxis="x2",
        width=0.45,
        marker={"color": colors.model},
        text=[
            f"{rank.column}<br>{100 * share:.0f} % of the largest {bars}"
            for rank, share in zip(ranks, shares, strict=True)
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )


def _across(made: Figure, windows: Sequence[DriftLine], bars: str, zone: str, colors: Palette) -> None:
    ticks = _ticks(windows, zone)
    made.update_layout(
        xaxis={
            "domain": [0, EDGE],
            "range": [-0.5, len(windows) - 0.5],
            "tickvals": list(ticks),
            "ticktext": list(ticks.values()),
            "ticks": "",
            "tickangle": 0,
            "showline": False,
        },
        xaxis2={
            "domain": [EDGE + 0.02, 1],
            "range": [0, 1.05],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "showticklabels": False,
        },
    )
    made.add_annotation(
        xref="paper",
        x=1,
        xanchor="right",
        yref="paper",
        y=0,
        yanchor="top",
        yshift=-4,
        align="right",
        text=bars.replace(" × ", " ×<br>"),
        showarrow=False,
        font={"color": colors.muted, "size": 12},
    )


def _ticks(windows: Sequence[DriftLine], zone: str) -> Mapping[int, str]:
    """Some windows by the time at which they begin; the year under the first and where it changes."""
    hours = len(windows) > 1 and (windows[-1].start - windows[0].start).days < 2 * len(windows) // 3
    least = max(1, -(-len(windows) // TICKS))
    found: dict[int, str] = {}
    year: int | None = None
    for place in range(0, len(windows), least):
        begin = local(windows[place].start, zone)
        text = f"{begin:%H:%M}" if hours else f"{begin.day} {begin:%b}"
        below = f"{begin.day} {begin:%b}" if hours else f"{begin.year}"
        found[place] = text if begin.year == year and not hours else f"{text}<br>{below}"
        year = begin.year
    return found


def _select(
    made: Figure, windows: Sequence[DriftLine], ranks: Sequence[Rank], selected: str, colors: Palette
) -> None:
    place = next((y for y, rank in enumerate(ranks) if rank.column == selected), None)
    if place is not None:
        ends = {"x0": -0.5, "x1": len(windows) - 0.5, "y0": place - 0.5, "y1": place + 0.5}
        shapes(made, [{"type": "rect", **ends, "line": {"color": colors.model, "width": 1.6}}])


def _short(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"
