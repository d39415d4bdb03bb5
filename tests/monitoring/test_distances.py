"""Distances: as their definitions say on the same bins, and near the exact ones of the values themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import ks_2samp, wasserstein_distance

from core.domain.profiles import Scale
from core.monitoring.distances import EMPTY_SHARE, distances
from core.monitoring.profile import count_numbers
from core.monitoring.scales import BINS, edges_of
from tests.drift_kit import labels_counted

KINDS = ("normal", "heavy", "rounded", "constant", "atoms", "infinite")


def values_of(kind: str, n: int, moved: float, random: np.random.Generator) -> np.ndarray:
    if kind == "heavy":
        return random.lognormal(moved, 1.5, n)
    if kind == "rounded":
        return random.poisson(4 + 4 * moved, n).astype(float)
    if kind == "constant":
        return np.full(n, 7.0 + (moved > 1))
    plain = random.normal(moved, 1, n)
    if kind == "atoms":
        return np.where(random.random(n) < 0.4, -0.001 if moved else 0.0, plain)
    if kind == "infinite":
        return np.where(random.random(n) < 0.1, np.inf if moved else -np.inf, plain)
    return plain


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    moved=st.sampled_from([0.0, 0.1, 0.7, 3.0]),
    n=st.sampled_from([40, 1000, 3000]),
)
def test_distances_of_numbers_are_their_definitions_and_near_the_exact_ones(
    kind: str, seed: int, moved: float, n: int
) -> None:
    random = np.random.default_rng(seed)
    a, b = values_of(kind, n, 0.0, random), values_of(kind, n // 2, moved, random)
    edges = edges_of(a, BINS)
    before, now = count_numbers(edges, a), count_numbers(edges, b)
    found = distances(Scale(edges=edges), before, now)
    bounds = [-np.inf, *edges.tolist(), np.nextafter(np.inf, 0), np.inf]
    p, q = (np.array([np.mean(side <= bound) for bound in bounds]) for side in (a, b))
    p_in, q_in = (np.diff(np.concatenate([[0.0], side])) for side in (p, q))
    assert found["ks"] == pytest.approx(np.abs(p - q).max(), abs=1e-9)
    assert found["js"] == pytest.approx(jensenshannon(p_in, q_in, base=2), abs=1e-7)
    p_full, q_full = (np.where(side == 0, EMPTY_SHARE, side) for side in (p_in, q_in))
    assert found["psi"] == pytest.approx(float(np.sum((q_full - p_full) * np.log(q_full / p_full))), abs=1e-9)
    assert abs(found["ks"] - ks_2samp(a, b).statistic) <= 1 / BINS + 1e-12
    if kind == "constant" or (kind in ("normal", "atoms") and n >= 1000 and moved <= 0.7):
        wide = max(a.max(), b.max()) - min(a.min(), b.min())
        assert found["wasserstein"] == pytest.approx(wasserstein_distance(a, b), abs=wide / 64 + 1e-12)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), moved=st.floats(-2, 2))
def test_wasserstein_is_the_area_between_the_distributions_that_are_linear_in_each_bin(
    seed: int, moved: float
) -> None:
    random = np.random.default_rng(seed)
    edges = np.array([-1.0, 0.0, 0.5, 2.0])
    before, now = (
        count_numbers(edges, random.normal(0, 1, 50)),
        count_numbers(edges, random.normal(moved, 1, 20)),
    )
    points = np.linspace(min(before.low, now.low), max(before.high, now.high), 400_001)
    shares = []
    for side in (before, now):
        upto = np.cumsum(side.counts[1:-1])[:-1] / side.values
        known = sorted([*zip(edges.tolist(), upto.tolist(), strict=True), (side.low, 0.0), (side.high, 1.0)])
        shares.append(np.interp(points, [at for at, _ in known], [share for _, share in known]))
    area = float(np.trapezoid(np.abs(shares[0] - shares[1]), points))
    assert distances(Scale(edges=edges), before, now)["wasserstein"] == pytest.approx(area, abs=1e-4)


def test_distances_of_categories_are_their_definitions_and_new_ones_count() -> None:
    scale, before, now = labels_counted(["a"] * 6 + ["b"] * 3 + ["c"], ["a", "b", "b", "new", "new"])
    found = distances(scale, before, now)
    p, q = np.array([0.6, 0.3, 0.1, 0.0]), np.array([0.2, 0.4, 0.0, 0.4])
    assert found["total_variation"] == pytest.approx(np.abs(p - q).sum() / 2, abs=1e-9)
    assert found["js"] == pytest.approx(jensenshannon(p, q, base=2), abs=1e-9)
    assert now.counts[-1] == 2


def test_a_side_without_values_has_no_distance() -> None:
    edges = edges_of(np.arange(10.0), BINS)
    full, empty = count_numbers(edges, np.arange(10.0)), count_numbers(edges, np.full(5, np.nan))
    assert distances(Scale(edges=edges), full, empty) == dict.fromkeys(("ks", "js", "psi", "wasserstein"))


def test_constant_columns_are_as_far_as_they_differ() -> None:
    edges = edges_of(np.full(100, 3.0), BINS)
    before = count_numbers(edges, np.full(100, 3.0))
    assert distances(Scale(edges=edges), before, count_numbers(edges, np.full(9, 3.0)))["ks"] == 0
    other = distances(Scale(edges=edges), before, count_numbers(edges, np.full(9, 5.0)))
    assert (other["ks"], other["js"], other["wasserstein"]) == (1.0, 1.0, pytest.approx(2.0))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("other", [0.5, np.finfo(float).max])
def test_largest_numbers_there_are_give_a_distance_or_none(other: float) -> None:
    lowest = -np.finfo(float).max  # as some write what is missing
    a = np.array([lowest, other, 1.0] * 100)
    edges = edges_of(a, BINS)
    assert np.isfinite(edges).all()
    found = distances(Scale(edges=edges), count_numbers(edges, a), count_numbers(edges, a[1::3]))
    assert found["ks"] is not None
    assert all(value is None or np.isfinite(value) for value in found.values())
