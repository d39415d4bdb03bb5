"""How long a block of rows has to be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.blocks import FINEST, LEAST, MOST, Blocks, blocks_of, stretches
from tests.retraining.series import SERIES


def blocks(name: str, n: int, seed: int) -> Blocks:
    values, time = SERIES[name](np.random.default_rng(seed), n)
    begins = stretches(time)
    return blocks_of(np.add.reduceat(values - values.mean(), begins), np.diff(begins, append=n))


def counts(name: str, n: int) -> list[int]:
    return [blocks(name, n, seed).count for seed in range(20)]


def test_rows_that_resemble_their_neighbours_make_fewer_blocks() -> None:
    order = [np.median(counts(name, 1000)) for name in ("independent", "neighbours 0.8", "neighbours 0.95")]
    assert order[0] == FINEST
    assert order[0] > 1.5 * order[1] > 3 * order[2]


def test_short_rows_that_resemble_their_neighbours_much_are_the_least_blocks() -> None:
    assert np.median(counts("neighbours 0.95", 100)) == LEAST


def test_a_weak_likeness_of_the_rows_of_a_day_widens() -> None:
    """Of 1,000 rows, 42 days: three rows in ten of a day's chance are the day's own."""
    wide, plain = ([blocks(name, 1000, s).error for s in range(20)] for name in ("days 0.3", "independent"))
    assert np.median(wide) > 2 * np.median(plain)


def test_a_weeks_rhythm_is_not_taken_for_chance() -> None:
    """Of 4,000 hours, 24 weeks, whose rhythm has half of the rows' variance."""
    rhythm, plain = ([blocks(name, 4000, s).error for s in range(20)] for name in ("weeks", "independent"))
    assert np.median(rhythm) < 1.3 * np.median(plain)


def test_stretch_of_larger_values_is_not_taken_for_a_likeness() -> None:
    found = [blocks(name, 1000, s).widening for name in ("unequal", "independent") for s in range(200)]
    assert np.mean(found[:200]) < 1.05 * np.mean(found[200:])


@pytest.mark.parametrize("n", [3, 4, 7, 30])
def test_few_and_constant_rows_are_blocks_too(n: int) -> None:
    ones = np.ones(n)
    assert LEAST <= blocks_of(np.random.default_rng(0).normal(size=n), ones).count <= n
    assert blocks_of(np.zeros(n), ones).error == 0.0


def test_a_block_that_has_most_of_the_rows_makes_them_worth_fewer() -> None:
    sizes = np.array([900, *[10] * 10])
    assert blocks_of(np.random.default_rng(0).normal(size=11), sizes).count == 1
    assert Blocks(np.zeros(8), np.full(8, 5)).count == 8


@given(st.lists(st.integers(1, 400), min_size=2, max_size=60), st.integers(1, MOST))
def test_rows_of_one_moment_are_never_split(rows: list[int], most: int) -> None:
    time = np.repeat(np.arange(len(rows)), rows)
    begins = stretches(time, most)
    assert begins[0] == 0
    assert len(begins) <= min(most, len(rows))
    assert all(time[begin - 1] < time[begin] for begin in begins[1:].tolist())


@given(st.integers(1, 30_000))
def test_stretches_of_rows_apart_are_equally_long(n: int) -> None:
    sizes = np.diff(stretches(np.arange(n)), append=n)
    assert len(sizes) <= MOST
    assert len(set(sizes[:-1].tolist())) <= 1
    assert sizes[-1] <= 1.5 * sizes[0]


def test_rows_of_one_moment_alone_are_taken_in_their_order() -> None:
    assert stretches(np.zeros(50)).tolist() == list(range(50))
