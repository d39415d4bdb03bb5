"""Runs: from queued to exactly one end, whoever asks for what in which order."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.domain.errors import IllegalChange, NotThere, StaleClaim
from core.domain.models import Kept
from core.domain.runs import ENDS, EXCLUSIVE, Asked, Run
from storage.database import Home
from storage.stores import Stores
from tests.home_kit import NOW, add_model

SECOND = timedelta(seconds=1)
TOKENS = st.sampled_from(["a", "b"])
PLACES = st.integers(0, 30)


class Lives(RuleBasedStateMachine):
    """Random acts on the runs of two models, in one transaction that is rolled back at the end."""

    def __init__(self, home: Home) -> None:
        super().__init__()
        self.block = home.transaction()
        self.t = self.block.__enter__()
        self.models = [add_model(self.t, name).id for name in ("one", "two")]
        self.runs: dict[int, Run] = {}
        self.now = NOW

    def teardown(self) -> None:
        assert not self.block.__exit__(_Undone, _Undone(), None)

    def some(self, place: int) -> Run:
        return self.runs[sorted(self.runs)[place % len(self.runs)]]

    def tick(self) -> Any:
        self.now += SECOND
        return self.now

    def refused(self, error: type[Exception], act: Callable[[], object]) -> None:
        """It raises exactly this error, and nothing has changed."""
        before = everything(self.t)
        with pytest.raises(error) as found:
            act()
        assert found.type is error
        assert everything(self.t) == before

    def changed(self, id: int) -> None:
        self.runs[id] = self.t.runs.get(id)

    @rule(model=st.integers(0, 1), kind=st.sampled_from(["retrain", "monitor", "backfill"]))
    def queue(self, model: int, kind: str) -> None:
        asked = Asked(self.models[model], kind, "manual")
        same = [run for run in self.runs.values() if (run.model_id, run.kind) == (asked.model_id, kind)]
        open_ = [run for run in same if not run.over and (kind != "monitor" or run.state == "queued")]
        before = everything(self.t)
        run, merged = self.t.runs.queue(asked, self.tick())
        assert merged == bool(open_)
        if merged:
            assert run.id == min(other.id for other in open_)
            assert everything(self.t) == before
        else:
            assert run.id not in self.runs
            assert (run.state, run.queued, run.started, run.token) == ("queued", self.now, None, None)
            self.runs[run.id] = run

    @precondition(lambda self: self.runs)
    @rule(place=PLACES, token=TOKENS)
    def claim(self, place: int, token: str) -> None:
        run = self.some(place)
        rivals = EXCLUSIVE if run.kind in EXCLUSIVE else (run.kind,)
        held = any(
            other.model_id == run.model_id and other.kind in rivals and other.state == "running"
            for other in self.runs.values()
        )

        def act() -> Run:
            return self.t.runs.claim(run.id, token, 7, 1.5, self.tick())

        if run.state == "queued" and not held:
            taken = act()
            assert (taken.state, taken.token, taken.pid, taken.started) == ("running", token, 7, self.now)
            self.changed(run.id)
        else:
            self.refused(StaleClaim, act)

    @precondition(lambda self: self.runs)
    @rule(place=PLACES, token=TOKENS)
    def beat(self, place: int, token: str) -> None:
        run = self.some(place)
        if owns(run, token):
            assert self.t.runs.beat(run.id, token, self.tick(), 0.5, "half") == run.cancel_requested
            self.changed(run.id)
            assert self.runs[run.id].heartbeat == self.now
        else:
            self.refused(StaleClaim, lambda: self.t.runs.beat(run.id, token, self.tick()))

    @precondition(lambda self: self.runs)
    @rule(place=PLACES, token=TOKENS)
    def step(self, place: int, token: str) -> None:
        run = self.some(place)
        if owns(run, token):
            before = self.t.runs.steps(run.id)
            self.t.runs.step(run.id, token, "next", self.tick())
            self.t.runs.fact(run.id, token, "a fact")
            steps = self.t.runs.steps(run.id)
            assert len(steps) == len(before) + 1
            assert (steps[-1].started, steps[-1].ended, steps[-1].facts) == (self.now, None, "a fact")
            assert all(step.ended is not None for step in steps[:-1])
            self.changed(run.id)
        else:
            self.refused(StaleClaim, lambda: self.t.runs.step(run.id, token, "next", self.tick()))
            self.refused(StaleClaim, lambda: self.t.runs.fact(run.id, token, "a fact"))

    @precondition(lambda self: self.runs)
    @rule(place=PLACES)
    def ask_cancel(self, place: int) -> None:
        run = self.some(place)
        if run.over:
            self.refused(IllegalChange, lambda: self.t.runs.ask_cancel(run.id, self.tick()))
            return
        asked = self.t.runs.ask_cancel(run.id, self.tick())
        if run.state == "queued":
            assert (asked.state, asked.ended) == ("cancelled", self.now)
        else:
            assert (asked.state, asked.cancel_requested) == ("running", True)
        self.changed(run.id)

    @precondition(lambda self: self.runs)
    @rule(place=PLACES, token=st.one_of(st.none(), TOKENS), state=st.sampled_from(ENDS))
    def end(self, place: int, token: str | None, state: str) -> None:
        run = self.some(place)

        def act() -> Run:
            return self.t.runs.end(run.id, token, state, self.tick(), reason="so")

        if run.state == "queued" and state != "cancelled":
            self.refused(IllegalChange, act)
        elif run.over or run.token != token:
            self.refused(StaleClaim, act)
        else:
            ended = act()
            assert (ended.state, ended.ended, ended.reason) == (state, self.now, "so")
            assert all(step.ended is not None for step in self.t.runs.steps(run.id))
            self.changed(run.id)

    @invariant()
    def each_run_is_as_it_was_left_and_has_an_end_only_if_it_is_over(self) -> None:
        mine = [run for run in self.t.runs.latest(limit=1000) if run.model_id in self.models]
        assert {run.id: run for run in mine} == self.runs
        assert all((run.ended is not None) == run.over for run in mine)
        assert [run.id for run in self.t.runs.open()] == sorted(run.id for run in mine if not run.over)

    @invariant()
    def one_run_a_model_makes_versions(self) -> None:
        for model in self.models:
            mine = [run for run in self.runs.values() if run.model_id == model and run.kind in EXCLUSIVE]
            assert sum(run.state == "running" for run in mine) <= 1
            assert sum(run.kind == "retrain" and not run.over for run in mine) <= 1


class _Undone(Exception):
    pass


def owns(run: Run, token: str) -> bool:
    return run.state == "running" and run.token == token


def everything(t: Stores) -> list[object]:
    return [t.database.execute(f"select * from {table}").fetchall() for table in ("runs", "steps")]


def test_runs_keep_their_promises_in_any_order(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    run_state_machine_as_test(
        lambda: Lives(home),
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    home.close()


def insert(t: Stores, kept: Kept, kind: str, state: str) -> None:
    started = "null" if state == "queued" else "1"
    t.database.execute(
        f"insert into runs (model_id, kind, trigger, state, queued, started)"
        f" values (?, ?, 'manual', ?, 0, {started})",
        [kept.id, kind, state],
    )


def test_one_retrain_runs_and_one_waits_even_by_raw_sql(home: Home, kept: Kept) -> None:
    with home.transaction() as t:
        insert(t, kept, "retrain", "queued")
        insert(t, kept, "retrain", "running")
        for kind, state in (("retrain", "queued"), ("retrain", "running"), ("backfill", "running")):
            with pytest.raises(sqlite3.IntegrityError):
                insert(t, kept, kind, state)
        other = add_model(t, "other")
        insert(t, other, "retrain", "queued")
        insert(t, other, "retrain", "running")


def test_one_backfill_is_open_even_by_raw_sql(home: Home, kept: Kept) -> None:
    with home.transaction() as t:
        insert(t, kept, "backfill", "queued")
        for state in ("queued", "running"):
            with pytest.raises(sqlite3.IntegrityError):
                insert(t, kept, "backfill", state)


def test_one_monitoring_runs_and_one_waits_even_by_raw_sql(home: Home, kept: Kept) -> None:
    with home.transaction() as t:
        for state in ("queued", "running"):
            insert(t, kept, "monitor", state)
            with pytest.raises(sqlite3.IntegrityError):
                insert(t, kept, "monitor", state)


def test_monitoring_asked_for_while_one_runs_waits_behind_it(home: Home, kept: Kept) -> None:
    asked = Asked(kept.id, "monitor", "manual")
    with home.transaction() as t:
        first, _ = t.runs.queue(asked, NOW)
        t.runs.claim(first.id, "a", 1, 1.0, NOW)  # it has read the rows, perhaps
        second, merged = t.runs.queue(asked, NOW)
        assert (second.id != first.id, merged) == (True, False)
        third, merged = t.runs.queue(asked, NOW)
        assert (third.id, merged) == (second.id, True)


@pytest.mark.parametrize(
    "wrong",
    [
        "state = 'succeeded'",  # an end without its moment
        "ended = 2",  # a moment without an end
        "state = 'running'",  # running since never
        "state = 'resting'",
    ],
)
def test_row_that_no_run_can_be_is_refused(home: Home, kept: Kept, wrong: str) -> None:
    with home.transaction() as t:
        insert(t, kept, "retrain", "queued")
        with pytest.raises(sqlite3.IntegrityError):
            t.database.execute(f"update runs set {wrong}")


def test_due_time_of_a_schedule_has_one_run_an_attempt(home: Home, kept: Kept) -> None:
    from core.domain.schedules import Rule

    with home.transaction() as t:
        schedule = t.schedules.add(kept.id, Rule(cron="0 * * * *"), NOW).id
        for attempt in (1, 2):
            asked = Asked(kept.id, "retrain", "schedule", schedule_id=schedule, due=NOW, attempt=attempt)
            run, merged = t.runs.queue(asked, NOW)
            assert not merged
            t.runs.ask_cancel(run.id, NOW)
        with pytest.raises(sqlite3.IntegrityError):
            t.runs.queue(asked, NOW)


def test_run_that_is_not_there_is_said(home: Home) -> None:
    with home.transaction() as t:
        for act in (
            lambda: t.runs.get(9),
            lambda: t.runs.claim(9, "a", 1, 0.0, NOW),
            lambda: t.runs.ask_cancel(9, NOW),
            lambda: t.runs.end(9, "a", "lost", NOW),
        ):
            with pytest.raises(NotThere, match="no run 9"):
                act()
