"""Options in the flow: what is caught up, queued, too late or paused until a date, on a real file."""

import pytest

from core.domain.errors import BadInput
from core.domain.limits import Limits
from core.domain.runs import Asked
from core.domain.schedules import Options
from core.domain.spans import Span
from core.scheduling.flow import pause, resume, set_schedule
from tests.scheduling.flow_kit import HOURLY, SAVED, SECOND, ask, at, entries, finish


def test_catch_up_all_queues_a_run_for_each_of_the_newest_cap_oldest_first(home, kept, tick):
    with home.transaction() as t:
        schedule = set_schedule(t, kept, HOURLY, SAVED, options=Options("all", cap=3))
        ask(t, kept, "retrain")
    found = tick(schedule, at(5.5), since=at(5.4))
    assert [(one.due, one.outcome) for one in found] == [
        (at(1), "skipped"),
        (at(2), "skipped"),
        (at(3), "late"),
        (at(4), "late"),
        (at(5), "late"),
    ]
    with home.reading() as t:
        waiting = [(run.id, run.due) for run in t.runs.open()]
    assert waiting == [(1, None), (2, at(3)), (3, at(4)), (4, at(5))]
    assert [one.run_id for one in found] == [None, None, 2, 3, 4]


def test_retrain_by_hand_merges_with_what_is_caught_up(home, kept, tick):
    with home.transaction() as t:
        schedule = set_schedule(t, kept, HOURLY, SAVED, options=Options("all"))
    first, *_ = tick(schedule, at(3.5), since=at(3.4))
    with home.transaction() as t:
        run, merged = t.runs.queue(Asked(kept.id, "retrain", "manual"), at(3.5))
        assert (run.id, merged) == (first.run_id, True)


def test_due_time_after_those_caught_up_is_skipped_until_they_are_over(home, kept, tick):
    with home.transaction() as t:
        schedule = set_schedule(t, kept, HOURLY, SAVED, options=Options("all"))
    found = tick(schedule, at(2.5), since=at(2.4))
    assert [one.outcome for one in tick(schedule, at(3), since=at(2.4))] == ["skipped"]
    finish(home, found[0].run_id)
    assert [one.outcome for one in tick(schedule, at(4), since=at(2.4))] == ["skipped"]
    finish(home, found[1].run_id)
    assert [one.outcome for one in tick(schedule, at(5), since=at(2.4))] == ["fired"]


def test_overlap_queue_lets_one_run_wait_behind_the_running_one(home, kept, tick):
    with home.transaction() as t:
        schedule = set_schedule(t, kept, HOURLY, SAVED, options=Options(overlap="queue"))
    (first,) = tick(schedule, at(1))
    with home.transaction() as t:
        t.runs.claim(first.run_id, "token", 1, 0.0, at(1))
    (second,) = tick(schedule, at(2))
    (third,) = tick(schedule, at(3))
    assert (second.outcome, third.outcome) == ("fired", "skipped")
    assert third.reason == f"run {second.run_id} was still queued"
    with home.reading() as t:
        assert [(run.id, run.state) for run in t.runs.open()] == [
            (first.run_id, "running"),
            (second.run_id, "queued"),
        ]


def test_run_carries_the_limits_of_its_schedule(home, kept, tick):
    limits = Limits(time_out=Span(2, "hours"), retries=3, retry_delay=Span(1, "minutes"), backoff=1.5)
    with home.transaction() as t:
        schedule = set_schedule(t, kept, HOURLY, SAVED, options=Options(limits=limits))
    (entry,) = tick(schedule, at(1))
    with home.reading() as t:
        assert t.runs.get(entry.run_id).limits == limits
        assert t.schedules.get(schedule.id).options.limits == limits


def test_grace_skips_what_is_settled_later(home, kept, tick):
    with home.transaction() as t:
        schedule = set_schedule(t, kept, HOURLY, SAVED, options=Options(grace=Span(5, "minutes")))
    assert [one.outcome for one in tick(schedule, at(2.5))] == ["skipped", "skipped"]
    with home.reading() as t:
        assert t.runs.open() == []


def test_pause_until_a_date_goes_on_by_itself_and_fires_nothing_of_the_pause(home, kept, schedule, tick):
    with home.transaction() as t:
        paused = pause(t, schedule, at(0.5), "holidays", at(3))
    assert (paused.paused_until, paused.rests(at(2)), paused.rests(at(3))) == (at(3), True, False)
    tick(paused, at(1))
    tick(paused, at(3) + SECOND)
    assert [(one[0], one[1], one[3]) for one in entries(home, kept)] == [
        (at(1), "skipped", "paused: holidays"),
        (at(2), "skipped", "paused: holidays"),
        (at(3), "fired", None),
    ]
    with home.reading() as t:
        again = t.schedules.get(schedule.id)
    assert (again.paused, again.paused_until, again.pause_reason) == (False, None, None)
    assert again.revision == paused.revision


def test_pause_until_a_date_that_has_passed_is_refused(home, schedule):
    with pytest.raises(BadInput), home.transaction() as t:
        pause(t, schedule, at(2), "holidays", at(2))


def test_second_pause_leaves_what_fell_due_in_the_first_with_its_reason(home, kept, schedule, tick):
    with home.transaction() as t:
        first = pause(t, schedule, at(0.5), "holidays", at(1.5))
    with home.transaction() as t:
        second = pause(t, first, at(2.5), "the source moves")
    tick(second, at(3))
    assert [one[3] for one in entries(home, kept)] == [
        "paused: holidays",
        "paused before it could run",
        "paused: the source moves",
    ]


def test_resume_before_the_date_goes_on_at_once(home, schedule, tick):
    with home.transaction() as t:
        resumed = resume(t, pause(t, schedule, at(0.5), "holidays", at(9)), at(1.5))
    assert not resumed.paused
    assert resumed.paused_until is None
    assert [(one.due, one.outcome) for one in tick(resumed, at(2))] == [(at(2), "fired")]
