"""How long a gate takes to tell a difference from chance."""

import time

import numpy as np

from core.domain.learning import Predictions
from core.domain.models import REGRESSION_METRICS
from core.retraining.chance import paired

CLASS_METRICS = ("accuracy", "roc_auc", "log_loss", "f1")
REPEATS = 7


def seconds(rows: int = 8_000) -> dict[str, float]:
    """metric -> the median time of one comparison on judged rows, blocks and draws included."""
    random = np.random.default_rng(0)
    truth = random.normal(size=rows)
    numbers = [Predictions(_keys(rows), truth + random.normal(size=rows)) for _ in range(2)]
    yes = random.integers(0, 2, rows)
    named = [_classes(random, yes) for _ in range(2)]
    found = {name: _median("regression", name, truth, *numbers) for name in REGRESSION_METRICS}
    return found | {name: _median("binary", name, yes.astype(object), *named) for name in CLASS_METRICS}


def _keys(rows: int) -> np.ndarray:
    return np.zeros(rows, np.uint64)


def _classes(random: np.random.Generator, yes: np.ndarray) -> Predictions:
    score = 1 / (1 + np.exp(-(random.normal(size=len(yes)) + yes - 0.5)))
    said = (score >= 0.5).astype(int).astype(object)
    return Predictions(_keys(len(yes)), said, np.column_stack([1 - score, score]), (0, 1))


def _median(task: str, metric: str, truth: np.ndarray, ours: Predictions, theirs: Predictions) -> float:
    took = []
    for seed in range(REPEATS):
        begun = time.perf_counter()
        paired(task, metric, truth, ours, theirs, np.arange(len(truth)), 0.95, [0, seed], 1)
        took.append(time.perf_counter() - begun)
    return float(np.median(took))
