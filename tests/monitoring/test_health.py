"""Health: the word and its reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.models import Model
from core.domain.runs import Run
from core.domain.schedules import Rule, Schedule
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from core.domain.views.drift_line import DriftCell, DriftLine
from core.domain.windows import Window
from core.monitoring.health import Signs, best_baseline, beyond, is_labelled, judge, overdue, worse

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MODEL = Model(
    "m", "regression", "y", "t", Span(7, "days"), SourceSpec("r.csv"), "/", metric="rmse", limit=14, initial=3
)


def window(value: float | None, guess: float = 20.0, metric: str = "rmse") -> Window:
    return Window(0, NOW, NOW, 100, 100, True, True, 1, True, {metric: value}, {"mean": {metric: guess}})


def signs(*values: float | None, **more: object) -> Signs:
    return replace(Signs(MODEL, 1, [window(value) for value in values]), **more)


def run(state: str, kind: str = "retrain", error: str | None = None) -> Run:
    return Run(1, 1, kind, "manual", state, NOW, error=error)


def test_failing_says_since_when_and_by_how_much():
    health = judge(signs(9.0, 15.1, 15.9, 17.0))
    assert (health.word, health.why) == (
        "failing",
        "Error over its limit of 14 for 3 weeks: 15.1, 15.9, then 17.0.",
    )
    assert health.poor


def test_failing_for_one_week_says_in_the_last_one():
    assert judge(signs(9.0, 15.13)).why == "Error over its limit of 14 in the last labelled week: 15.1."


def test_accuracy_fails_below_its_limit():
    model = replace(MODEL, task="binary", metric="accuracy", limit=0.72)
    health = judge(Signs(model, 1, [window(0.715, 0.5, "accuracy"), window(0.701, 0.5, "accuracy")]))
    assert health.why == "Accuracy under its limit of 0.720 for 2 weeks: 0.715, then 0.701."


def test_value_at_its_limit_is_not_beyond_it():
    assert judge(signs(14.0)).word == "healthy"


def test_bias_is_beyond_its_limit_on_both_sides():
    model = replace(MODEL, metric="bias", limit=5)
    assert [beyond(model, value) for value in (-6.0, -5.0, 0.0, 6.0)] == [True, False, False, True]


def test_failing_goes_before_watch():
    assert judge(signs(15.0, last=[run("failed")])).word == "failing"


def test_worse_than_the_simplest_guess_is_watch():
    health = judge(replace(signs(), labelled=[window(12.0, guess=11.0)]))
    assert health.word == "watch"
    assert health.poor
    assert "The simplest guess was better in the last labelled week: the mean had RMSE 11.0" in health.why


@pytest.mark.parametrize("state", ["failed", "lost", "timed_out"])
def test_last_run_that_came_to_a_bad_end_is_watch(state):
    health = judge(signs(9.0, last=[run(state, error="No rows.\nTraceback")]))
    assert health.word == "watch"
    assert not health.poor
    assert "Traceback" not in health.why
    assert "v1 still serves." in health.why


def test_last_run_that_succeeded_leaves_it_healthy():
    assert judge(signs(9.0, last=[run("succeeded"), run("succeeded", "monitor")])).word == "healthy"


def test_look_at_the_rows_that_failed_is_made_good_by_a_later_retraining_that_succeeded():
    look = replace(run("failed", "monitor", "no such column"), ended=NOW)
    after, before = (replace(run("succeeded"), ended=NOW + timedelta(minutes=minutes)) for minutes in (1, -1))
    assert judge(signs(9.0, last=[look, after])).word == "healthy"
    assert judge(signs(9.0, last=[look, before])).word == "watch"
    assert judge(signs(9.0, last=[look, replace(after, state="failed")])).word == "watch"


def test_overdue_begins_after_a_minute():
    due = NOW - timedelta(seconds=60)
    assert overdue(due, NOW)
    assert not overdue(due + timedelta(microseconds=1), NOW)
    assert not overdue(None, NOW)


def test_overdue_is_watch_and_says_what_was_due():
    health = judge(signs(9.0, overdue=NOW))
    assert health.word == "watch"
    assert "due Tue 24 Nov, 09:00 (UTC)" in health.why


def test_unknown_without_a_version_says_how_many_weeks_are_missing():
    health = judge(Signs(MODEL, None, closed=2))
    assert (health.word, health.why) == (
        "unknown",
        "No version yet: the first is made after 3 weeks, and 2 have passed.",
    )


def test_unknown_without_labels_says_what_is_needed():
    assert "half of its labels, and 30 of them" in judge(Signs(MODEL, 1, closed=9)).why


def test_metric_that_is_not_defined_is_never_called_healthy():
    assert judge(signs(None)).word == "unknown"


def test_healthy_names_the_value_beside_limit_and_guess():
    assert judge(signs(9.69)).why == (
        "RMSE 9.69 in the last labelled week, inside its limit of 14; the simplest guess had 20.00."
    )


def test_paused_stands_beside_the_word_only_when_every_schedule_is():
    rule = Schedule(1, 1, Rule(cron="0 3 * * 1"), NOW, NOW)
    paused = replace(rule, paused=True, pause_reason="The data end here.")
    health = judge(signs(9.0, schedules=[paused]))
    assert (health.word, health.paused, health.pause_reason) == ("healthy", True, "The data end here.")
    assert not judge(signs(9.0, schedules=[rule, paused])).paused
    assert not judge(signs(9.0)).paused


@pytest.mark.parametrize(
    ("change", "labelled"),
    [
        ({}, True),
        ({"closed": False}, False),
        ({"complete": False}, False),
        ({"labelled": 49}, False),
        ({"labelled": 50}, True),
        ({"rows": 50, "labelled": 29}, False),
        ({"rows": 50, "labelled": 30}, True),
        ({"rows": 20, "labelled": 19}, False),
        ({"rows": 20, "labelled": 20}, True),
        ({"rows": 0, "labelled": 0}, False),
    ],
)
def test_labelled_window_is_closed_complete_and_has_half_its_labels_and_thirty(change, labelled):
    assert is_labelled(replace(window(9.0), **change)) == labelled


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.sampled_from(["rmse", "accuracy", "bias", "log_loss"]))
def test_of_two_values_at_most_one_is_worse(one, other, metric):
    model = replace(MODEL, metric=metric)
    assert not (worse(model, one, other) and worse(model, other, one))


def test_best_baseline_goes_by_the_metric_and_leaves_out_what_is_not_defined():
    both = replace(
        window(9.0), baseline={"mean": {"rmse": 20.0}, "last": {"rmse": 12.0}, "none": {"rmse": None}}
    )
    assert best_baseline(MODEL, both) == ("last", 12.0)


def test_drift_of_the_last_window_is_a_watch_that_names_the_columns_strongest_first():
    cells = {
        "a": DriftCell("drift", "unusual"),
        "b": DriftCell("drift", "very strong"),
        "c": DriftCell("ok"),
        "d": DriftCell("drift", "strong"),
        "e": DriftCell("drift", "unusual"),
    }
    line = DriftLine(4, 2, "drift", cells, 5, NOW, NOW, 100)
    health = judge(signs(9.0, drift=line))
    assert (health.word, health.why) == (
        "watch",
        "The rows of the last week differ from those that v2 learnt, in b, d, a and 1 more.",
    )
    assert judge(signs(9.0, drift=replace(line, verdict="ok"))).word == "healthy"
