"""Ranking: drift × importance."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from core.domain.drift import ColumnDrift, WindowDrift
from core.monitoring.ranking import furthest, left_out, ranked


def _window(**distances: float | None) -> WindowDrift:
    return WindowDrift(
        0, 1, "ok", {name: ColumnDrift(distance, {}, "ok", usual=0.1) for name, distance in distances.items()}
    )


def _order(window: WindowDrift, importance: dict[str, float] | None) -> list[str]:
    return [rank.column for rank in ranked(window, importance)]


def test_columns_are_ordered_by_the_product() -> None:
    assert _order(_window(a=0.3, b=0.2, c=0.4), {"a": 1.0, "b": 2.0, "c": 0.1}) == ["b", "a", "c"]


def test_furthest_goes_by_drift_alone_and_puts_what_is_judged_first() -> None:
    window = _window(a=0.3, b=0.5, c=0.1, d=None)
    window.columns["e"] = ColumnDrift(9.0, {}, "unknown")  # type: ignore[index]
    assert furthest(ranked(window, {"c": 1.0}), window) == ["b", "a", "c", "d", "e"]


def test_column_whose_shuffling_helps_counts_as_not_needed() -> None:
    window = _window(a=0.9, b=0.1)
    assert _order(window, {"a": -3.0, "b": 0.1}) == ["b", "a"]


def test_without_importance_drift_orders() -> None:
    for importance in (None, {}, {"a": 0.0}):
        assert _order(_window(a=0.1, b=0.2, c=None), importance) == ["b", "a", "c"]


def test_columns_that_move_on_by_nature_are_left_out_and_named() -> None:
    calendar = ColumnDrift(0.9, {}, "unknown", why="calendar")
    window = WindowDrift(0, 1, "ok", {"month": calendar, "a": ColumnDrift(0.1, {}, "ok")})
    assert _order(window, None) == ["a"]
    assert left_out(window) == {"month": "calendar"}


@given(some.dictionaries(some.text(min_size=1), some.tuples(some.floats(0, 1), some.floats(-1, 9))))
def test_every_column_has_one_place(found: dict[str, tuple[float, float]]) -> None:
    window = _window(**{name: distance for name, (distance, _) in found.items()})
    ranks = ranked(window, {name: value for name, (_, value) in found.items()})
    assert sorted(rank.column for rank in ranks) == sorted(found)
    assert all(one.weight >= other.weight for one, other in pairwise(ranks))
