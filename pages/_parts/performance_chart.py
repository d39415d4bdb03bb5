"""Performance chart: the metric by window, the simplest guess, the limit, and what was retrained when."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

import plotly.graph_objects as go

from core.domain.models import Model
from core.domain.views.performance import VersionMark
from core.domain.windows import Window
from core.domain.wording import BASELINE_WORDS, METRIC_WORDS, limit, score
from core.monitoring.health import is_labelled
from pages._parts.charts import Figure, beside, figure, local, shapes, spread, upright_shape, wash
from pages._parts.palette import Palette
from pages._parts.words import percent

GUESS_WORDS = {"mean": "the mean", "majority": "most frequent", "last": "the last label"}
FOOT = 18
"""The bars of labels take 1/18 of the plot's height."""
LETTER = 7
"""Pixels that a letter of an upright version name takes above the plot."""
LEAST_WIDE = 13
"""Share (1/13) of the plot that the words in a wash need."""
LEAST_APART = 20
"""Share (1/20) of the plot that two version names need between them."""


def performance_figure(
    model: Model,
    windows: Sequence[Window],
    marks: Sequence[VersionMark],
    metric: str,
    zone: str,
    colors: Palette,
) -> Figure:
    """`windows`: of the chosen range, at least one of them with the metric."""
    top = 16 + LETTER * max((len(str(mark.number)) + 1 for mark in marks), default=2)
    made = figure(colors, 310 + top, right=112, top=top, hover="x unified")
    _measured(made, windows, metric, zone, colors)
    guess = _guess(made, windows, metric, zone, colors)
    low, high = _range(model, windows, metric, guess)
    made.update_yaxes(range=[low, high])
    start, end = local(windows[0].start, zone), local(windows[-1].end, zone)
    made.update_xaxes(
        range=[start, end], tickformat="%-d %b\n%Y" if end - start < timedelta(days=200) else "%b\n%Y"
    )
    _labels(made, model, windows, metric, guess, (low, high), colors)
    _unlabelled(made, windows, metric, zone, colors)
    _versions(made, windows, marks, zone, (low, high), colors)
    labels_in(made, windows, zone, colors)
    return made


def _measured(made: Figure, windows: Sequence[Window], metric: str, zone: str, colors: Palette) -> None:
    values = [window.metrics.get(metric) for window in windows]
    texts = [
        f"{METRIC_WORDS[metric]} {score(metric, value)}, v{window.version}"
        if window.version
        else f"{METRIC_WORDS[metric]} {score(metric, value)}"
        for window, value in zip(windows, values, strict=True)
    ]
    made.add_trace(
        go.Scatter(
            x=[_middle(window, zone) for window in windows],
            y=values,
            text=texts,
            mode="lines+markers",
            line={"color": colors.model, "width": 2},
            marker={"size": 5.5 if len(windows) < 120 else 3},
            hovertemplate="%{text}<extra></extra>",
        )
    )


def _guess(made: Figure, windows: Sequence[Window], metric: str, zone: str, colors: Palette) -> str | None:
    """Draws the trivial baseline that is best in the last window that has one; its name."""
    name = best_guess(windows, metric)
    if name is not None:
        values = [guess_of(window, name, metric) for window in windows]
        made.add_trace(
            go.Scatter(
                x=[_middle(window, zone) for window in windows],
                y=values,
                mode="lines",
                text=[f"{BASELINE_WORDS.get(name, name)} {score(metric, value)}" for value in values],
                line={"color": colors.faint, "width": 1.2},
                hovertemplate="%{text}<extra></extra>",
            )
        )
    return name


def best_guess(windows: Sequence[Window], metric: str) -> str | None:
    """The trivial baseline that was best in the last labelled window, else in the last closed one with any.

    Never in one that is still open: its few labels may make any guess look good.
    """
    closed = [window for window in reversed(windows) if window.closed]
    for window in (*filter(is_labelled, closed), *closed):
        values = {
            name: value
            for name, scores in window.baseline.items()
            if (value := scores.get(metric)) is not None
        }
        if values:
            return sorted(values, key=lambda name: _loss(metric, values[name]))[0]
    return None


def guess_of(window: Window, name: str | None, metric: str) -> float | None:
    """What a trivial baseline scored in a window that is over."""
    return window.baseline.get(name, {}).get(metric) if name and window.closed else None


def _loss(metric: str, value: float) -> float:
    if metric == "bias":
        return abs(value)
    return value if metric in ("rmse", "mae", "log_loss", "brier") else -value


def _range(model: Model, windows: Sequence[Window], metric: str, guess: str | None) -> tuple[float, float]:
    """The values with room around them. A guess far away is cut off, or the model's line would be flat."""
    own = [value for window in windows if (value := window.metrics.get(metric)) is not None]
    if metric == model.metric and model.limit is not None:
        own.append(model.limit)
    low, high = min(own), max(own)
    reach = (high - low) or abs(high) or 1.0
    if guess is not None:
        others = [value for window in windows if (value := guess_of(window, guess, metric)) is not None]
        low, high = max(min(low, *others), low - 1.5 * reach), min(max(high, *others), high + 1.5 * reach)
    room = 0.1 * ((high - low) or abs(high) or 1.0)
    return low - room, high + room


def _labels(
    made: Figure,
    model: Model,
    windows: Sequence[Window],
    metric: str,
    guess: str | None,
    bounds: tuple[float, float],
    colors: Palette,
) -> None:
    labels: list[tuple[float, str, str]] = []
    own = [value for window in windows if (value := window.metrics.get(metric)) is not None]
    labels.append((own[-1], METRIC_WORDS[metric], colors.model))
    if metric == model.metric and model.limit is not None:
        made.add_hline(y=model.limit, line={"color": colors.red, "width": 1.2, "dash": "dash"})
        labels.append((model.limit, f"limit {limit(metric, model.limit)}", colors.red_text))
    if guess is not None:
        value = [known for window in windows if (known := guess_of(window, guess, metric)) is not None][-1]
        words = GUESS_WORDS.get(guess, guess)
        inside = bounds[0] <= value <= bounds[1]
        labels.append(
            (
                min(max(value, bounds[0]), bounds[1] - 0.03 * (bounds[1] - bounds[0])),
                words if inside else f"{words}: {score(metric, value)}",
                colors.muted,
            )
        )
    labels.append((bounds[0] + 0.5 / FOOT * (bounds[1] - bounds[0]), "labels in", colors.muted))
    for y, text, color in spread(labels, *bounds):
        beside(made, y, text, color)


def labels_in(made: Figure, windows: Sequence[Window], zone: str, colors: Palette) -> None:
    """Bars at the foot of a chart over windows: the share of the rows whose labels have come."""
    some = [window for window in windows if window.rows]
    made.add_trace(
        go.Bar(
            x=[_middle(window, zone) for window in some],
            y=[window.labelled / window.rows for window in some],
            width=[0.8 * (window.end - window.start).total_seconds() * 1000 for window in some],
            text=[_share_in(window) for window in some],
            textposition="none",
            marker={"color": colors.axis, "line": {"width": 0}},
            hovertemplate="%{text}<extra></extra>",
            yaxis="y2",
        )
    )
    made.update_layout(
        yaxis={"overlaying": "y2", "tickmode": "auto"},  # else its ticks would be those of the shares
        yaxis2={"range": [0, FOOT], "visible": False, "fixedrange": True},
    )


def _share_in(window: Window) -> str:
    if window.labelled == window.rows:
        return "all labels in"
    return f"labels in: {percent(window.labelled, window.rows)} of {window.rows:,} rows"


def _unlabelled(made: Figure, windows: Sequence[Window], metric: str, zone: str, colors: Palette) -> None:
    """Washes the windows that have rows and no label, and those at the end without a measure."""
    last = max((i for i, one in enumerate(windows) if one.metrics.get(metric) is not None), default=-1)
    bare = [i > last or (one.rows > 0 and not one.labelled) for i, one in enumerate(windows)]
    whole = windows[-1].end - windows[0].start
    for empty, group in groupby(range(len(windows)), key=bare.__getitem__):
        places = list(group)
        if empty:
            start, end = windows[places[0]].start, windows[places[-1]].end
            wash(made, local(start, zone), local(end, zone), colors.unlabelled)
            if end - start >= whole / LEAST_WIDE:
                waits = not any(windows[i].labelled for i in places)
                _in_wash(made, local(start + (end - start) / 2, zone), waits, colors)


def _in_wash(made: Figure, x: object, waits: bool, colors: Palette) -> None:
    made.add_annotation(
        x=x,
        yref="paper",
        y=0.14,
        text="no labels<br>yet" if waits else "not over<br>yet",
        showarrow=False,
        font={"color": colors.muted, "size": 12},
    )


def _versions(
    made: Figure,
    windows: Sequence[Window],
    marks: Sequence[VersionMark],
    zone: str,
    bounds: tuple[float, float],
    colors: Palette,
) -> None:
    """Above: promoted versions by name, the others as ×. At the foot: why each was made."""
    start, end = windows[0].start, windows[-1].end
    inside = [mark for mark in marks if start <= (mark.live_from or mark.train_to) <= end]
    named = _named(inside, (end - start) / LEAST_APART)
    promoted = [local(mark.live_from, zone) for mark in inside if mark.live_from is not None]
    shapes(made, [upright_shape(x, colors.axis) for x in promoted])
    _names(made, [mark for mark in inside if mark.number in named], zone, colors)
    _feet(made, inside, zone, bounds[0] + 0.025 * (bounds[1] - bounds[0]), colors)


def _names(made: Figure, marks: Sequence[VersionMark], zone: str, colors: Palette) -> None:
    """As ticks of an axis above the plot: on a narrow screen they stand upright and keep apart."""
    made.add_trace(go.Scatter(x=[None], y=[None], xaxis="x2", hoverinfo="skip"))
    made.update_layout(
        xaxis2={
            "overlaying": "x",
            "side": "top",
            "type": "date",
            "range": made.layout.xaxis.range,
            "tickvals": [local(mark.live_from or mark.train_to, zone) for mark in marks],
            "ticktext": [
                f"v{mark.number}" if mark.live_from else f'<span style="color:{colors.muted}">×</span>'
                for mark in marks
            ],
            "tickfont": {"color": colors.text, "size": 12},
            "autotickangles": [0, -90],
            "ticks": "",
            "showgrid": False,
            "zeroline": False,
            "showline": False,
            "fixedrange": True,
            "automargin": False,
        }
    )


def _named(marks: Sequence[VersionMark], apart: timedelta) -> set[int]:
    """The versions whose names fit beside each other, the newest first; promoted ones before others."""
    named: list[VersionMark] = []
    for mark in sorted(marks, key=lambda one: (one.live_from is None, -one.number)):
        at = mark.live_from or mark.train_to
        if all(abs(at - (other.live_from or other.train_to)) >= apart for other in named):
            named.append(mark)
    return {mark.number for mark in named}


def _feet(made: Figure, marks: Sequence[VersionMark], zone: str, y: float, colors: Palette) -> None:
    by_metric = [mark for mark in marks if mark.trigger in ("drift", "performance")]
    for some, symbol, color in (
        (by_metric, "diamond", colors.second),
        ([mark for mark in marks if mark not in by_metric], "line-ns", colors.muted),
    ):
        made.add_trace(
            go.Scatter(
                x=[local(mark.live_from or mark.train_to, zone) for mark in some],
                y=[y] * len(some),
                mode="markers",
                cliponaxis=False,
                marker={"symbol": symbol, "size": 9, "color": color, "line": {"color": color, "width": 1.5}},
                text=[f"v{mark.number}: {mark.trigger}" for mark in some],
                hovertemplate="%{text}<extra></extra>",
            )
        )


def _middle(window: Window, zone: str) -> object:
    return local(window.start + (window.end - window.start) / 2, zone)
