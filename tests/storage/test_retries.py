"""Retries: a run that fails is tried again by its limits, and no other."""

from contextlib import suppress
from datetime import timedelta

import pytest

from core.domain.limits import Limits
from core.domain.runs import BAD_ENDS, Asked, Run
from core.domain.spans import Span
from storage.database import Home
from storage.stores import Stores
from tests.home_kit import NOW, add_model


def _failing(t: Stores, state: str = "failed", **asked: object) -> tuple[Run, list[Run]]:
    """(A run that ended so, the runs that are open then)."""
    limits = Limits(Span(2, "hours"), retries=2, retry_delay=Span(5, "minutes"), backoff=3)
    values = {"trigger": "schedule", "limits": limits, "options": {"a": 1}, "as_of": NOW, "due": NOW, **asked}
    run, _ = t.runs.queue(Asked(add_model(t).id, "retrain", **values), NOW)  # type: ignore[arg-type]
    t.runs.claim(run.id, "x", 1, 0.0, NOW)
    return t.runs.end(run.id, "x", state, NOW, reason="it went wrong"), t.runs.open()


@pytest.mark.parametrize("state", BAD_ENDS)
def test_run_that_fails_is_tried_again_later_with_all_that_it_was_asked(home: Home, state: str) -> None:
    with home.transaction() as t:
        run, (again,) = _failing(t, state)
        assert run.reason == f"it went wrong; tried again by run {again.id}"
        assert (again.trigger, again.attempt, again.retry_of, again.state) == ("retry", 2, run.id, "queued")
        assert again.not_before == NOW + timedelta(minutes=5)
        kept = ("model_id", "kind", "as_of", "options", "limits", "schedule_id", "due")
        assert [getattr(again, name) for name in kept] == [getattr(run, name) for name in kept]
        t.runs.claim(again.id, "y", 1, 0.0, NOW)
        t.runs.end(again.id, "y", "failed", NOW, error="ValueError: no.")
        (third,) = t.runs.open()
        assert t.runs.get(again.id).error == f"ValueError: no; tried again by run {third.id}"
        assert (third.attempt, third.not_before) == (3, NOW + timedelta(minutes=15))
        t.runs.claim(third.id, "z", 1, 0.0, NOW)
        assert t.runs.end(third.id, "z", "lost", NOW).reason is None
        assert t.runs.open() == []  # two retries were allowed


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        ("cancelled", {}),
        ("succeeded", {}),
        ("failed", {"trigger": "manual"}),
        ("failed", {"limits": Limits(Span(1, "hours"))}),
    ],
)
def test_run_that_was_cancelled_or_that_a_person_asked_for_is_not_tried_again(
    home: Home, state: str, asked: dict[str, object]
) -> None:
    with home.transaction() as t:
        assert _failing(t, state, **asked)[1] == []


def test_run_that_fails_while_it_is_being_cancelled_is_not_tried_again(home: Home) -> None:
    with home.transaction() as t:
        run, _ = t.runs.queue(Asked(add_model(t).id, "retrain", "drift", limits=Limits(retries=1)), NOW)
        t.runs.claim(run.id, "x", 1, 0.0, NOW)
        t.runs.ask_cancel(run.id, NOW)
        t.runs.end(run.id, "x", "failed", NOW)
        assert t.runs.open() == []


def test_end_that_is_rolled_back_leaves_no_retry(home: Home) -> None:
    with suppress(ZeroDivisionError), home.transaction() as t:
        _failing(t)
        raise ZeroDivisionError
    with home.reading() as stores:
        assert stores.runs.open() == []


def test_person_who_asks_need_not_wait_for_the_retry(home: Home) -> None:
    with home.transaction() as t:
        run, (again,) = _failing(t)
        found, merged = t.runs.queue(Asked(run.model_id, "retrain", "manual"), NOW)
        assert merged
        assert (found.id, found.not_before) == (again.id, None)
