"""Ledger: what becomes of due times, decided without a clock or a table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

import hypothesis
from hypothesis import settings
from hypothesis import strategies as st

from core.domain.schedules import Options, Rule, Schedule
from core.domain.spans import Span
from core.scheduling.fire_times import due_times
from core.scheduling.ledger import FREE, Decision, InTheWay, dropped, next_fire, settle, to_come

SAVED = datetime(2026, 3, 1, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
HOURLY = Schedule(id=1, model_id=1, rule=Rule(every=Span(1, "hours")), anchor=SAVED, handled=SAVED)
RUNNING = InTheWay(running="run 12 was still running")
QUEUED = InTheWay(queued="run 12 was still queued")
PAUSED = replace(HOURLY, paused=True, pause_reason="holidays", paused_at=SAVED + HOUR + SECOND)


def at(hours: float) -> datetime:
    return SAVED + hours * HOUR


def given(**options: object) -> Schedule:
    return replace(HOURLY, options=Options(**options))  # type: ignore[arg-type]


def decide(
    schedule: Schedule, now: datetime, since: datetime = SAVED, way: InTheWay = FREE
) -> list[Decision]:
    return list(settle(schedule, now, since, way))


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
    found = decide(given(catch_up="skip"), at(3.5), since=at(2.5))
    assert [(one.outcome, one.runs) for one in found] == [
        ("skipped", False),
        ("skipped", False),
        ("fired", True),
    ]
    assert found[0].reason == "nobody was ticking"


def test_due_exactly_when_ticking_began_is_not_missed():
    assert decide(HOURLY, at(1), since=at(1))[0].outcome == "fired"


def test_due_while_a_run_is_open_is_skipped_with_that_reason():
    (found,) = decide(HOURLY, at(1), way=RUNNING)
    assert found == Decision(at(1), "skipped", "run 12 was still running")


def test_missed_while_a_run_is_open_is_skipped_with_that_reason():
    found = decide(HOURLY, at(2.5), since=at(2.2), way=RUNNING)
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
    first, second = islice(settle(schedule, now, now + SECOND), 2)  # all three million would take a minute
    assert (first.outcome, first.with_run_of, second.due) == ("merged", now, SAVED + 20 * SECOND)


def test_catch_up_all_runs_each_of_the_newest_cap_oldest_first():
    found = decide(given(catch_up="all", cap=2), at(4.5), since=at(4.4))
    assert [(one.due, one.outcome, one.runs) for one in found] == [
        (at(1), "skipped", False),
        (at(2), "skipped", False),
        (at(3), "late", True),
        (at(4), "late", True),
    ]
    assert found[0].reason == "nobody was ticking; only the newest 2 run"


def test_catch_up_all_runs_whatever_overlap_says_but_not_beside_a_backfill():
    schedule = given(catch_up="all")
    assert all(one.runs for one in decide(schedule, at(2.5), since=at(2.4), way=RUNNING))
    assert all(one.runs for one in decide(schedule, at(2.5), since=at(2.4), way=QUEUED))
    found = decide(schedule, at(2.5), since=at(2.4), way=InTheWay(backfill="a backfill is running"))
    assert {(one.outcome, one.reason) for one in found} == {("skipped", "a backfill is running")}


def test_overlap_queue_lets_one_wait_behind_a_running_one():
    schedule = given(overlap="queue")
    found = decide(schedule, at(2), way=RUNNING)
    assert [(one.outcome, one.with_run_of) for one in found] == [("fired", None), ("skipped", at(1))]
    assert decide(schedule, at(1), way=QUEUED) == [Decision(at(1), "skipped", QUEUED.queued)]


def test_due_time_settled_later_than_its_grace_is_skipped_with_that_reason():
    schedule = given(grace=Span(10, "minutes"))
    assert decide(schedule, at(1) + timedelta(minutes=10))[0].outcome == "fired"
    assert decide(schedule, at(1) + timedelta(minutes=10) + SECOND) == [
        Decision(at(1), "skipped", "it was later than its grace of 10 minutes")
    ]


def test_missed_ones_beyond_grace_are_skipped_and_those_within_are_caught_up():
    found = decide(given(grace=Span(2, "hours")), at(4.5), since=at(4.4))
    assert [one.outcome for one in found] == ["skipped", "skipped", "merged", "late"]
    assert found[0].reason == "nobody was ticking; it was later than its grace of 2 hours"


UNTIL = replace(PAUSED, paused_until=at(3))


def test_pause_until_a_date_ends_by_itself_and_what_fell_due_in_it_is_skipped():
    assert [one.outcome for one in decide(UNTIL, at(2.9))] == ["skipped", "skipped"]
    found = decide(UNTIL, at(3.1))
    assert [(one.due, one.outcome) for one in found] == [
        (at(1), "skipped"),
        (at(2), "skipped"),
        (at(3), "fired"),
    ]


def test_what_fell_due_in_a_pause_is_not_caught_up_after_it():
    found = decide(UNTIL, at(4.5), since=at(4.4))
    assert [(one.outcome, one.with_run_of) for one in found] == [
        ("skipped", None),
        ("skipped", None),
        ("merged", at(4)),
        ("late", None),
    ]
    assert [one.outcome for one in decide(replace(UNTIL, options=Options("all")), at(4.5), at(4.4))] == [
        "skipped",
        "skipped",
        "late",
        "late",
    ]


def test_next_fire_time_of_a_pause_until_a_date_is_the_first_from_that_date_on():
    assert next_fire(UNTIL, SAVED) == at(3)
    assert next_fire(UNTIL, at(3)) == at(4)
    assert list(to_come(UNTIL, SAVED, at(4))) == [at(3), at(4)]
    assert list(to_come(PAUSED, SAVED, at(4))) == []


def test_pause_that_is_over_is_none():
    assert UNTIL.woken(at(2)) == UNTIL
    woken = UNTIL.woken(at(3))
    assert (woken.paused, woken.paused_until, woken.rests(at(3))) == (False, None, False)
    assert next_fire(woken, at(2)) == at(3)
    assert PAUSED.woken(at(99)) == PAUSED


@settings(max_examples=100, deadline=None)
@hypothesis.given(
    st.builds(
        Options,
        catch_up=st.sampled_from(["once", "skip", "all"]),
        cap=st.integers(1, 4),
        overlap=st.sampled_from(["skip", "queue"]),
        grace=st.none() | st.integers(1, 300).map(lambda minutes: Span(minutes, "minutes")),
    ),
    st.none() | st.integers(0, 600),
    st.integers(0, 600),
    st.integers(0, 600),
    st.integers(0, 600),
    st.sampled_from([FREE, RUNNING, InTheWay(queued="run 3 was still queued"), InTheWay(backfill="b")]),
)
def test_whatever_the_options_every_due_time_has_one_decision(options, pause, handled, now, since, way):
    schedule = replace(
        HOURLY,
        options=options,
        handled=SAVED + timedelta(minutes=handled),
        paused=pause is not None,
        paused_until=None if pause is None else SAVED + timedelta(minutes=pause),
    )
    end = SAVED + timedelta(minutes=now)
    found = decide(schedule, end, SAVED + timedelta(minutes=since), way)
    assert [one.due for one in found] == list(due_times(schedule.rule, SAVED, schedule.handled, end))
    runs = [one.due for one in found if one.runs]
    assert all(one.runs == (one.outcome in ("fired", "late")) for one in found)
    assert sum(one.outcome == "late" for one in found) <= (options.cap if options.catch_up == "all" else 1)
    assert sum(one.outcome == "fired" for one in found) <= 1
    assert all(one.with_run_of in runs for one in found if one.with_run_of is not None)
    assert all(end - due <= options.grace.elapsed for due in runs if options.grace)
    assert all(due >= schedule.paused_until for due in runs if schedule.paused_until)


@settings(max_examples=150, deadline=None)
@hypothesis.given(
    st.sampled_from(["once", "skip"]),
    st.booleans(),
    st.integers(0, 600),
    st.integers(0, 600),
    st.integers(0, 600),
    st.sampled_from([FREE, InTheWay(queued="run 3 was still queued")]),
)
def test_every_due_time_has_exactly_one_decision_and_at_most_one_runs(
    catch_up, paused, handled, now, since, way
):
    schedule = replace(given(catch_up=catch_up), paused=paused, handled=SAVED + timedelta(minutes=handled))
    end = SAVED + timedelta(minutes=now)
    found = decide(schedule, end, SAVED + timedelta(minutes=since), way)
    assert [one.due for one in found] == list(due_times(schedule.rule, SAVED, schedule.handled, end))
    runs = [one.due for one in found if one.runs]
    assert len(runs) <= (0 if paused or way != FREE else 1)
    assert all(one.with_run_of in runs for one in found if one.with_run_of is not None)
    assert all(one.runs == (one.outcome in ("fired", "late")) for one in found)
