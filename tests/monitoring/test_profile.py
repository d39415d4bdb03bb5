"""Profile: counts that add up to the whole's, whatever the order; and two sides for a chart."""

import itertools
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.profiles import NAMES, ColumnProfile, Scale
from core.monitoring.profile import LETTERS, count, profile, spread, sum_of
from core.monitoring.scales import BINS, edges_of, label_scale
from tests.drift_kit import reference_of, window_of
from tests.learning_kit import rows_of

NUMBERS = st.lists(
    st.one_of(st.none(), st.floats(width=32), st.sampled_from([0.0, 1.0, math.inf, -math.inf]))
)
TEXTS = st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "c", "d", "é", ""])))


def same(one: ColumnProfile, other: ColumnProfile) -> bool:
    """Counts and ends exactly; sums as floating-point numbers can be."""
    exact = (one.missing, one.low, one.high) == (other.missing, other.low, other.high)
    sums = [(one.total, other.total), (one.squares, other.squares)]
    near = all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6 * max(1.0, one.squares)) for a, b in sums)
    return bool((one.counts == other.counts).all()) and exact and near


@settings(max_examples=150, deadline=None)
@given(values=NUMBERS, cuts=st.lists(st.integers(0, 40), max_size=4), order=st.randoms())
def test_profiles_of_numbers_merged_in_any_order_equal_the_whole_s(values, cuts, order) -> None:  # type: ignore[no-untyped-def]
    scale = Scale(edges=np.array([-1.0, 0.0, 0.5, 100.0]))
    array = pa.array(values, pa.float64())
    bounds = [0, *sorted(min(cut, len(values)) for cut in cuts), len(values)]
    parts = [count(scale, array[a:b]) for a, b in itertools.pairwise(bounds)]
    order.shuffle(parts)
    assert same(sum_of(parts, scale), count(scale, array))


@settings(max_examples=100, deadline=None)
@given(values=TEXTS, cut=st.integers(0, 40))
def test_profiles_of_categories_merged_equal_the_whole_s(values: list[str | None], cut: int) -> None:
    scale = label_scale({"a": 3, "b": 2})
    array = pa.array(values, pa.string())
    parts = [count(scale, array[cut:]), count(scale, array[:cut])]
    whole = count(scale, array)
    assert same(sum_of(parts, scale), whole)
    assert whole.rows == len(values)
    assert whole.counts.tolist()[:2] == [values.count("a"), values.count("b")]


@settings(max_examples=150, deadline=None)
@given(
    values=st.lists(st.integers(0, 2 * NAMES), max_size=400),
    cuts=st.lists(st.integers(0, 400), max_size=4),
    order=st.randoms(),
)
def test_names_of_new_categories_merged_in_any_order_are_the_first_of_the_whole(values, cuts, order) -> None:  # type: ignore[no-untyped-def]
    scale, texts = label_scale({"0000": 1}), [f"{value:04}" for value in values]
    bounds = [0, *sorted(min(cut, len(texts)) for cut in cuts), len(texts)]
    parts = [count(scale, pa.array(texts[a:b], pa.string())) for a, b in itertools.pairwise(bounds)]
    order.shuffle(parts)
    whole = Counter(text for text in texts if text != "0000")
    assert sum_of(parts, scale).fresh == {name: whole[name] for name in sorted(whole)[:NAMES]}


def test_new_categories_are_named_only_where_they_can_be_told_to_be_new() -> None:
    texts, seen = pa.array(["a", "z", "z", None, "y" * 99]), np.array([True, True, False, True, True])
    assert count(label_scale({"a": 1}), texts, seen).fresh == {"z": 1, "y" * LETTERS: 1}
    assert count(replace(label_scale({"a": 1}), many=True), texts, seen).fresh == {}


def test_infinities_are_counted_by_themselves_and_nan_is_missing() -> None:
    found = count(Scale(edges=np.array([1.0])), pa.array([math.inf, -math.inf, math.nan, None, 1.0, 2.0]))
    assert (found.counts.tolist(), found.missing, found.low, found.high) == ([1, 1, 1, 1], 2, 1.0, 2.0)


@pytest.mark.parametrize("n", [1, 2, 5, 300, 1000, 5003])
def test_no_two_edges_have_more_than_a_bin_s_share_between_them(n: int) -> None:
    random = np.random.default_rng(n)
    values = np.where(random.random(n) < 0.3, 2.0, random.normal(size=n))
    edges = edges_of(values, BINS)
    inside = [np.mean((values > a) & (values < b)) for a, b in itertools.pairwise(edges)]
    ends = [np.mean(values < edges[0]), np.mean(values > edges[-1])]
    assert max([*inside, *ends]) <= 1 / BINS
    assert (np.diff(edges) > 0).all()


def test_types_of_columns_are_read_by_their_buffers() -> None:
    rows = rows_of(
        {
            "whole": pa.array([1, 2, None, 4], pa.int16()),
            "flag": pa.array([True, None, False, True]),
            "day": pa.array([0, 1, 2, None], pa.int32()).cast(pa.date32()),
            "code": pa.array(["x", "y", None, "x"]).dictionary_encode(),
            "empty": pa.nulls(4, pa.float64()),
        }
    )
    numbers, texts = Scale(edges=np.array([1.0, 86_400.0])), label_scale({"true": 1, "x": 1})
    scales = {"whole": numbers, "flag": texts, "day": numbers, "code": texts, "empty": numbers}
    found = profile(scales, rows, {"whole": np.array([True, True, True, False])})
    assert found["whole"].counts.tolist() == [0, 1, 1, 0, 0]
    assert found["day"].counts.tolist() == [0, 1, 1, 1, 0]
    assert {name: column.missing for name, column in found.items()} == {
        "whole": 2, "flag": 1, "day": 1, "code": 1, "empty": 4
    }  # fmt: skip
    assert sum(found["flag"].counts) == 3


def test_a_spread_has_both_sides_on_the_same_bins() -> None:
    random = np.random.default_rng(0)
    rows = rows_of({"x": random.normal(size=240), "c": random.choice(np.array(["a", "b"]), 240)})
    reference = reference_of(rows)
    window = window_of(reference, {"x": random.normal(1, 1, 50), "c": ["b"] * 30 + ["z"] * 20})
    numbers, labels = spread(reference, window, "x"), spread(reference, window, "c")
    assert numbers is not None
    assert labels is not None
    assert len(numbers.edges) == len(numbers.reference) + 1 == len(numbers.window) + 1
    assert sum(numbers.reference) == pytest.approx(1)
    assert sum(numbers.window) == pytest.approx(1)
    assert list(numbers.edges) == sorted(numbers.edges)
    assert dict(zip(labels.labels, labels.window, strict=True)) == {"a": 0.0, "b": 0.6, "new": 0.4}
    assert spread(reference, window_of(reference, {"x": [None] * 3, "c": ["a"] * 3}), "x") is None
