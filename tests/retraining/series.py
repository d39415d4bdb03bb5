"""Series of differences whose mean is known, and predictions that differ in known ways."""

from collections.abc import Callable

import numpy as np

from core.domain.learning import Predictions
from core.domain.metrics import score

Series = Callable[[np.random.Generator, int], np.ndarray]


def objects(values: list[object]) -> np.ndarray:
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


def predictions(said: object, scores: np.ndarray | None = None, classes: tuple = ()) -> Predictions:
    values = np.asarray(said)
    values = values.astype(np.float64) if values.dtype.kind in "fiu" and not classes else values
    held = objects(values.tolist()) if classes else values
    return Predictions(np.zeros(len(values), np.uint64), held, scores, classes)


def independent(random: np.random.Generator, n: int) -> np.ndarray:
    return random.normal(size=n)


def skewed(random: np.random.Generator, n: int) -> np.ndarray:
    return random.exponential(size=n) - 1


def neighbourly(rho: float) -> Series:
    """Each row resembles the one before: an autoregression of order 1, in its stationary state."""

    def series(random: np.random.Generator, n: int) -> np.ndarray:
        steps = random.normal(size=n + 200)
        found = np.empty(n + 200)
        last = 0.0
        for place, step in enumerate(steps.tolist()):
            found[place] = last = rho * last + step
        return found[200:]

    return series


def daily(share: float, rows: int = 24) -> Series:
    """Rows of one day have `share` of their variance in common."""

    def series(random: np.random.Generator, n: int) -> np.ndarray:
        common = np.repeat(random.normal(size=n // rows + 1), rows)[:n]
        return np.sqrt(share) * common + np.sqrt(1 - share) * random.normal(size=n)

    return series


SERIES: dict[str, Series] = {
    "independent": independent,
    "skewed": skewed,
    "neighbours 0.5": neighbourly(0.5),
    "neighbours 0.9": neighbourly(0.9),
    "days 0.05": daily(0.05),
    "days 0.3": daily(0.3),
}


def regression(random: np.random.Generator, n: int) -> tuple[np.ndarray, Predictions, Predictions]:
    """Truth, and two that are equally good; both say too much by 0.5."""
    truth = random.normal(size=n)
    return truth, *(predictions(truth + 0.5 + random.normal(size=n)) for _ in range(2))


def classes(
    random: np.random.Generator, n: int, count: int = 2
) -> tuple[np.ndarray, Predictions, Predictions]:
    """As `regression`, of classes 0 to count - 1 with scores; the last is the rarest."""
    chances = np.arange(count, 0, -1) / np.arange(count, 0, -1).sum()
    truth = random.choice(count, n, p=chances)

    def one() -> Predictions:
        raw = random.normal(size=(n, count)) + 1.5 * (truth[:, None] == np.arange(count))
        scores = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
        return predictions(scores.argmax(axis=1), scores, tuple(range(count)))

    return objects(truth.tolist()), one(), one()


TASKS = {
    "regression": regression,
    "binary": classes,
    "multiclass": lambda random, n: classes(random, n, 4),
}


def value(task: str, metric: str, truth: np.ndarray, said: Predictions) -> float | None:
    """The metric, turned so that higher is better."""
    found = score(task, truth, said)[metric]
    if found is None:
        return None
    lower = metric in ("rmse", "mae", "log_loss", "brier")
    return -abs(found) if metric == "bias" else -found if lower else found
