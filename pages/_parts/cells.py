"""Cells: the small pieces of HTML that rows are made of. Every text is escaped here."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from pages._parts.palette import Palette, palette, theme
from pages._parts.words import State

STYLE = (Path(__file__).parent.parent / "_assets" / "style.css").read_text(encoding="utf-8")


def style() -> None:
    """The one style file, with the colours of this browser's theme."""
    colors = palette()
    names = ("background", "muted", "border", "grid", "gray", "red", "model", "blue_ground")
    variables = "".join(f"--em-{name}:{getattr(colors, name)};" for name in names)
    on_blue = '[data-testid="stBaseButton-primary"], [data-testid="stMultiSelect"] [data-tag] *'
    primary = f"{on_blue} {{ color: #0B1530; }}" if theme() == "dark" else ""
    st.html(f"<style>:root{{{variables}}}{STYLE}{primary}</style>")


def icon(name: str, color: str | None = None) -> str:
    tint = f' style="color:{palette().mark(color)}"' if color else ""
    return f'<span class="em-icon" aria-hidden="true"{tint}>{escape(name)}</span>'


def badge(state: State) -> str:
    """As st.badge, inside a line of HTML."""
    colors = palette()
    return (
        f'<span class="em-badge" style="background:{colors.ground(state.color)};'
        f'color:{colors.word(state.color)}">'
        f"{icon(state.icon)} {escape(state.word)}</span>"
    )


def two(first: str, second: str, second_color: str | None = None) -> str:
    """A cell of two lines; `first` is HTML, `second` text."""
    tint = f' style="color:{palette().word(second_color)}"' if second_color else ""
    return f'<div><div>{first}</div><div class="em-sub"{tint}>{escape(second)}</div></div>'


def strong(text: str, color: str | None = None) -> str:
    tint = f' style="color:{palette().word(color)}"' if color else ""
    return f"<b{tint}>{escape(text)}</b>"


def quiet(text: str) -> str:
    return f'<span class="em-sub">{escape(text)}</span>'


def share(part: int, whole: int) -> str:
    """A share in words with its bar."""
    if not whole:
        return "<div>–</div>"
    percent = 100 * part / whole
    bar = f'<div class="em-bar"><div style="width:{percent:.0f}%"></div></div>'
    return f"<div><div>{percent:.0f} %</div>{bar}</div>"


def sparkline(
    values: Sequence[float], limit: float | None, ticks: Sequence[int], color: str, alt: str
) -> str:
    """An image: the line of `values`, the limit dashed, grey marks where a version was promoted."""
    svg = _spark_svg(
        values, limit, ticks, palette(), palette().mark(color) if color != "model" else palette().model
    )
    data = b64encode(svg.encode()).decode()
    return f'<img width="104" height="32" src="data:image/svg+xml;base64,{data}" alt="{escape(alt)}">'


def _spark_svg(
    values: Sequence[float], limit: float | None, ticks: Sequence[int], colors: Palette, line: str
) -> str:
    width, height, edge = 104, 32, 4
    seen = [*values, *([limit] if limit is not None else [])]
    low, high = min(seen), max(seen)
    span = (high - low) or 1.0

    def x(index: int) -> float:
        return edge + index * (width - 2 * edge) / max(1, len(values) - 1)

    def y(value: float) -> float:
        return height - edge - (value - low) / span * (height - 2 * edge)

    points = " ".join(f"{x(i):.1f},{y(value):.1f}" for i, value in enumerate(values))
    marks = "".join(f'<path d="M{x(i):.1f} 1V31" stroke="{colors.axis}"/>' for i in ticks)
    dashes = (
        ""
        if limit is None
        else (
            f'<path d="M0 {y(limit):.1f}H104" stroke="{colors.red}" stroke-dasharray="3 2"'
            ' stroke-width="1.2"/>'
        )
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" fill="none">'
        f"{marks}{dashes}"
        f'<polyline points="{points}" stroke="{line}" stroke-width="1.4"/>'
        f'<circle cx="{x(len(values) - 1):.1f}" cy="{y(values[-1]):.1f}" r="2.5" fill="{line}"/></svg>'
    )
