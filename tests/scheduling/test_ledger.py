"""Ledger: what becomes of due times, decided without a clock or a table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.schedules import Rule, Schedule
from core.domain.spans import Span
from core.scheduling.fire_times import due_times
from core.scheduling.ledger import Decision, dropped, next_fire, settle

SAVED = datetime(2026, 3, 1, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
HOURLY = Schedule(id=1, model_id=1, rule=Rule(every=Span(1, "hours")), anchor=SAVED, handled=SAVED)
PAUSED = replace(HOURLY, paused=True, pause_reason="holidays", paused_at=SAVED + HOUR + SECOND)


def at(hours: float) -> datetime:
    return SAVED + hours * HOUR


def decide(
    schedule: Schedule, now: datetime, since: datetime = SAVED, busy: str | None = None
) -> list[Decision]:
    return list(settle(schedule, now, since, busy))


def test_due_time_fires_at_its_moment_and_not_before():
    assert decide(HOURLY, at(1) - SECOND) == []
    assert decide(HOURLY, at(1)) == [Decision(at(1), "fired", runs=True)]


def test_what_is_handled_is_not_decided_again():
    assert decide(replace(HOURLY, handled=at(1)), at(1.5)) == []


def test_catch_up_once_runs_the_newest_missed_and_merges_the_others():
    found = decide(HOURLY, at(3.5), since=at(3.4))
    assert [(one.due, one.outcome, one.runs, one.with_run_of) for one in found] == [
        (at(1), "merged", False, at(3)),
        (at(2), "merged", False, at(3)),
        (at(3), "late", True, None),
    ]
    assert all("nobody was ticking" in str(one.reason) for one in found)


def test_catch_up_skip_runs_nothing_that_was_missed():
    found = decide(replace(HOURLY, catch_up="skip"), at(3.5), since=at(2.5))
    assert [(one.outcome, one.runs) for one in found] == [
        ("skipped", False),
        ("skipped", False),
        ("fired", True),
    ]
    assert found[0].reason == "nobody was ticking"


def test_due_exactly_when_ticking_began_is_not_missed():
    assert decide(HOURLY, at(1), since=at(1))[0].outcome == "fired"


def test_due_while_a_run_is_open_is_skipped_with_that_reason():
    (found,) = decide(HOURLY, at(1), busy="run 12 was still running")
    assert found == Decision(at(1), "skipped", "run 12 was still running")


def test_missed_while_a_run_is_open_is_skipped_with_that_reason():
    found = decide(HOURLY, at(2.5), since=at(2.2), busy="run 12 was still running")
    assert {(one.outcome, one.reason, one.runs) for one in found} == {
        ("skipped", "run 12 was still running", False)
    }


def test_second_due_time_of_one_tick_overlaps_the_first():
    found = decide(HOURLY, at(2.1))
    assert [(one.outcome, one.with_run_of) for one in found] == [("fired", None), ("skipped", at(1))]


def test_due_time_after_a_late_one_overlaps_it():
    found = decide(HOURLY, at(2.1), since=at(1.5))
    assert [(one.outcome, one.with_run_of) for one in found] == [("late", None), ("skipped", at(1))]


def test_paused_schedule_skips_with_its_reason():
    found = decide(PAUSED, at(2.5))
    assert [(one.outcome, one.reason) for one in found] == [
        ("skipped", "paused before it could run: holidays"),
        ("skipped", "paused: holidays"),
    ]


def test_paused_schedule_has_no_next_fire_time():
    assert next_fire(PAUSED, SAVED) is None
    assert next_fire(HOURLY, SAVED) == at(1)


def test_ended_schedule_has_no_next_fire_time():
    ended = replace(HOURLY, rule=Rule(every=Span(1, "hours"), end="2026-03-01 02:00"))
    assert next_fire(ended, at(1.5)) == at(2)
    assert next_fire(ended, at(2)) is None


def test_next_fire_time_after_the_clock_was_put_back_is_not_one_that_was_handled():
    assert next_fire(replace(HOURLY, handled=at(5)), at(2)) == at(6)


def test_dropped_ones_are_all_skipped_and_a_pause_keeps_its_own_reason():
    assert list(dropped(HOURLY, at(2), "changed")) == [
        Decision(at(1), "skipped", "changed"),
        Decision(at(2), "skipped", "changed"),
    ]
    assert [one.reason for one in dropped(PAUSED, at(2), "changed")][1] == "paused: holidays"


def test_year_of_ten_seconds_is_decided_one_at_a_time():
    schedule = replace(HOURLY, rule=Rule(every=Span(10, "seconds")))
    now = SAVED + timedelta(days=365)
    first, second = islice(
        settle(schedule, now, now + SECOND, None), 2
    )  # all three million would take a minute
    assert (first.outcome, first.with_run_of, second.due) == ("merged", now, SAVED + 20 * SECOND)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["once", "skip"]),
    st.booleans(),
    st.integers(0, 600),
    st.integers(0, 600),
    st.integers(0, 600),
    st.sampled_from([None, "run 3 was still queued"]),
)
def test_every_due_time_has_exactly_one_decision_and_at_most_one_runs(
    catch_up, paused, handled, now, since, busy
):
    schedule = replace(HOURLY, catch_up=catch_up, paused=paused, handled=SAVED + timedelta(minutes=handled))
    end = SAVED + timedelta(minutes=now)
    found = decide(schedule, end, SAVED + timedelta(minutes=since), busy)
    assert [one.due for one in found] == list(due_times(schedule.rule, SAVED, schedule.handled, end))
    runs = [one.due for one in found if one.runs]
    assert len(runs) <= (0 if paused or busy else 1)
    assert all(one.with_run_of in runs for one in found if one.with_run_of is not None)
    assert all(one.runs == (one.outcome in ("fired", "late")) for one in found)
