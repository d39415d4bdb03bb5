"""A run that ends badly opens an alert in that transaction; the next of its sort to succeed resolves it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.alerts import Alert
from core.domain.runs import Asked
from storage.database import Home
from tests.home_kit import NOW, add_model

End = Callable[..., int]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    with home.transaction() as t:
        add_model(t)
    yield home
    home.close()


@pytest.fixture
def end(home: Home) -> End:
    """Queue, claim and end a run of the model; its id."""

    def end(state: str, kind: str = "retrain", error: str | None = None) -> int:
        with home.transaction() as t:
            run, _ = t.runs.queue(Asked(1, kind, "manual"), NOW)
            t.runs.claim(run.id, "t", 1, 0.0, NOW)
            t.runs.end(run.id, "t", state, NOW + timedelta(minutes=run.id), error=error)
            return run.id

    return end


def alerts(home: Home) -> list[Alert]:
    with home.reading() as stores:
        return stores.alerts.all()


@pytest.mark.parametrize(
    ("state", "said"), [("failed", "failed"), ("timed_out", "timed out"), ("lost", "was lost")]
)
def test_bad_end_opens_an_alert_that_names_the_run(home: Home, end: End, state: str, said: str) -> None:
    id = end(state, error="The rows are gone.\nMore lines.")
    (alert,) = alerts(home)
    assert (alert.kind, alert.state, alert.run_id, alert.opened) == (
        "run failed",
        "open",
        id,
        NOW + timedelta(minutes=id),
    )
    assert alert.why == f"Run {id}, a retraining, {said}: The rows are gone."


def test_next_run_that_succeeds_resolves_it(home: Home, end: End) -> None:
    end("failed")
    end("failed")
    end("cancelled")
    (alert,) = alerts(home)
    assert (alert.state, alert.run_id) == ("open", 2)
    end("succeeded")
    assert [one.state for one in alerts(home)] == ["resolved"]


def test_look_at_the_rows_that_failed_is_resolved_by_a_retraining_that_succeeds(home: Home, end: End) -> None:
    end("failed", "monitor")
    end("failed")
    assert [(one.state, one.run_id) for one in alerts(home)] == [("open", 1)]
    end("succeeded")
    assert [one.state for one in alerts(home)] == ["resolved"]


def test_look_at_the_rows_does_not_resolve_a_failed_retraining_and_a_backfill_does(
    home: Home, end: End
) -> None:
    end("failed")
    end("succeeded", "monitor")
    end("failed", "monitor")
    (alert,) = alerts(home)
    assert (alert.state, alert.run_id) == ("open", 1)
    end("succeeded", "backfill")
    assert alerts(home)[0].state == "resolved"


def test_run_that_succeeds_or_is_cancelled_opens_none(home: Home, end: End) -> None:
    end("succeeded")
    end("cancelled")
    assert alerts(home) == []


def test_rebuilding_that_fails_opens_none_for_it_changes_nothing(home: Home, end: End) -> None:
    end("failed", kind="reproduce", error="v3 was adopted.")
    assert alerts(home) == []
