"""Time charts: runs as bars by model, and what schedules did and will do."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import plotly.graph_objects as go

from core.domain.views.runs import RunLine
from core.domain.views.schedules import ScheduleLine
from core.domain.wording import at
from pages._parts.charts import Figure, above, dots, figure, local, upright, wash
from pages._parts.palette import Palette
from pages._parts.words import State, result, took, what_happened


def runs_figure(
    lines: Sequence[RunLine], since: datetime, now: datetime, zone: str, colors: Palette
) -> Figure:
    """Bars by model; `lines` newest first."""
    models = sorted({line.model for line in lines}, reverse=True)
    made = _rows_figure(models, since, now, zone, colors)
    for line in lines:
        _bar(made, line, since, now, zone, colors)
    _results(made, lines, since, now, zone, colors)
    _now(made, now, zone, colors)
    return made


def schedules_figure(
    lines: Sequence[ScheduleLine],
    now: datetime,
    back: timedelta,
    ahead: timedelta,
    zone: str,
    colors: Palette,
) -> Figure:
    """What became of past due times, and the planned ones, a row a model."""
    made = _rows_figure(
        sorted({line.model for line in lines}, reverse=True), now - back, now + ahead, zone, colors
    )
    wash(made, local(now, zone), local(now + ahead, zone), colors.future)
    for symbol, state, past in _past(lines, zone):
        color = colors.mark(state)
        marker = {"size": 9, "symbol": symbol, "color": color, "line": {"color": color, "width": 1.6}}
        dots(made, [x for x, _, _ in past], [y for _, y, _ in past], [text for _, _, text in past], marker)
    planned = [
        (local(due, zone), line.model, f"planned {at(due, zone)}") for line in lines for due in line.ahead
    ]
    dots(
        made,
        [x for x, _, _ in planned],
        [y for _, y, _ in planned],
        [text for _, _, text in planned],
        {"symbol": "line-ns", "size": 11, "line": {"color": colors.text, "width": 1.6}},
    )
    _now(made, now, zone, colors)
    return made


def _rows_figure(models: Sequence[str], start: datetime, end: datetime, zone: str, colors: Palette) -> Figure:
    made = figure(colors, 84 + 30 * max(1, len(models)), left=_left(models), top=24)
    made.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=list(models),
        range=[-0.5, len(models) - 0.5],
        showline=True,
        linecolor=colors.axis,
    )
    made.update_yaxes(tickfont={"color": colors.text})
    made.update_xaxes(
        type="date",
        showgrid=True,
        gridcolor=colors.grid,
        range=[local(start, zone), local(end, zone)],
        tickangle=0,
        tickformat="%H:%M\n%a %-d %b" if end - start <= timedelta(days=4) else "%a\n%-d %b",
        nticks=9,
    )
    if end - start > timedelta(days=10):
        made.update_xaxes(tick0="2024-01-01", dtick=7 * 86_400_000)  # Mondays
    return made


def _left(models: Sequence[str]) -> int:
    return min(206, 20 + 7 * max(map(len, models), default=10))


def _now(made: Figure, now: datetime, zone: str, colors: Palette) -> None:
    upright(made, local(now, zone), colors.blue, 1.4)
    above(made, local(now, zone), "now", colors.blue_text)


def _bar(made: Figure, line: RunLine, since: datetime, now: datetime, zone: str, colors: Palette) -> None:
    begin = max(line.run.started or line.run.queued, since)
    end = max(line.run.ended or now, begin)
    least = (now - since) / 400
    state = result(line)
    pattern = {"shape": "/", "fillmode": "overlay", "size": 6} if state.color == "red" else {}
    made.add_trace(
        go.Bar(
            x=[max(end - begin, least) / timedelta(milliseconds=1)],
            base=[local(begin, zone)],
            y=[line.model],
            width=0.28 if line.run.kind == "monitor" else 0.55,
            orientation="h",
            marker={"color": colors.mark(state.color), "pattern": pattern, "line": {"width": 0}},
            text=[f"run {line.run.id}: {state.word}, {took(line, now)}. {what_happened(line)}"],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    )
    made.update_layout(barmode="overlay")


def _results(
    made: Figure, lines: Sequence[RunLine], since: datetime, now: datetime, zone: str, colors: Palette
) -> None:
    """Results in words beside the bars that have room for them, the newest of each model first."""
    room = (now - since) / 8
    for model in {line.model: None for line in lines}:
        free = now  # what is right of this moment is taken
        for line in (line for line in lines if line.model == model):
            begin, end = max(line.run.started or line.run.queued, since), line.run.ended or now
            older = max((other.run.ended or now for other in lines if _before(other, line)), default=since)
            if free - end > room:
                _result(made, line, local(end, zone), "left", colors)
            elif begin - max(older, since) > room:
                _result(made, line, local(begin, zone), "right", colors)
            free = begin


def _before(other: RunLine, line: RunLine) -> bool:
    return other.model == line.model and other.run.id < line.run.id


def _result(made: Figure, line: RunLine, x: datetime, side: str, colors: Palette) -> None:
    """`side`: the side of the words that touches the bar."""
    state = result(line)
    made.add_annotation(
        x=x,
        y=line.model,
        xanchor=side,
        xshift=5 if side == "left" else -5,
        showarrow=False,
        text=f"{state.mark} {state.word.lower()}".strip(),
        font={"color": colors.word(state.color), "size": 12},
    )


SYMBOLS = (
    ("Promoted", "circle", "green"),
    ("kept", "circle-open", "gray"),
    ("bad", "x", "red"),
    ("Running", "circle", "blue"),
    ("skipped", "line-ew", "gray"),
)


def _past(lines: Sequence[ScheduleLine], zone: str) -> list[tuple[str, str, list[tuple[datetime, str, str]]]]:
    """(symbol, colour, points (x, y, hover)) a kind of outcome."""
    found: dict[str, list[tuple[datetime, str, str]]] = {kind: [] for kind, _, _ in SYMBOLS}
    for line in lines:
        for entry, run in line.entries:
            state = result(run) if run and entry.outcome in ("fired", "late") else None
            words = (
                state.word.lower()
                if state
                else f"{entry.outcome}: {entry.reason}"
                if entry.reason
                else entry.outcome
            )
            found[_kind(state)].append(
                (local(entry.due, zone), line.model, f"{at(entry.due, zone)}: {words}")
            )
    return [(symbol, color, found[kind]) for kind, symbol, color in SYMBOLS]


def _kind(state: State | None) -> str:
    if state is None:
        return "skipped"
    if state.word in ("Promoted", "Running"):
        return state.word
    return "bad" if state.color == "red" else "kept"
