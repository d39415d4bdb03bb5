"""Taking out: what a page shows as CSV that a spreadsheet opens without running any of it."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import streamlit as st

from core.domain.clock import iso

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"[-+]?(\d[\d,]*)?\.?\d+(e[-+]?\d+)?", re.IGNORECASE)

Row = Mapping[str, object]


def csv_button(rows: Callable[[], Sequence[Row]], name: str) -> None:
    """A button that saves rows as `name`.csv; they are put together only when somebody clicks."""
    st.download_button(
        "Save as CSV",
        lambda: as_csv(rows()),
        f"{name}.csv",
        "text/csv",
        key=f"csv-{name}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def as_csv(rows: Iterable[Row]) -> bytes:
    """UTF-8 with a mark by which spreadsheets know it; times in ISO 8601, formulas defused."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_cell, names))
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def defused(text: str) -> str:
    """The text, after an apostrophe where a spreadsheet would take it for a formula; numbers stay."""
    return f"'{text}" if text.startswith(RISKY) and not NUMBER.fullmatch(text) else text


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return defused(str(value))
