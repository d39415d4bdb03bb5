"""How long a block of rows has to be."""

import numpy as np
import pytest

from core.retraining.blocks import MOST, blocks_of, sums
from tests.retraining.series import SERIES


def counts(name: str, n: int, times: int = 20) -> list[int]:
    found = []
    for seed in range(times):
        values = SERIES[name](np.random.default_rng(seed), n)
        found.append(blocks_of(values - values.mean()).count)
    return found


def test_rows_that_resemble_their_neighbours_make_fewer_blocks() -> None:
    order = [np.median(counts(name, 2000)) for name in ("independent", "neighbours 0.5", "neighbours 0.9")]
    assert order[0] == MOST
    assert order[0] > 2 * order[1] > 4 * order[2]


def test_a_weak_likeness_of_the_rows_of_a_day_is_found() -> None:
    """Of 2,000 rows, 83 days: blocks of a day or longer."""
    assert np.median(counts("days 0.3", 2000)) <= 83
    assert np.median(counts("days 0.05", 2000)) <= 100


def test_blocks_that_still_resemble_each_other_widen_an_interval() -> None:
    near, apart = (
        blocks_of(SERIES[name](np.random.default_rng(3), 2000)) for name in ("neighbours 0.9", "independent")
    )
    assert near.widening > apart.widening >= 1


@pytest.mark.parametrize("n", [1, 2, 3, 7, 30])
def test_few_and_constant_rows_are_blocks_too(n: int) -> None:
    assert 1 <= blocks_of(np.random.default_rng(0).normal(size=n)).count <= n
    assert (blocks_of(np.zeros(n)).count, blocks_of(np.zeros(n)).widening) == (n, 1.0)


def test_sums_take_every_row_once() -> None:
    values = np.arange(10.0)
    assert sums(values, 4).tolist() == [0 + 1, 2 + 3 + 4, 5 + 6, 7 + 8 + 9]
    assert sums(values, 10).tolist() == values.tolist()
