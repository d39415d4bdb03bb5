"""Baselines: what one would have said without a model, and nothing that was not known yet."""

import itertools
from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.metrics import Scored
from core.monitoring.baselines import Past
from core.monitoring.grid import Slice

NEVER = 2**63 - 1


def objects(values: list[object]) -> np.ndarray:
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


def windows(n: int, *firsts: int) -> list[Slice]:
    """Windows of rows at the times 0, 1, …, of which each begins at a row."""
    edges = [*firsts, n]
    return [
        Slice(k, first, stop, first, stop, True) for k, (first, stop) in enumerate(itertools.pairwise(edges))
    ]


Parts = tuple[np.ndarray, np.ndarray, np.ndarray]


def of_window(
    task: str, parts: Parts, firsts: Sequence[int], as_of: int, k: int = -1, positive: object = None
):
    """The baselines of one of some windows."""
    all_windows = windows(len(parts[0]), *firsts)
    return Past.of(task, parts, all_windows, as_of, positive).baselines(all_windows[k])


def regression(label: list[float], first: int, late: int = 0, as_of: int = 1000) -> dict[str, Scored]:
    """Of the window from a row on."""
    time = np.arange(len(label), dtype=np.int64)
    return of_window("regression", (time, time + late, np.array(label)), [first], as_of)


def test_mean_is_of_the_labels_known_at_the_windows_start() -> None:
    found = regression([1.0, 3.0, 100.0, 5.0, 7.0], 3, late=2)  # rows 0 and 1 are known at 3
    assert found["mean"] == {"rmse": np.sqrt((9 + 25) / 2), "mae": 4.0, "r2": -16.0, "bias": -4.0}


def test_last_is_known_by_each_rows_own_time() -> None:
    assert regression([1.0, 2.0, 4.0, 7.0], 2)["last"]["mae"] == 2.5
    assert regression([1.0, 2.0, 4.0, 7.0], 2, late=2)["last"]["mae"] == 4.0


def test_rows_before_any_known_label_are_left_out() -> None:
    assert regression([1.0, 2.0, 4.0], 0, late=2)["last"]["mae"] == 3.0
    found = regression([1.0, 2.0], 0, late=2)
    assert set(found["last"].values()) == {None}
    assert set(found["mean"].values()) == {None}


def test_label_after_as_of_does_not_exist() -> None:
    assert regression([1.0, 2.0, 4.0, 9.0], 1, as_of=2) == regression([1.0, 2.0, 4.0, -50.0], 1, as_of=2)


def test_label_known_before_its_rows_time_is_not_of_the_past_of_an_earlier_row() -> None:
    time = np.array([0, 1, 2], np.int64)
    parts = (time, np.array([0, -9, -9]), np.array([1.0, 50.0, 50.0]))
    found = of_window("regression", parts, [0, 1, 2], 10, k=1)
    assert found["mean"]["bias"] == -49.0
    assert found["last"]["bias"] == -49.0


def test_majority_scores_by_shares_and_orders_nothing() -> None:
    label = objects(["no", "no", "yes", "no", "yes", "no"])
    time = np.arange(6, dtype=np.int64)
    found = of_window("binary", (time, time, label), [4], 100, positive="yes")
    assert found["majority"]["accuracy"] == 0.5
    assert found["majority"]["roc_auc"] == 0.5
    assert found["majority"]["brier"] == (0.75**2 + 0.25**2) / 2
    assert found["last"]["accuracy"] == 0.0
    assert found["last"]["roc_auc"] is None
    assert found["last"]["log_loss"] is None


def test_majority_of_many_classes_and_missing_labels() -> None:
    label = objects([3, 3, 1, None, 2, 3])
    time = np.arange(6, dtype=np.int64)
    known = np.where([v is None for v in label], NEVER, time)
    found = of_window("multiclass", (time, known, label), [3], 100)
    assert found["majority"]["accuracy"] == 0.5
    assert found["majority"]["log_loss"] is not None


def test_window_without_labels_has_no_baseline() -> None:
    time = np.arange(3, dtype=np.int64)
    found = of_window("binary", (time, np.full(3, NEVER), objects([None] * 3)), [1], 100, positive=1)
    assert {value for metrics in found.values() for value in metrics.values()} == {None}


LATENESS = st.one_of(st.integers(-5, 15), st.just(NEVER))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), LATENESS), min_size=1, max_size=50), st.data())
def test_constant_is_of_every_earlier_row_whose_label_was_known_at_the_start(
    facts: list[tuple[int, int]], data: st.DataObject
) -> None:
    n = len(facts)
    time = np.arange(n, dtype=np.int64)
    known = np.array(
        [NEVER if late == NEVER else row + late for row, (_, late) in enumerate(facts)], np.int64
    )
    value = np.array([float(value) for value, _ in facts])
    label = np.where(known == NEVER, np.nan, value)
    all_windows = windows(n, *sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1))))
    as_of = data.draw(st.integers(0, n + 20))
    means = Past.of("regression", (time, known, label), all_windows, as_of)
    classes = objects([None if row == NEVER else str(one) for row, one in zip(known, value, strict=True)])
    counts = Past.of("multiclass", (time, known, classes), all_windows, as_of)
    for window in all_windows:
        first = window.first
        known_then = value[:first][(known[:first] <= window.start) & (known[:first] <= as_of)]
        assert means.before[window.index].tolist() == [known_then.sum(), len(known_then)]
        there = {f"{one}": int((known_then == one).sum()) for one in set(known_then.tolist())}
        found = dict(zip(counts.classes, counts.before[window.index].tolist(), strict=True))
        assert {label: count for label, count in found.items() if count} == there
