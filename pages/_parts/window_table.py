"""Window table: the windows behind the chart, newest first."""

from collections.abc import Sequence

from core.domain.models import Model
from core.domain.windows import Window
from core.domain.wording import METRIC_WORDS, capital, score
from core.monitoring.health import is_labelled
from pages._parts.performance_chart import best_guess, guess_of
from pages._parts.tables import table
from pages._parts.words import day, one_window, percent

MOST = 9


def window_table(model: Model, windows: Sequence[Window], metric: str, zone: str) -> None:
    """Rows, labels, version and measure of each window."""
    guess = best_guess(windows, metric)
    rows = [_row(model, window, metric, guess, zone) for window in reversed(windows)]
    table(
        rows,
        "windows",
        f"The windows of {model.name}, newest first.",
        MOST,
        right=["Rows", "Labels in", capital(METRIC_WORDS[metric]), "Simplest guess"],
    )


def _row(model: Model, window: Window, metric: str, guess: str | None, zone: str) -> dict[str, str]:
    value = window.metrics.get(metric)
    base = guess_of(window, guess, metric)
    return {
        f"{capital(one_window(model))} from": day(window.start, zone),
        "Rows": f"{window.rows:,}",
        "Labels in": percent(window.labelled, window.rows),
        "Version": f"v{window.version}" if window.version else "–",
        capital(METRIC_WORDS[metric]): score(metric, value, base),
        "Simplest guess": score(metric, base, value),
        "State": _state(window),
    }


def _state(window: Window) -> str:
    if not window.rows:
        return "no rows"
    if not window.closed:
        return "open"
    if not window.complete:
        return "too few rows"
    if window.labelled == window.rows:
        return "complete"
    return "measured" if is_labelled(window) else "waits for labels"
