"""Which rows are never learnt, and how much the others weigh."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.clock import micros
from core.domain.errors import RunFailed
from core.domain.spans import Span
from core.retraining.fitting import fit
from core.retraining.recipe_kinds import KINDS
from core.retraining.weighing import left_out, weigh, weights
from tests.learning_kit import DAY, HOUR, kept_of, mixed_rows, need, rows_of

ROWS = rows_of({"x": [0.0], "y": [0.0]})


def model(**said: object):
    return kept_of(ROWS.table, **said).model


def at(*parts: int, zone=UTC) -> int:
    return micros(datetime(*parts, tzinfo=zone))


@given(ages=st.lists(st.integers(-40 * DAY, 4000 * DAY), min_size=1, max_size=20), days=st.integers(30, 400))
def test_row_of_one_half_life_weighs_half_and_none_more_than_one(ages: list[int], days: int) -> None:
    since = at(2026, 1, 1)
    ages = [*ages, 0, days * DAY]
    found = weights(model(half_life=Span(days, "days")), np.array([since - age for age in ages]), since)
    assert found is not None
    assert found[-2:].tolist() == [1.0, 0.5]
    for age, weight in zip(ages, found.tolist(), strict=True):
        assert weight == pytest.approx(0.5 ** (max(age, 0) / (days * DAY)))
    ordered = [weight for _, weight in sorted(zip(ages, found.tolist(), strict=True), reverse=True)]
    assert all(older <= newer for older, newer in pairwise(ordered))


def test_rows_all_of_which_are_many_half_lives_old_are_refused_with_their_age() -> None:
    with pytest.raises(RunFailed, match="the newest is 40 days older"):
        weights(model(half_life=Span(1, "hours")), np.array([at(2025, 11, 22)]), at(2026, 1, 1))


def test_weights_reach_the_model_through_its_pipeline() -> None:
    """A mean of labels that lean to the newest."""
    rows = rows_of({"x": np.arange(100.0), "y": np.arange(100.0)})
    kept = kept_of(rows.table, recipe="dummy", half_life=Span(10, "hours"))
    said = fit(kept, rows, 0, int(rows.time[-1])).predict(rows.table.select(["x"]).to_pandas())[0]
    weight = 0.5 ** ((99 - np.arange(100)) / 10)
    assert said == pytest.approx(np.average(np.arange(100), weights=weight))


@pytest.mark.parametrize("recipe", KINDS)
def test_every_named_recipe_takes_weights(recipe: str) -> None:
    if KINDS[recipe].extra:
        need(recipe)
    rows = mixed_rows("binary")
    small: dict[str, object] = {"max_iter": 5} if recipe == "hist_gradient_boosting" else {}
    if "n_estimators" in KINDS[recipe].parameters("binary"):
        small = {"n_estimators": 3, "n_jobs": 1}
    kept = kept_of(
        rows.table, task="binary", recipe=recipe, recipe_parameters=small, half_life=Span(9, "hours")
    )
    assert hasattr(fit(kept, rows, 0, int(rows.time[-1])), "predict")


def test_estimator_that_takes_no_weights_is_refused_by_name() -> None:
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    with pytest.raises(RunFailed, match="takes no sample_weight"):
        weigh(make_pipeline(StandardScaler(), KNeighborsRegressor()), np.ones(3))
    assert weigh(KNeighborsRegressor(), None) == {}


def test_estimator_that_would_not_hand_the_weights_on_is_refused() -> None:
    """scikit-learn itself only warns: it would weigh the calibration, and not the fit."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    with pytest.raises(RunFailed, match="CalibratedClassifierCV over Pipeline takes no sample_weight"):
        weigh(CalibratedClassifierCV(make_pipeline(LogisticRegression())), np.ones(3))
    for taken in (CalibratedClassifierCV(), CalibratedClassifierCV(LogisticRegression())):
        assert list(weigh(taken, np.ones(3))) == ["sample_weight"]


@given(
    starts=st.lists(st.integers(0, 300), max_size=3),
    lengths=st.lists(st.integers(0, 60), min_size=3, max_size=3),
)
def test_row_is_left_out_if_its_local_day_lies_within_a_range(starts: list[int], lengths: list[int]) -> None:
    first = datetime(2020, 1, 1)
    ranges = [
        (first + timedelta(days=start), first + timedelta(days=start + length))
        for start, length in zip(starts, lengths, strict=False)
    ]
    said = tuple((a.date().isoformat(), b.date().isoformat()) for a, b in ranges)
    kept = model(leave_out=said, zone="Europe/Lisbon")
    time = np.array([micros(first.replace(tzinfo=UTC)) + k * 7 * HOUR for k in range(1300)])
    mask = left_out(kept, time)
    for moment, out in zip(time.tolist(), mask.tolist(), strict=True):
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)).astimezone(kept.tz)
        assert out == any(a.date() <= local.date() <= b.date() for a, b in ranges)


def test_range_that_ends_at_a_time_is_half_open_and_an_offset_holds() -> None:
    kept = model(leave_out=(("2020-03-01T10:00", "2020-03-01T12:00"),), zone="Asia/Tokyo")
    edges = np.array([at(2020, 3, 1, 1) - 1, at(2020, 3, 1, 1), at(2020, 3, 1, 3) - 1, at(2020, 3, 1, 3)])
    assert left_out(kept, edges).tolist() == [False, True, True, False]
    kept = model(leave_out=(("2020-03-01T10:00+02:00", "2020-03-01T12:00Z"),), zone="Asia/Tokyo")
    assert left_out(kept, np.array([at(2020, 3, 1, 8) - 1, at(2020, 3, 1, 8)])).tolist() == [False, True]


def test_last_day_that_calendars_know_may_end_a_range() -> None:
    kept = model(leave_out=(("0001-01-01", "9999-12-31"),), zone="Asia/Tokyo")
    assert left_out(kept, np.array([at(2020, 3, 1)])).all()
