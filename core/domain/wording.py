"""Wording: how metrics, scores and windows are said to people, on a page, in a message or in a reason."""

import re
from datetime import datetime
from math import floor, log10
from zoneinfo import ZoneInfo

from core.domain.spans import Span

METRIC_WORDS = {
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
    "bias": "bias",
    "accuracy": "accuracy",
    "roc_auc": "ROC AUC",
    "log_loss": "log loss",
    "f1": "F1",
    "precision": "precision",
    "recall": "recall",
    "brier": "Brier score",
}
ERRORS = frozenset({"rmse", "mae", "bias"})
"""Metrics in the unit of the target; every other one is shown with three decimals."""

BASELINE_WORDS = {"mean": "the mean", "majority": "the most frequent class", "last": "the last label"}
JOBLIB_WORDS = (
    "It is a joblib file, since skops may not hold what it is made of: loading it runs the code that it "
    "names, so load it only where its maker is trusted."
)
"""What a version whose artifact is a joblib file says of it."""
ADOPTED_WORDS = "It was fitted elsewhere and adopted: what it was trained on is unknown."
_FILE_FIRST = re.compile(r"\S*\w[.:]\w")
_FOR_TERMINALS = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*."
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
"""ECMA-48's sequences, and control characters but tabs and the ends of lines."""
UNIT_WORDS = {7 * 86_400: "week", 86_400: "day", 3600: "hour", 60: "minute"}


def score(metric: str, value: float | None, like: float | None = None) -> str:
    """A score in words; `like`: a reference that stands beside it, so that both have the same decimals."""
    if value is None:
        return "–"
    return plain_number(value, _decimals(metric, abs(value), abs(value if like is None else like)))


def limit(metric: str, value: float) -> str:
    """A limit as a person would write it: 14, 14.5, 0.720."""
    return minus(f"{value:,.12g}") if metric in ERRORS else plain_number(value, 3)


def plain_number(value: float, decimals: int = 0) -> str:
    """Thousands by comma, a true minus: −17,379.0."""
    return minus(f"{value:,.{decimals}f}")


def minus(text: str) -> str:
    return text.replace("-", "−")


def printable(text: str) -> str:
    """What others printed, without what only a terminal understands: colours, movements, bells."""
    return _FOR_TERMINALS.sub("", text.replace("\r\n", "\n"))


def capital(text: str) -> str:
    """As a sentence begins; the name of a file or recipe stays as it is: "train.py ended"."""
    return text if _FILE_FIRST.match(text) else text[:1].upper() + text[1:]


def in_a_line(text: str | None) -> str:
    """The first line of what went wrong; where it announces what was said last, the last line of that too."""
    first, *more = (text or "").strip().splitlines() or [""]
    if not first.endswith(":") or not more:
        return first
    if len(more) > 1 and more[-1].startswith(" "):
        more.pop()  # what to do next, behind what was said
    return f"{first} {more[-1].strip()}"


def window_word(window: Span) -> str | None:
    """ "week", "day", ... where one word says a window's length; None otherwise."""
    if window.unit == "months":
        return "month" if window.amount == 1 else None
    return (
        UNIT_WORDS.get(int(window.elapsed.total_seconds()))
        if window.unit not in ("rows", "windows")
        else None
    )


def count(amount: int, one: str) -> str:
    """1 week, 3 weeks."""
    return f"{amount:,} {one}" if amount == 1 else f"{amount:,} {one}s"


def at(when: datetime, zone: str) -> str:
    """Mon 30 Nov, 03:00 in a zone, without its name."""
    local = when.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def share(part: float) -> str:
    """A share (0..1) as whole percent: 38 %."""
    return f"{part:.0%}".replace("%", " %")


def span_words(us: int) -> str:
    """A length of time (microseconds) in its largest unit that holds it at least twice: 90 min, 26 h, 3 d."""
    seconds = us / 1_000_000
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{seconds:,.0f} s"


def listed(words: list[str]) -> str:
    """a · a, then b · a, b, then c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])}, then {words[-1]}"


def _decimals(metric: str, one: float, other: float) -> int:
    """Three for shares and likelihoods; errors: three digits of the smaller, at most four of the larger."""
    if metric not in ERRORS:
        return 3
    small, large = sorted((one, other))
    return max(0, min(max(1, _places(small or large, 3)), _places(large, 4)))


def _places(size: float, digits: int) -> int:
    return digits - 1 - floor(log10(size)) if size > 0 else 1


def in_bytes(amount: float) -> str:
    """Bytes as people read them: 12 bytes, 950 kB, 12 MB, 3.4 GB."""
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if amount >= size:
            return f"{amount / size:,.{1 if amount < 10 * size else 0}f} {unit}"
    return f"{amount / 1000:,.0f} kB" if amount >= 1000 else f"{amount:.0f} bytes"
