"""A backfill in which triggers say when to retrain: where they say so, and the same when it is resumed."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core.domain.clock import moment
from core.domain.runs import Run
from core.domain.triggers import Start
from tests.home_kit import Place, Places, day, place_of, shifting_rows

PERFORMANCE: dict[str, str | int] = {"when": "performance", "persist": "2 of 3"}


def shifted(
    places: Places, *triggers: dict[str, str | int], at: tuple[int, ...] = (5,), **said: object
) -> Place:
    keys = {"limit": 10.0, "history": "1 windows", "triggers": list(triggers), **said}
    return places.of(shifting_rows(14, at), **keys)


def backfill(place: Place, every: int = 0, **span: int) -> Run:
    return place.backfill(every, **span)


def starts(place: Place) -> list[Start]:
    with place.home.reading() as stores:
        rows = stores.database.query("select * from trigger_starts order by as_of")
        return [
            Start(
                place.kept.id, row["trigger"], moment(row["as_of"]), row["window"], row["why"], row["run_id"]
            )
            for row in rows
        ]


def made(place: Place) -> list[tuple[str, datetime, str]]:
    return [(version.trigger, version.train_to, version.reason) for version in place.versions()]


def test_retraining_comes_where_the_rule_is_crossed_and_is_said_on_the_version(places: Places) -> None:
    place = shifted(places, PERFORMANCE)
    assert backfill(place).state == "succeeded"
    (_, first, _), second, third = made(place)[:3]
    why = "rmse beyond 10 in 2 of the last 3 windows; gate always: not judged"
    assert first == day(3)
    assert second == ("performance", day(7), why)  # windows 5 and 6 are beyond
    assert third == ("performance", day(8), why)  # still 5 and 6 of the last three
    assert len(place.versions()) == 3
    assert [start.window for start in starts(place)] == [6, 7]


def test_no_retraining_within_a_cool_down(places: Places) -> None:
    place = shifted(places, {**PERFORMANCE, "cool_down": "3 days"}, at=(5, 7, 9, 11))
    backfill(place)
    moments = [start.as_of for start in starts(place)]
    assert len(moments) > 1
    assert all(after - before >= timedelta(days=3) for before, after in pairwise(moments))


def test_every_n_goes_by_its_number_and_not_by_triggers(places: Places) -> None:
    place = shifted(places, PERFORMANCE)
    backfill(place, every=20)
    assert len(place.versions()) == 1


@pytest.mark.parametrize("stop", [7, 10])
def test_resumed_backfill_gives_what_one_over_the_whole_gives(places: Places, stop: int) -> None:
    rules: list[dict[str, str | int]] = [
        {**PERFORMANCE, "cool_down": "2 days"},
        {"when": "age", "after": "4 days"},
    ]
    once, twice = shifted(places, *rules, at=(5, 9)), shifted(places, *rules, at=(5, 9))
    backfill(once)
    backfill(twice, to=stop)
    backfill(twice)
    assert made(twice) == made(once)
    assert [(one.trigger, one.as_of, one.window) for one in starts(twice)] == [
        (one.trigger, one.as_of, one.window) for one in starts(once)
    ]
    assert alerts(twice) == alerts(once)


def alerts(place: Place) -> list[tuple[str, datetime, datetime | None]]:
    with place.home.reading() as stores:
        return [(alert.kind, alert.opened, alert.resolved) for alert in stores.alerts.all()]


def test_backfill_again_is_not_refused_by_what_its_triggers_made(places: Places) -> None:
    place = shifted(places, PERFORMANCE)
    backfill(place)
    before = place.versions()
    assert backfill(place).state == "succeeded"
    assert place.versions() == before


def test_alert_opens_and_resolves_within_the_history_lived_through(places: Places) -> None:
    place = shifted(places, {**PERFORMANCE, "cool_down": "3 days"})
    backfill(place)
    with place.home.reading() as stores:
        (alert,) = stores.alerts.all()
    assert (alert.kind, alert.state, alert.opened, alert.resolved) == (
        "performance",
        "resolved",
        day(7),
        day(9),
    )
    assert alert.since_windows == 3
    assert alert.done == "Run 1 made v2: it serves."


def test_new_data_and_age_retrain_as_they_say(places: Places) -> None:
    place = shifted(places, {"when": "new_data", "rows": 48})
    backfill(place)
    assert [version.train_to for version in place.versions()] == [day(k) for k in (3, 5, 7, 9, 11, 13)]
    aged = shifted(places, {"when": "age", "after": "3 days"})
    backfill(aged)
    assert [version.trigger for version in aged.versions()] == ["backfill", "age", "age", "age"]


def test_labels_that_came_later_are_not_looked_at(places: Places) -> None:
    """Labels take two days: that windows 5 and 6 are beyond is known two days after each, and no earlier."""
    place = shifted(
        places, {**PERFORMANCE, "cool_down": "30 days"}, label_delay="2 days", history="3 windows"
    )
    backfill(place)
    (start,) = starts(place)
    assert (start.as_of, start.window) == (day(9), 6)
    with place.home.reading() as stores:
        assert stores.alerts.all()[0].opened == day(9)


def late_shift(days: int = 20, moved: int = 11) -> dict[str, np.ndarray]:
    """60 rows a day of which only y moves, from a day on."""
    random = np.random.default_rng(0)
    n = days * 60
    time = np.datetime64("2026-01-01T00:00:00", "us") + np.arange(n) * np.timedelta64(24, "m")
    y = random.normal(size=n) + 5 * (np.arange(n) // 60 >= moved)
    return {"t": time, "x": random.normal(size=n), "y": y}


@pytest.mark.parametrize("stop", [None, 14])
def test_drift_of_the_target_triggers_once_its_labels_came_also_when_resumed(
    tmp_path: Path, stop: int | None
) -> None:
    """Labels take two days: that windows 11 and 12 drifted is known at the end of day 14, and no earlier."""
    rule = {"when": "drift", "persist": "2 of 5", "cool_down": "30 days"}
    place = place_of(tmp_path, late_shift(), initial=8, recipe="dummy", triggers=[rule], label_delay="2 days")
    if stop is not None:
        backfill(place, to=stop)  # which ends with the drift of all windows by the labels of the present
    backfill(place)
    (start,) = starts(place)
    place.home.close()
    assert (start.as_of, start.window) == (day(15), 14)
