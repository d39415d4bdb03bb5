"""After a look at the rows: alerts open and resolve, and a trigger queues a run, in one transaction."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain.alerts import Alert
from core.domain.runs import Asked, Run
from core.domain.spans import Span
from core.domain.windows import Window
from core.scheduling.rules import parse_rule
from tests.home_kit import NOW, Place, day, place_of, shifting_rows

PERFORMANCE = {"when": "performance", "persist": "2 of 3"}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[object]:
    """A model that lived through ten good days, and stands before four bad ones."""
    made: list[Place] = []

    def make(*triggers: dict[str, object], limit: float | None = 10.0) -> Place:
        limits = {"limit": limit} if limit is not None else {}
        place = place_of(tmp_path, shifting_rows(14, (10,)), triggers=list(triggers), **limits)
        made.append(place)
        place.work("backfill", options={"every": 20, "to": us(10)})
        return place

    yield make
    for place in made:
        place.home.close()


def us(k: int) -> int:
    return int(day(k).timestamp()) * 1_000_000


def alerts(place: Place) -> list[Alert]:
    with place.home.reading() as stores:
        return stores.alerts.all()


def queued(place: Place) -> list[Run]:
    with place.home.reading() as stores:
        return [run for run in stores.runs.open() if run.kind == "retrain"]


def test_trigger_queues_a_retraining_and_says_why_on_both_runs(make) -> None:  # type: ignore[no-untyped-def]
    place = make(PERFORMANCE)
    looked = place.work("monitor")
    (run,) = queued(place)
    assert (run.trigger, run.options["why"]) == ("performance", "rmse beyond 10 in 3 of the last 3 windows")
    assert (looked.reason or "").endswith(f"{run.options['why']}: run {run.id} retrains it")
    (alert,) = alerts(place)
    assert (alert.kind, alert.state, alert.done) == ("performance", "open", f"Run {run.id} retrains it.")


def test_retraining_that_a_trigger_started_says_so_on_its_run_and_its_version(make) -> None:  # type: ignore[no-untyped-def]
    place = make(PERFORMANCE)
    place.work("monitor")
    with place.home.transaction() as t:
        run = t.runs.claim(queued(place)[0].id, "token", 1, 0.0, NOW)
    from core.engine.work import work
    from tests.home_kit import Quiet

    work(run, place.shop, Quiet())
    newest = place.versions()[-1]
    why = "rmse beyond 10 in 3 of the last 3 windows; gate always: not judged"
    assert (newest.trigger, newest.reason) == ("performance", why)
    with place.home.reading() as stores:
        assert stores.runs.get(run.id).reason == why
    assert alerts(place)[0].done == f"Run {run.id} made v{newest.number}: it serves."


def test_same_windows_start_no_second_run_and_say_why(make) -> None:  # type: ignore[no-untyped-def]
    place = make(PERFORMANCE)
    place.work("monitor")
    first = queued(place)[0]
    with place.home.transaction() as t:
        t.runs.ask_cancel(first.id, NOW)
    again = place.work("monitor")
    assert queued(place) == []
    assert f"run {first.id} was started for the same windows" in (again.reason or "")
    assert f"run {first.id} was started for the same windows" in alerts(place)[0].done


def test_no_run_while_another_is_under_way(make) -> None:  # type: ignore[no-untyped-def]
    place = make(PERFORMANCE)
    with place.home.transaction() as t:
        other, _ = t.runs.queue(Asked(place.kept.id, "backfill", "backfill"), NOW)
    looked = place.work("monitor")
    assert queued(place) == []
    assert f"run {other.id} is under way already" in (looked.reason or "")
    with place.home.reading() as stores:
        assert stores.starts.last(place.kept.id, day(99)) == {}


def test_look_at_an_earlier_moment_starts_nothing_and_opens_nothing(make) -> None:  # type: ignore[no-untyped-def]
    place = make(PERFORMANCE)
    place.work("monitor", as_of=day(13))
    assert (queued(place), alerts(place)) == ([], [])


def test_alert_needs_no_trigger_and_resolves_once_the_rule_is_no_longer_crossed(make) -> None:  # type: ignore[no-untyped-def]
    place = make()
    place.work("monitor")
    assert queued(place) == []
    (alert,) = alerts(place)
    assert (alert.state, alert.since_windows) == ("open", 4)
    with place.home.transaction() as t:
        good = [healed(window) for window in t.windows.all(place.kept.id) if window.index > 11]
        t.windows.save(place.kept.id, good)
    place.work("monitor")
    (alert,) = alerts(place)
    assert alert.state == "resolved"


def healed(window: Window) -> Window:
    return replace(window, metrics={**window.metrics, "rmse": 1.0}) if window.scored else window


def test_run_of_a_trigger_has_the_limits_of_the_first_schedule(make) -> None:  # type: ignore[no-untyped-def]
    from core.domain.limits import Limits
    from core.domain.schedules import Options

    place, limits = make(PERFORMANCE), Limits(time_out=Span(1, "hours"), retries=2)
    with place.home.transaction() as t:
        rule = parse_rule({"every": "7 days"}, "UTC")
        t.schedules.add(place.kept.id, rule, NOW, options=Options(limits=limits))
    place.work("monitor")
    assert queued(place)[0].limits == limits
