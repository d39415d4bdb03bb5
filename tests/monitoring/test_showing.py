"""Showing: few whole numbers by value, all else on bins."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from core.domain.drift import Spread
from core.domain.profiles import Reference, Scale
from core.monitoring.profile import count_numbers
from core.monitoring.scales import edges_of
from core.monitoring.showing import FEW, shown

BINS = 256


def _shown(before: Sequence[float], now: Sequence[float]) -> Spread | None:
    edges = edges_of(np.array(before, dtype=float), BINS)
    profiles = [{"a": count_numbers(edges, np.array(values, dtype=float))} for values in (before, now)]
    reference = Reference(1, {"a": Scale(edges)}, profiles[0], blocks=0, alarms=0.05)
    return shown(reference, profiles[1], "a")


def _shares(values: Sequence[float]) -> dict[str, float]:
    return {f"{value:g}": values.count(value) / len(values) for value in sorted(set(values))}


def test_few_whole_numbers_are_shown_one_by_one() -> None:
    before, now = [0.0, 0.0, 1.0, 2.0, 4.0], [0.0, 4.0]
    found = _shown(before, now)
    assert found is not None
    assert dict(zip(found.labels, found.reference, strict=True)) == _shares(before)
    assert list(found.window) == [0.5, 0.0, 0.0, 0.5]


def test_values_beyond_the_reference_stand_together() -> None:
    found = _shown([0.0, 1.0, 1.0], [-1.0, -2.0, 2.0, 3.0, 9.0, 0.0])
    assert found is not None
    assert dict(zip(found.labels, found.window, strict=True)) == {
        "under 0": 2 / 6,
        "0": 1 / 6,
        "1": 0.0,
        "over 1": 3 / 6,
    }


def test_broken_numbers_are_shown_on_bins() -> None:
    found = _shown([0.5, 1.0, 2.25], [0.5, 1.0])
    assert found is not None
    assert found.edges
    assert not found.labels


def test_many_whole_numbers_are_shown_on_bins() -> None:
    found = _shown(list(range(FEW * 2)), [1.0])
    assert found is not None
    assert found.edges


def test_column_without_values_on_one_side_is_not_shown() -> None:
    assert _shown([0.0, 1.0], []) is None


@given(some.lists(some.integers(-5, 5), min_size=1), some.lists(some.integers(-5, 5), min_size=1))
def test_shares_of_whole_numbers_are_those_of_their_values(before: list[int], now: list[int]) -> None:
    found = _shown([float(value) for value in before], [float(value) for value in now])
    assert found is not None
    assert abs(sum(found.reference) - 1) < 1e-9
    assert abs(sum(found.window) - 1) < 1e-9
    told = dict(zip(found.labels, zip(found.reference, found.window, strict=True), strict=True))
    for value in set(before):
        assert told[str(value)] == (before.count(value) / len(before), now.count(value) / len(now))
