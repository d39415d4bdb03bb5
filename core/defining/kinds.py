"""Kinds of values in a model file.

Each reader takes what TOML gave and returns what the model holds, or raises Wrong.
"""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from core.defining.near import did_you_mean
from core.domain.errors import BadInput
from core.domain.spans import ELAPSED, Span
from core.scheduling.zones import zone_fault

Reader = Callable[[object], Any]

LONGEST_DAYS = 36_600
"""Time of a hundred years: longer windows or delays leave what calendars can count."""


class Wrong(Exception):
    """What is wrong with a value; `fix` empty: what the key says would be right.

    `others`: what else is wrong with it, where it is a table of several values.
    """

    def __init__(self, problem: str, fix: str = "", others: Sequence["Wrong"] = ()):
        self.problem = problem
        self.fix = fix
        self.others = others


def said(value: object) -> str:
    """A value as the file writes it, cut at 60 characters."""
    written = json.dumps(value, default=str, ensure_ascii=False)
    return written if len(written) <= 60 else written[:59] + "…"


def text(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong(f"{said(value)} is no text.")
    if not value.strip():
        raise Wrong("It is empty.")
    return value


def name(value: object) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text(value)):
        raise Wrong(f"{said(value)} is no name.")
    return str(value)


def texts(value: object) -> tuple[str, ...]:
    """A list of texts, each once."""
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise Wrong(f"{said(value)} is no list of column names.")
    if twice := sorted({part for part in value if value.count(part) > 1}):
        raise Wrong(f"{', '.join(twice)} stands there twice.", "Name each column once.")
    return tuple(value)


def listed(value: object) -> tuple[str, ...]:
    """A list of texts, in which one may stand twice."""
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise Wrong(f"{said(value)} is no list of texts.")
    return tuple(value)


def columns(value: object) -> tuple[str, ...]:
    """At least one column."""
    if not texts(value):
        raise Wrong("It names no column.")
    return texts(value)


def truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f"{said(value)} is neither true nor false.")
    return value


def number(low: float = -math.inf, high: float = math.inf) -> Reader:
    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            raise Wrong(f"{said(value)} is no number.")
        _within(value, low, high)
        return float(value)

    return read


def whole(low: int, high: int) -> Reader:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(f"{said(value)} is no whole number.")
        _within(value, low, high)
        return value

    return read


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _within(value: float, low: float, high: float) -> None:
    if value < low:
        raise Wrong(f"{said(value)} is below {low:,}.")
    if value > high:
        raise Wrong(f"{said(value)} is above {high:,}.")


def one_of(choices: Sequence[str], later: Sequence[str] = ()) -> Reader:
    """One of the choices; `later` ones are known but not built."""

    def read(value: object) -> str:
        if value in later:
            raise Wrong(
                f"{said(value)} is not built yet.",
                f"Write {' or '.join(map(said, choices))}, or leave it out.",
            )
        if value not in choices:
            hint = did_you_mean(str(value), choices)
            raise Wrong(
                f"{said(value)} is none of the choices.",
                f"{hint} Write one of: {', '.join(choices)}.".strip(),
            )
        return str(value)

    return read


def only(choice: object) -> Reader:
    """The one value that is built."""

    def read(value: object) -> object:
        if value != choice or type(value) is not type(choice):
            raise Wrong(f"{said(value)} is not built yet.", f"Write {said(choice)}, or leave it out.")
        return value

    return read


def span(*units: str, word: str | None = None) -> Reader:
    """A length in one of the units; `word` stands for None."""

    def read(value: object) -> Span | None:
        if word is not None and value == word:
            return None
        try:
            length = Span.parse(value, units=units)
        except BadInput as error:
            raise Wrong(error.faults[0].problem) from error
        if days(length) > LONGEST_DAYS:
            raise Wrong(f"{said(value)} is longer than a hundred years.")
        return length

    return read


def days(length: Span) -> float:
    """About how many days a length takes; a count of rows or windows takes none to speak of."""
    if length.unit in ELAPSED:
        return length.amount * ELAPSED[length.unit] / ELAPSED["days"]
    return length.amount * 30 if length.unit == "months" else length.amount / 1e9


def label(value: object) -> object:
    """A class as a column holds it: text, number or truth."""
    if not isinstance(value, str | bool | int | float) or (isinstance(value, float) and not _finite(value)):
        raise Wrong(f"{said(value)} is no class.")
    return value


def when(value: object) -> str:
    """A date or time, as text; TOML's own kinds too."""
    written = value.isoformat() if isinstance(value, date) else text(value)
    try:
        datetime.fromisoformat(written)
    except ValueError as error:
        raise Wrong(f"{said(value)} is no date or time.") from error
    return written


def zone(value: object) -> str:
    if (fault := zone_fault(value)) is not None:
        raise Wrong(fault.problem, fault.fix)
    return str(value)


def separator(value: object) -> str:
    """One character; a space or a tab is one."""
    if not isinstance(value, str) or len(value) != 1:
        raise Wrong(f"{said(value)} is not one character.")
    return value


def encoding(value: object) -> str:
    try:
        "a".encode(text(value))
    except (LookupError, ValueError) as error:
        raise Wrong(f"There is no encoding {said(value)}.") from error
    return str(value)


def table(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Wrong(f"{said(value)} is no table.")
    return value


def tables(value: object) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise Wrong("It is no list of tables.")
    return value
