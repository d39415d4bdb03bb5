"""Judging: which rows are set aside, and how far back the history goes."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.clock import micros, moment
from core.domain.rows import Rows
from core.domain.spans import Span
from core.retraining.judging import Judged, history_start, split
from tests.learning_kit import HOUR, kept_of, rows_of


def hours(n: int, known: list[int] | None = None) -> Rows:
    return rows_of({"y": np.arange(float(n))}, [i * HOUR for i in range(n)], known)


def judged_of(
    rows: Rows,
    *,
    train_to: int | None = None,
    median: int = 10,
    at_least: int = 30,
    as_of: int = 10**15,
    back: int | None = None,
) -> Judged:
    return split(rows, train_to, median, at_least, as_of, lambda _: back)


def test_first_version_is_judged_by_the_newest_of_all_rows() -> None:
    plan = judged_of(hours(200), median=40)
    assert plan.judged.tolist() == list(range(160, 200))
    assert plan.fit.tolist() == list(range(160))


def test_judge_at_least_counts_where_windows_are_small() -> None:
    assert len(judged_of(hours(200), median=5).judged) == 30


def test_never_more_than_half_of_the_new_rows_judge() -> None:
    assert len(judged_of(hours(100), median=90).judged) == 50


def test_only_rows_that_the_champion_did_not_know_judge() -> None:
    plan = judged_of(hours(200), train_to=120 * HOUR, median=1000)
    assert plan.judged.tolist() == list(range(160, 200))
    assert plan.fit.tolist() == list(range(160))


def test_late_label_of_an_old_row_is_new_to_the_champion() -> None:
    rows = hours(100, [90 * HOUR if i < 60 else i * HOUR for i in range(100)])
    plan = judged_of(rows, train_to=80 * HOUR, median=30, at_least=30)
    new = [*range(60), *range(80, 100)]
    assert plan.judged.tolist() == new[-30:]
    assert plan.fit.tolist() == sorted(set(range(100)) - set(new[-30:]))


def test_too_few_new_rows_judge_nothing_and_say_so() -> None:
    plan = judged_of(hours(200), train_to=150 * HOUR)
    assert len(plan.judged) == 0
    assert plan.fit.tolist() == list(range(200))
    assert plan.reason == "50 new labelled rows are too few: half of them judge, and 30 are needed"


def test_history_of_the_first_fit_counts_back_from_the_first_judged_row() -> None:
    asked: list[int] = []
    rows = hours(200)
    plan = split(rows, None, 40, 30, 10**15, lambda us: asked.append(us) or us - 20 * HOUR)
    assert asked == [160 * HOUR]
    assert plan.fit.tolist() == list(range(140, 160))
    assert plan.start == 140 * HOUR


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=60),
    st.one_of(st.none(), st.integers(0, 80)),
    st.integers(1, 20),
    st.integers(1, 20),
)
def test_judged_rows_are_unseen_by_champion_and_challenger(
    facts: list[tuple[int, int]], train_to: int | None, median: int, at_least: int
) -> None:
    facts = sorted(facts)
    rows = rows_of({"y": np.zeros(len(facts))}, [t for t, _ in facts], [t + late for t, late in facts])
    rows = rows.where(rows.learnable(60))
    plan = judged_of(rows, train_to=train_to, median=median, at_least=at_least, as_of=60)
    labelled = set(range(len(rows)))
    seen = set() if train_to is None else set(np.flatnonzero(rows.learnable(train_to)).tolist())
    judged = set(plan.judged.tolist())
    assert judged <= labelled - seen
    assert set(plan.fit.tolist()) == labelled - judged
    assert bool(plan.reason) == (not judged)
    assert not judged or at_least <= len(judged) <= len(labelled - seen) / 2


def start(
    window: str, history: str, when: datetime, zone: str = "UTC", rows: Rows | None = None
) -> datetime | None:
    rows = hours(10) if rows is None else rows
    model = kept_of(rows.table, window=Span.parse(window), history=Span.parse(history), zone=zone).model
    found = history_start(model, micros(when), rows)
    return None if found is None else moment(found)


@pytest.mark.parametrize(
    ("window", "history", "expected"),
    [
        ("14 days", "16 windows", datetime(2011, 11, 6, tzinfo=UTC)),
        ("1 days", "112 days", datetime(2012, 2, 26, tzinfo=UTC)),
        ("6 hours", "4 windows", datetime(2012, 6, 16, tzinfo=UTC)),
        ("1 months", "3 windows", datetime(2012, 3, 17, tzinfo=UTC)),
        ("1 days", "90 minutes", datetime(2012, 6, 16, 22, 30, tzinfo=UTC)),
        ("1 days", "999999 weeks", None),
    ],
)
def test_history_counts_back_by_its_unit(window: str, history: str, expected: datetime | None) -> None:
    assert start(window, history, datetime(2012, 6, 17, tzinfo=UTC)) == expected


def test_history_in_days_keeps_the_local_time_of_day_over_a_clock_change() -> None:
    after = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # midnight in New York, summer time
    assert start("1 days", "7 days", after, "America/New_York") == datetime(2026, 3, 3, 5, 0, tzinfo=UTC)
    assert start("1 days", "168 hours", after, "America/New_York") == datetime(2026, 3, 3, 4, 0, tzinfo=UTC)


def test_history_of_months_takes_the_last_day_of_a_shorter_one() -> None:
    assert start("1 months", "1 months", datetime(2026, 3, 31, tzinfo=UTC)) == datetime(
        2026, 2, 28, tzinfo=UTC
    )


def test_history_by_rows_is_the_time_of_the_first_of_them() -> None:
    assert start("4 rows", "2 windows", moment(9 * HOUR)) == moment(1 * HOUR)
    assert start("4 rows", "3 rows", moment(9 * HOUR)) == moment(6 * HOUR)
    assert start("4 rows", "9 rows", moment(9 * HOUR)) is None


def test_without_history_everything_is_learnt() -> None:
    assert history_start(kept_of(hours(3).table).model, 10, hours(3)) is None
