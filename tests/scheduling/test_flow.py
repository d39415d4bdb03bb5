"""Flow: schedules set, paused, resumed, removed and fired, on a real file."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.errors import IllegalChange, NotThere, StaleTick
from core.domain.schedules import Options, Rule
from core.domain.spans import Span
from core.scheduling.entering import BATCH
from core.scheduling.flow import fire_due, pause, remove, resume, set_schedule
from tests.scheduling.flow_kit import HOURLY, SAVED, SECOND, TWO_HOURLY, ask, at, entries, finish


def test_due_time_queues_a_run_and_is_entered_with_it(home, schedule, tick):
    (entry,) = tick(schedule, at(1) + SECOND)
    assert (entry.due, entry.outcome, entry.at) == (at(1), "fired", at(1) + SECOND)
    with home.reading() as t:
        run = t.runs.get(entry.run_id)
        assert (run.kind, run.trigger, run.state, run.schedule_id, run.due) == (
            "retrain",
            "schedule",
            "queued",
            schedule.id,
            at(1),
        )
        assert t.schedules.get(schedule.id).handled == at(1) + SECOND


def test_second_tick_settles_nothing_again(home, kept, schedule, tick):
    tick(schedule, at(1))
    assert tick(schedule, at(1) + SECOND) == []
    assert len(entries(home, kept)) == 1


def test_tick_without_a_due_time_writes_nothing(home, schedule, tick):
    assert tick(schedule, at(0.5)) == []
    with home.reading() as t:
        assert t.schedules.get(schedule.id) == schedule


def test_due_while_a_retrain_is_open_is_skipped_and_names_it(home, kept, schedule, tick):
    with home.transaction() as t:
        run = ask(t, kept, "retrain")
    tick(schedule, at(1))
    with home.transaction() as t:
        t.runs.claim(run, "token", 1, 0.0, at(1))
    tick(schedule, at(2))
    found = [(outcome, run_id, reason) for _, outcome, run_id, reason in entries(home, kept)]
    assert found == [
        ("skipped", None, f"run {run} was still queued"),
        ("skipped", None, f"run {run} was still running"),
    ]


def test_due_after_the_run_before_is_over_fires(home, schedule, tick):
    (first,) = tick(schedule, at(1))
    finish(home, first.run_id)
    (second,) = tick(schedule, at(2))
    assert second.outcome == "fired"
    assert second.run_id != first.run_id


def test_due_while_a_backfill_is_queued_or_running_is_skipped(home, kept, schedule, tick):
    with home.transaction() as t:
        run = ask(t, kept, "backfill")
    tick(schedule, at(1))
    with home.transaction() as t:
        t.runs.claim(run, "token", 1, 0.0, at(1))
    tick(schedule, at(2))
    assert {one[1:] for one in entries(home, kept)} == {("skipped", None, "a backfill is running")}


def test_monitoring_and_other_models_are_not_in_the_way(home, kept, schedule, tick):
    with home.transaction() as t:
        other = t.models.add(replace(kept.model, name="other"), kept.survey, 0, SAVED, None)
        ask(t, kept, "monitor")
        ask(t, other, "retrain")
        ask(t, other, "backfill")
    assert [one.outcome for one in tick(schedule, at(1))] == ["fired"]


def test_missed_ones_merge_with_the_run_of_the_newest(home, kept, schedule, tick):
    found = tick(schedule, at(3.5), since=at(3.4))
    assert [(one.due, one.outcome) for one in found] == [
        (at(1), "merged"),
        (at(2), "merged"),
        (at(3), "late"),
    ]
    (run_id,) = {one.run_id for one in found}
    with home.reading() as t:
        assert t.runs.get(run_id).due == at(3)
        assert len(t.runs.latest(kept.id)) == 1


def test_due_in_the_same_tick_as_a_late_one_is_skipped_and_names_its_run(schedule, tick):
    late, skipped = tick(schedule, at(2.1), since=at(1.5))
    assert (late.outcome, skipped.outcome) == ("late", "skipped")
    assert (skipped.run_id, skipped.reason) == (None, f"run {late.run_id} was still queued")


def test_catch_up_skip_queues_nothing(home, kept, tick):
    with home.transaction() as t:
        schedule = set_schedule(t, kept, HOURLY, SAVED, options=Options(catch_up="skip"))
    found = tick(schedule, at(3.5), since=at(3.4))
    assert {(one.outcome, one.run_id, one.reason) for one in found} == {
        ("skipped", None, "nobody was ticking")
    }


def test_more_missed_than_one_batch_have_one_entry_each_and_one_run(home, kept, tick):
    with home.transaction() as t:
        schedule = set_schedule(t, kept, Rule(every=Span(1, "minutes")), SAVED)
    count = 2 * BATCH + 7
    end = SAVED + timedelta(minutes=count)
    found = tick(schedule, end, since=end + SECOND)
    kinds = Counter((outcome, run_id) for _, outcome, run_id, _ in entries(home, kept))
    run_id = found[-1].run_id
    assert kinds == {("merged", run_id): count - 1, ("late", run_id): 1}
    assert len(found) == BATCH


def test_tick_with_an_old_fence_changes_nothing(home, kept, schedule, fence):
    with home.transaction() as t:
        t.leases.release(fence)
        t.leases.take("another process", SAVED)
    with pytest.raises(StaleTick), home.transaction() as t:
        fire_due(t, fence, schedule, at(1), SAVED)
    assert entries(home, kept) == []


def test_tick_of_a_schedule_that_was_removed_settles_nothing(home, schedule, tick):
    with home.transaction() as t:
        remove(t, schedule, at(0.5))
    assert tick(schedule, at(2)) == []


def test_tick_goes_by_the_schedule_as_it_is_now(home, kept, schedule, tick):
    with home.transaction() as t:
        set_schedule(t, kept, TWO_HOURLY, at(0.5), schedule=schedule)
    assert [one.due for one in tick(schedule, at(2.5))] == [at(2.5)]


def test_two_schedules_due_at_once_make_one_run(home, kept, schedule, tick):
    with home.transaction() as t:
        other = set_schedule(t, kept, TWO_HOURLY, SAVED)
    tick(replace(schedule, handled=at(1)), at(1))
    finish(home, entries(home, kept)[0][2])
    (first,), (second,) = tick(schedule, at(2)), tick(other, at(2))
    assert (first.outcome, second.outcome) == ("fired", "skipped")
    assert second.reason == f"run {first.run_id} was still queued"


def test_due_time_twice_is_refused_as_a_whole(home, kept, schedule, tick):
    tick(schedule, at(1))
    with home.transaction() as t:
        t.schedules.handle(schedule, SAVED)
    with pytest.raises(IllegalChange):
        tick(schedule, at(3))
    assert len(entries(home, kept)) == 1


def test_changed_schedule_is_anchored_now_and_drops_what_was_left(home, kept, schedule):
    with home.transaction() as t:
        changed = set_schedule(t, kept, TWO_HOURLY, at(1.5), schedule=schedule)
    assert (changed.rule, changed.anchor, changed.handled, changed.name) == (
        TWO_HOURLY,
        at(1.5),
        at(1.5),
        "hourly",
    )
    assert changed.revision > schedule.revision
    assert entries(home, kept) == [(at(1), "skipped", None, "the schedule was changed before it could run")]


def test_same_content_keeps_its_phase(home, kept, schedule):
    with home.transaction() as t:
        assert set_schedule(t, kept, HOURLY, at(5.5), schedule=schedule) == schedule
    assert entries(home, kept) == []


def test_change_of_options_is_a_change_and_keeps_the_phase(home, kept, schedule):
    with home.transaction() as t:
        changed = set_schedule(t, kept, HOURLY, at(0.5), schedule=schedule, options=Options(catch_up="skip"))
    assert (changed.options.catch_up, changed.anchor) == ("skip", SAVED)


def test_change_of_what_another_changed_is_refused_and_enters_nothing(home, kept, schedule):
    with home.transaction() as t:
        set_schedule(t, kept, TWO_HOURLY, at(0.5), schedule=schedule)
    with pytest.raises(IllegalChange), home.transaction() as t:
        set_schedule(t, kept, Rule(every=Span(5, "minutes")), at(3), schedule=schedule)
    assert entries(home, kept) == []


def test_paused_schedule_skips_and_resume_fires_nothing_of_the_pause(home, kept, schedule, tick):
    with home.transaction() as t:
        paused = pause(t, schedule, at(0.5), "holidays")
    tick(paused, at(1))
    with home.transaction() as t:
        resumed = resume(t, paused, at(3.5))
    assert not resumed.paused
    assert [one[1:] for one in entries(home, kept)] == [("skipped", None, "paused: holidays")] * 3
    assert [(one.due, one.outcome) for one in tick(resumed, at(4.5))] == [(at(4), "fired")]


def test_resume_keeps_the_phase(home, schedule, tick):
    with home.transaction() as t:
        resumed = resume(t, pause(t, schedule, at(0.25), "holidays"), at(0.5))
    assert [one.due for one in tick(resumed, at(1.25))] == [at(1)]


def test_resume_of_one_that_runs_changes_nothing(home, schedule):
    with home.transaction() as t:
        assert resume(t, schedule, at(1.5)) == schedule


def test_removed_schedule_is_gone_and_its_ledger_stays(home, kept, schedule, tick):
    tick(schedule, at(1))
    with home.transaction() as t:
        remove(t, schedule, at(2.5))
        with pytest.raises(NotThere):
            t.schedules.get(schedule.id)
    assert [(one[0], one[1]) for one in entries(home, kept)] == [(at(1), "fired"), (at(2), "skipped")]


def test_tick_after_the_clock_was_put_back_waits(home, schedule, tick):
    (first,) = tick(schedule, at(1.5))
    finish(home, first.run_id)
    assert tick(schedule, at(0.5)) == []
    assert [one.due for one in tick(schedule, at(2))] == [at(2)]
