"""How sure a mean difference over parts in time is."""

import numpy as np
import pytest
from scipy.stats import t

from core.domain.blocks import stretches
from core.monitoring.asides import PARTS
from core.monitoring.differing import FEWEST, half_width
from tests.retraining.series import neighbourly


def stream(
    random: np.random.Generator, rows: int, resemblance: float, parts: int
) -> tuple[list[int], list[float]]:
    """Means of parts of rows, each row as its neighbour to some part; the true mean is 0."""
    values = neighbourly(resemblance)(random, rows)
    begins = stretches(np.arange(rows), parts)
    sizes = np.diff(begins, append=rows)
    return sizes.tolist(), (np.add.reduceat(values, begins) / sizes).tolist()


def covered(rows: int, resemblance: float, windows: int, trials: int) -> float:
    random, hits = np.random.default_rng(rows), 0
    for _ in range(trials):
        sizes, leads = stream(random, rows * windows, resemblance, PARTS * windows)
        half = half_width(sizes, leads, 0.95)
        assert half is not None
        hits += abs(np.average(leads, weights=sizes)) <= half
    return hits / trials


@pytest.mark.parametrize("resemblance", [0.0, 0.6, 0.95])
def test_interval_covers_as_often_as_it_says(resemblance: float) -> None:
    assert 0.90 <= covered(168, resemblance, 3, 200) <= 0.99


@pytest.mark.trial
@pytest.mark.parametrize("windows", [1, 2, 3, 8])
@pytest.mark.parametrize("rows", [100, 336, 1000])
@pytest.mark.parametrize("resemblance", [0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95])
def test_interval_covers_in_90_to_99_of_100(resemblance: float, rows: int, windows: int) -> None:
    assert 0.90 <= covered(rows, resemblance, windows, 1000) <= 0.99


def test_parts_of_independent_rows_give_the_interval_of_their_mean() -> None:
    """With as if one more of the eight differed each way."""
    leads = [1.0, 1.0, -1.0, -1.0, 2.0, 2.0, -2.0, -2.0]
    leads = [leads[place] for place in (0, 2, 4, 1, 6, 3, 5, 7)]
    expected = t.ppf(0.975, 7) * np.std(leads, ddof=1) / np.sqrt(8) * np.sqrt(1 + 2 / 8)
    assert half_width([5] * 8, leads, 0.95) == pytest.approx(expected)


def test_parts_weigh_as_many_rows_as_they_have() -> None:
    whole = half_width([10] * 6 + [0], [1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1e9], 0.95)
    assert whole is not None
    assert whole < 10


def test_leads_of_any_size_have_the_same_interval_in_their_unit() -> None:
    leads = np.random.default_rng(0).normal(size=40)
    for unit in (2.0**-600, 2.0**500):
        assert half_width([5] * 40, (leads * unit).tolist(), 0.95) == pytest.approx(
            unit * half_width([5] * 40, leads.tolist(), 0.95)  # type: ignore[operator]
        )


def test_nothing_is_said_of_fewer_parts() -> None:
    assert half_width([5] * (FEWEST - 1), [1.0] * (FEWEST - 1), 0.95) is None
    assert half_width([5] * FEWEST, [1.0] * FEWEST, 0.95) == 0.0
