"""Wording: how metrics, scores and windows are said to people, on a page, in a message or in a reason."""

from datetime import datetime
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
UNIT_WORDS = {7 * 86_400: "week", 86_400: "day", 3600: "hour", 60: "minute"}


def score(metric: str, value: float | None, like: float | None = None) -> str:
    """A score in words; `like`: a reference that stands beside it, so that both have the same decimals."""
    if value is None:
        return "–"
    return plain_number(value, _decimals(metric, max(abs(value), abs(like or 0.0))))


def limit(metric: str, value: float) -> str:
    """A limit as a person would write it: 14, 14.5, 0.720."""
    return minus(f"{value:,.12g}") if metric in ERRORS else plain_number(value, 3)


def plain_number(value: float, decimals: int = 0) -> str:
    """Thousands by comma, a true minus: −17,379.0."""
    return minus(f"{value:,.{decimals}f}")


def minus(text: str) -> str:
    return text.replace("-", "−")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


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


def listed(words: list[str]) -> str:
    """a · a, then b · a, b, then c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])}, then {words[-1]}"


def _decimals(metric: str, size: float) -> int:
    if metric not in ERRORS:
        return 3
    steps = ((1000, 0), (10, 1), (1, 2), (0.1, 3), (0.01, 4))
    return next((decimals for least, decimals in steps if size >= least), 5 if size else 1)
