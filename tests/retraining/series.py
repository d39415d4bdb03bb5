"""Series of differences of mean 0, and predictions that differ in known ways."""

from collections.abc import Callable

import numpy as np

from core.domain.learning import Predictions
from core.domain.metrics import score

Values = Callable[[np.random.Generator, int], np.ndarray]
Series = Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray]]
"""n values and their times."""


def objects(values: list[object]) -> np.ndarray:
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


def predictions(said: object, scores: np.ndarray | None = None, classes: tuple = ()) -> Predictions:
    values = np.asarray(said)
    values = values.astype(np.float64) if values.dtype.kind in "fiu" and not classes else values
    held = objects(values.tolist()) if classes else values
    return Predictions(np.zeros(len(values), np.uint64), held, scores, classes)


def normal(random: np.random.Generator, n: int) -> np.ndarray:
    return random.normal(size=n)


def skewed(random: np.random.Generator, n: int) -> np.ndarray:
    return random.exponential(size=n) - 1


def heavy(random: np.random.Generator, n: int) -> np.ndarray:
    """Student's t with three degrees of freedom: no fourth moment."""
    return random.standard_t(3, size=n)


def neighbourly(rho: float, steps: Values = normal) -> Values:
    """Each row resembles the one before: an autoregression of order 1, in its stationary state."""

    def values(random: np.random.Generator, n: int) -> np.ndarray:
        from scipy.signal import lfilter

        found: np.ndarray = lfilter([1], [1, -rho], steps(random, n + 300))[300:]
        return found

    return values


def moving(length: int) -> Values:
    """Each row is the mean of as many steps."""

    def values(random: np.random.Generator, n: int) -> np.ndarray:
        return np.convolve(random.normal(size=n + length - 1), np.full(length, 1 / length), "valid")

    return values


def grouped(share: float, rows: int = 24) -> Values:
    """As many rows in turn, such as those of a day, have `share` of their variance in common."""

    def values(random: np.random.Generator, n: int) -> np.ndarray:
        common = np.repeat(random.normal(size=n // rows + 1), rows)[:n]
        return np.sqrt(share) * common + np.sqrt(1 - share) * random.normal(size=n)

    return values


def rhythmic(period: int, size: float) -> Values:
    """A rhythm, begun somewhere, and chance."""

    def values(random: np.random.Generator, n: int) -> np.ndarray:
        turn = 2 * np.pi * (np.arange(n) + random.integers(period)) / period
        return size * np.sin(turn) + random.normal(size=n)

    return values


def unequal(random: np.random.Generator, n: int) -> np.ndarray:
    """The second half varies three times as much."""
    return np.where(np.arange(n) < n / 2, 1.0, 3.0) * random.normal(size=n)


def rare(share: float, better: float = 0.6) -> Values:
    """As accuracy has it: hardly a row differs, and `better` of those for the better."""

    def values(random: np.random.Generator, n: int) -> np.ndarray:
        where = random.random(n)
        sign = np.where(where < better * share, 1.0, np.where(where < share, -1.0, 0.0))
        return sign - share * (2 * better - 1)

    return values


def apart(values: Values) -> Series:
    """Each row at a time of its own."""
    return lambda random, n: (values(random, n), np.arange(n))


def together(values: Values, rows: int = 24) -> Series:
    """As many rows in turn at one time."""
    return lambda random, n: (values(random, n), np.arange(n) // rows)


SERIES: dict[str, Series] = {
    "independent": apart(normal),
    "skewed": apart(skewed),
    "heavy": apart(heavy),
    **{f"neighbours {rho}": apart(neighbourly(rho)) for rho in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)},
    "neighbours -0.5": apart(neighbourly(-0.5)),
    "heavy neighbours 0.7": apart(neighbourly(0.7, heavy)),
    "skewed neighbours 0.9": apart(neighbourly(0.9, skewed)),
    "moving 5": apart(moving(5)),
    "moving 24": apart(moving(24)),
    "days 0.05": apart(grouped(0.05)),
    "days 0.3": apart(grouped(0.3)),
    "days 0.8": apart(grouped(0.8)),
    "moments 0.05": together(grouped(0.05)),
    "moments 0.3": together(grouped(0.3)),
    "moments 0.8": together(grouped(0.8)),
    "days of a week": apart(rhythmic(7, 1.0)),
    "weeks": apart(rhythmic(168, 1.0)),
    "unequal": apart(unequal),
    "rare 0.1": apart(rare(0.1)),
    "rare 0.01": apart(rare(0.01)),
    "rare 0.001": apart(rare(0.001)),
    "rare 0.01, all better": apart(rare(0.01, 1.0)),
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
