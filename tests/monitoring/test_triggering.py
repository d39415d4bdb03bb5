"""Which trigger starts a retraining, and what holds it back."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from core.domain.clock import NEVER, micros
from core.domain.spans import Span
from core.domain.triggers import Start, Trigger
from core.monitoring.triggering import Arrivals, Decision, Points, decide
from tests.monitoring.test_crossing import START, WEEK, drifted, model, windows

DAY = timedelta(days=1)


def at(weeks: float) -> datetime:
    return START + weeks * WEEK


class _Version:
    """What of a version triggers go by."""

    def __init__(self, train_to: datetime):
        self.train_to, self.number = train_to, 3


def points(rows_at: list[float], *values: float, train_to: float = 0, **said: object) -> Points:
    """`rows_at`: when, in weeks, labelled rows became learnable."""
    champion = _Version(at(train_to))
    known = np.array([micros(at(when)) for when in rows_at], np.int64)
    arrived = Arrivals(known - 1, known, NEVER - 1)
    return Points(model(), champion, windows(*values), arrived, **said)  # type: ignore[arg-type]


def start(trigger: str, weeks: float, window: int | None = None) -> dict[str, Start]:
    return {trigger: Start(1, trigger, at(weeks), window, "why", 7)}


PERFORMANCE = Trigger("performance")


def test_performance_beyond_its_limit_starts_a_run_and_says_why() -> None:
    assert decide([PERFORMANCE], points([1, 2], 110, 110), at(2)) == [
        Decision(PERFORMANCE, "rmse beyond 100 in 2 of the last 2 windows", 1)
    ]


def test_rule_that_is_not_crossed_decides_nothing() -> None:
    assert decide([PERFORMANCE], points([1, 2], 90, 110), at(2)) == []


def test_without_a_champion_nothing_is_decided() -> None:
    none = replace(points([1], 110, 110), champion=None)
    assert decide([PERFORMANCE, Trigger("new_data", rows=1)], none, at(2)) == []


def test_no_run_where_no_labelled_row_has_come_since_the_champion_learnt() -> None:
    (decision,) = decide([PERFORMANCE], points([1, 2], 110, 110, train_to=2), at(3))
    assert decision.held == "no new labelled row has come since v3 learnt"


def test_cool_down_holds_until_it_has_passed() -> None:
    trigger = Trigger("performance", cool_down=Span(14, "days"))
    seen = points([1, 2, 3, 4], 110, 110, 110, 110, starts=start("performance", 2, 1))
    (held,) = decide([trigger], seen, at(3.9))
    assert held.held is not None
    assert "less than 14 days ago" in held.held
    assert decide([trigger], seen, at(4))[0].held is None


def test_same_windows_start_one_run() -> None:
    seen = points([1, 2, 3], 110, 110, starts=start("performance", 2, 1))
    assert decide([PERFORMANCE], seen, at(2.5))[0].held == "run 7 was started for the same windows"
    newer = points([1, 2, 3], 110, 110, 110, starts=start("performance", 2, 1))
    assert decide([PERFORMANCE], newer, at(3))[0].held is None


def test_drift_starts_a_run() -> None:
    seen = points([1, 2], 90, 90, drifts=drifted(["drift", "drift"]))
    (decision,) = decide([Trigger("drift")], seen, at(2))
    assert (decision.why, decision.held) == ("drift in 2 of the last 2 windows: temp", None)


@pytest.mark.parametrize(("rows", "starts"), [(3, True), (4, False)])
def test_new_data_counts_labelled_rows_since_the_champion_learnt(rows: int, starts: bool) -> None:
    seen = points([1, 2, 2.1, 2.2, 2.3], train_to=2)
    found = decide([Trigger("new_data", rows=rows)], seen, at(3))
    assert bool(found) == starts
    if starts:
        assert found[0].why == "3 labelled rows came since v3 learnt, 3 are asked"


def test_new_data_counts_anew_after_a_run_that_promoted_nothing() -> None:
    seen = points([1, 1.1, 2], train_to=0, starts=start("new data", 1.5))
    assert decide([Trigger("new_data", rows=2)], seen, at(3)) == []


@pytest.mark.parametrize(("new", "starts"), [(29, False), (30, True)])
def test_new_data_asks_for_as_many_rows_as_judge_unless_it_says(new: int, starts: bool) -> None:
    seen = points([1, *[2.5] * new], train_to=2)
    assert bool(decide([Trigger("new_data")], seen, at(3))) == starts


@pytest.mark.parametrize(("now", "starts"), [(1.99, False), (2, True)])
def test_age_is_a_windows_length_unless_it_says(now: float, starts: bool) -> None:
    found = decide([Trigger("age")], points([1, 1.5], train_to=1), at(now))
    assert bool(found) == starts


@pytest.mark.parametrize(("now", "starts"), [(3.99, False), (4, True)])
def test_age_starts_a_run_once_the_version_is_that_old(now: float, starts: bool) -> None:
    found = decide([Trigger("age", after=Span(28, "days"))], points([1, 2]), at(now))
    assert bool(found) == starts
    if starts:
        assert found[0].why == "28 days have passed since v3 learnt"


def test_each_crossed_trigger_has_its_decision_in_the_files_order() -> None:
    age = Trigger("age", after=Span(1, "days"))
    found = decide([age, PERFORMANCE], points([1, 2], 110, 110), at(2))
    assert [one.trigger for one in found] == [age, PERFORMANCE]


def test_row_arrives_once_both_it_and_its_label_are_known() -> None:
    time, known = np.array([10, 20, 30]), np.array([10, 90, 25])
    early, late = Arrivals(time, known, 50), Arrivals(time, known, 90)
    assert [early.after(when) for when in (10, 11, 30, 31)] == [2, 1, 1, 0]
    assert [late.after(when) for when in (10, 11, 31, 89, 90)] == [3, 2, 1, 1, 0]
