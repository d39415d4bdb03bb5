"""Findings charts: intervals, calibration, errors, importance. Pure; the first version is blue."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import plotly.graph_objects as go

from core.domain.findings import Curve, Errors
from core.domain.models import LOWER_IS_BETTER
from core.domain.wording import METRIC_WORDS, minus, score
from pages._parts.charts import Figure, above, beside, figure, spread, upright
from pages._parts.palette import Palette
from pages._parts.verdict_words import Found

NAMED = 18
"""Letters of a name that stand beside its bar."""


def interval_figure(one: Found, colors: Palette) -> Figure:
    """The difference as a dot with its range, against 0 and the smallest that the rows could show."""
    made = figure(colors, 96, left=16, right=16, top=22, bottom=30)
    reach = 1.15 * max(abs(one.low), abs(one.high), abs(one.smallest or 0), 1e-12)
    made.update_xaxes(range=[-reach, reach], showgrid=False, nticks=7)
    made.update_yaxes(visible=False, range=[-1, 1])
    color = {"better": colors.green, "worse": colors.red}.get(one.answer, colors.gray)
    if one.smallest is not None:
        made.add_shape(
            type="rect", x0=-one.smallest, x1=one.smallest, yref="paper", y0=0, y1=1, layer="below",
            fillcolor=colors.unlabelled, line={"width": 0},
        )  # fmt: skip
    upright(made, 0, colors.axis, 1.4)
    made.add_trace(
        go.Scatter(
            x=[one.low, one.high], y=[0, 0], mode="lines", line={"color": color, "width": 4}, hoverinfo="skip"
        )
    )
    made.add_trace(
        go.Scatter(
            x=[one.difference], y=[0], mode="markers", marker={"size": 12, "color": color},
            text=[minus(f"{one.difference:.4g} ({one.low:.4g} to {one.high:.4g})")],
            hovertemplate="%{text}<extra></extra>",
        )
    )  # fmt: skip
    above(made, -reach * 0.92, "← worse", colors.muted)
    above(made, reach * 0.92, "better →", colors.muted)
    above(made, 0, "no difference", colors.muted)
    return made


def calibration_figure(curves: Sequence[tuple[str, str, Curve]], colors: Palette) -> Figure:
    """`curves`: (name, color, curve) each. In percent; on the diagonal it comes as often as said."""
    made = figure(colors, 300, left=48, right=64, top=12, bottom=44)
    for update in (made.update_xaxes, made.update_yaxes):
        update(range=[-2, 102], ticksuffix="\N{NO-BREAK SPACE}%", nticks=6)
    made.update_xaxes(title={"text": "it said", "font": {"color": colors.muted, "size": 12}, "standoff": 4})
    made.update_yaxes(title={"text": "it came", "font": {"color": colors.muted, "size": 12}, "standoff": 4})
    made.add_trace(
        go.Scatter(
            x=[0, 100], y=[0, 100], mode="lines", line={"color": colors.axis, "width": 1.2}, hoverinfo="skip"
        )
    )
    ends = [(_percent(curve.came)[-1], name, color) for name, color, curve in curves if curve.came]
    for name, color, curve in curves:
        x, y = _percent(curve.said), _percent(curve.came)
        made.add_trace(
            go.Scatter(
                x=x, y=y, mode="lines+markers", line={"color": color, "width": 2}, marker={"size": 5.5},
                text=[f"{name}: said {a:.0f} %, came {b:.0f} %" for a, b in zip(x, y, strict=True)],
                hovertemplate="%{text}<extra></extra>",
            )
        )  # fmt: skip
    placed = spread(ends, 0, 100)
    beyond = max(0.0, placed[-1][0] - 100) if placed else 0.0  # beyond the axis they would not be drawn
    for place, name, color in placed:
        beside(made, place - beyond, name, color)
    return made


def errors_figure(errors: Errors, names: tuple[str, str], colors: Palette) -> Figure:
    """The challenger's errors as a blue outline upon the champion's in grey."""
    made = figure(colors, 240, left=48, right=16, top=12, bottom=44)
    made.update_yaxes(rangemode="tozero", nticks=5)
    made.update_xaxes(
        title={"text": "prediction − truth", "font": {"color": colors.muted, "size": 12}, "standoff": 4}
    )
    edges = list(errors.edges)
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    other = errors.champion or errors.challenger
    texts = [
        f"{minus(f'{low:.4g} to {high:.4g}')}<br>{names[0]}: {mine:,} rows"
        + (f", {names[1]}: {theirs:,}" if errors.champion else "")
        for (low, high), mine, theirs in zip(pairwise(edges), errors.challenger, other, strict=True)
    ]
    made.add_trace(
        go.Bar(
            x=middles, y=list(other), width=[high - low for low, high in pairwise(edges)],
            marker={"color": colors.gray, "opacity": 0.45 if errors.champion else 0, "line": {"width": 0}},
            text=texts, textposition="none", hovertemplate="%{text}<extra></extra>",
        )
    )  # fmt: skip
    mine = list(errors.challenger)
    made.add_trace(
        go.Scatter(
            x=[edges[0], *edges, edges[-1]], y=[0, *mine, mine[-1], 0], mode="lines", hoverinfo="skip",
            line={"color": colors.model, "width": 2.2, "shape": "hv"},
        )
    )  # fmt: skip
    upright(made, 0, colors.axis, 1.4)
    return made


def importance_figure(
    columns: Sequence[str], of: Sequence[tuple[str, str, Mapping[str, float]]], metric: str, colors: Palette
) -> Figure:
    """Bars a column, the first version's blue, others beside them; `of`: (name, color, importance) each."""
    made = figure(colors, 44 + len(columns) * (14 + 10 * len(of)), left=150, right=32, top=6, bottom=34)
    made.update_layout(barmode="group", bargap=0.35)
    made.update_yaxes(type="category", autorange="reversed", showgrid=False)
    made.update_xaxes(showgrid=True, rangemode="tozero", nticks=5)
    names = [column if len(column) <= NAMED else f"{column[: NAMED - 1]}…" for column in columns]
    for name, color, importance in of:
        values = [importance.get(column) for column in columns]
        made.add_trace(
            go.Bar(
                y=names, x=values, orientation="h", marker={"color": color, "line": {"width": 0}},
                text=[
                    _lost(metric, column, value, name) for column, value in zip(columns, values, strict=True)
                ],
                textposition="none", hovertemplate="%{text}<extra></extra>",
            )
        )  # fmt: skip
    return made


def _lost(metric: str, column: str, loss: float | None, name: str) -> str:
    if loss is None:
        return f"{column}: {name} does not know it"
    turn = "higher" if (metric in LOWER_IS_BETTER) == (loss > 0) else "lower"
    return f"{column}: {METRIC_WORDS[metric]} {score(metric, abs(loss))} {turn} when shuffled ({name})"


def _percent(shares: Sequence[float]) -> list[float]:
    return [100 * part for part in shares]
