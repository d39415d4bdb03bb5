"""Palette: the colours that charts and small HTML use, beside those of .streamlit/config.toml."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st


@dataclass(frozen=True)
class Palette:
    """Colours of one theme, as CSS writes them."""

    background: str
    text: str
    muted: str
    faint: str
    border: str
    grid: str
    axis: str
    model: str  # the model's line
    second: str
    green: str
    orange: str
    red: str
    gray: str
    blue: str
    green_text: str
    orange_text: str
    red_text: str
    gray_text: str
    blue_text: str
    green_ground: str
    orange_ground: str
    red_ground: str
    gray_ground: str
    blue_ground: str
    future: str
    unlabelled: str
    drift: tuple[str, str, str, str]  # usual, unusual, strong, very strong

    def mark(self, color: str) -> str:
        return str(getattr(self, color))

    def word(self, color: str) -> str:
        return str(getattr(self, f"{color}_text"))

    def ground(self, color: str) -> str:
        return str(getattr(self, f"{color}_ground"))


LIGHT = Palette(
    "#FFFFFF",
    "#171B22",
    "#566070",
    "#8B94A1",
    "#DFE3E8",
    "#ECEEF1",
    "#C9CED6",
    "#2456C9",
    "#D55E00",
    "#12876F",
    "#B87400",
    "#CF3A2F",
    "#7B8593",
    "#2F6BDE",
    "#0A6552",
    "#855000",
    "#A3221B",
    "#566070",
    "#1C4DB3",
    "#E2F4EE",
    "#FDF0D5",
    "#FCE7E4",
    "#EDEFF2",
    "#E5EDFC",
    "rgba(36,86,201,.04)",
    "rgba(123,133,147,.07)",
    ("#F3F5F7", "#F3BE6C", "#DB7A1E", "#8F3A08"),
)
DARK = Palette(
    "#101318",
    "#E6E9EE",
    "#A3ADBA",
    "#7C8695",
    "#2C333D",
    "#222831",
    "#3A424D",
    "#7EA6FF",
    "#F08A3C",
    "#35B594",
    "#E0A030",
    "#F0695D",
    "#8791A0",
    "#5C8DF2",
    "#64D6B7",
    "#F2BC62",
    "#FF968B",
    "#A3ADBA",
    "#94B8FF",
    "#11322A",
    "#37290E",
    "#3F1C19",
    "#242A33",
    "#182A4C",
    "rgba(126,166,255,.06)",
    "rgba(163,173,186,.07)",
    ("#1E242C", "#6B4A12", "#B36A16", "#FFB45C"),
)


def theme() -> Literal["light", "dark"]:
    """Which theme this browser shows."""
    return "dark" if st.context.theme.type == "dark" else "light"


def palette() -> Palette:
    return DARK if theme() == "dark" else LIGHT
