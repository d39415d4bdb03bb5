"""How sure a mean difference over parts in time is."""

import numpy as np
import pytest
from scipy.stats import t

from core.monitoring.differing import FEWEST, half_width, quantile


def stream(random: np.random.Generator, parts: int, resemblance: float) -> tuple[list[int], list[float]]:
    """Means of parts of ten rows, each row as its neighbour to some part; the true mean is 0."""
    rows = random.normal(size=10 * parts + 50)
    for i in range(1, len(rows)):
        rows[i] += resemblance * rows[i - 1]
    means = rows[50:].reshape(parts, 10).mean(axis=1)
    return [10] * parts, means.tolist()


@pytest.mark.parametrize("freedom", [5, 9, 30])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 1 - 0.05 / 8])
def test_quantile_is_students(freedom: int, confidence: float) -> None:
    p = (1 + confidence) / 2
    assert quantile(p, freedom) == pytest.approx(t.ppf(p, freedom), rel=0.01)


@pytest.mark.parametrize("resemblance", [0.0, 0.6])
def test_interval_covers_as_often_as_it_says(resemblance: float) -> None:
    random, hits, trials = np.random.default_rng(0), 0, 600
    for _ in range(trials):
        rows, leads = stream(random, 21, resemblance)
        half = half_width(rows, leads, 0.95)
        assert half is not None
        hits += abs(np.mean(leads)) <= half
    assert 0.90 <= hits / trials <= 0.99


def test_parts_of_independent_rows_give_the_interval_of_their_mean() -> None:
    leads = [1.0, -1.0, 2.0, -2.0, 1.0, -1.0, 2.0, -2.0]  # neighbours are opposite: nothing is joined
    expected = t.ppf(0.975, 7) * np.std(leads, ddof=1) / np.sqrt(8)
    assert half_width([5] * 8, leads, 0.95) == pytest.approx(expected, rel=0.01)


def test_parts_weigh_as_many_rows_as_they_have() -> None:
    whole = half_width([10] * 6 + [0], [1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1e9], 0.95)
    assert whole is not None
    assert whole < 10


def test_nothing_is_said_of_fewer_parts() -> None:
    assert half_width([5] * (FEWEST - 1), [1.0] * (FEWEST - 1), 0.95) is None
    assert half_width([5] * FEWEST, [1.0] * FEWEST, 0.95) == 0.0
