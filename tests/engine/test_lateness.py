"""What is late by the clock: an alert opens, resolves once it has happened, and mutes end."""

from datetime import timedelta

import pytest

from core.domain.alerts import Alert
from core.domain.clock import micros
from core.domain.errors import StaleTick
from core.domain.rhythm import Rhythm, Share
from core.domain.schedules import Rule
from core.domain.spans import Span
from core.engine.lateness import settle_late
from tests.home_kit import NOW, Place

HOUR = timedelta(hours=1)


def free(_: object) -> None:
    """No guard."""


def alerts(place: Place) -> list[Alert]:
    with place.home.reading() as stores:
        return stores.alerts.all()


def hourly(place: Place) -> None:
    with place.home.transaction() as t:
        t.schedules.add(place.kept.id, Rule(every=Span(1, "hours")), NOW)


def test_due_time_without_its_entry_for_a_minute_opens_an_alert(place: Place) -> None:
    hourly(place)
    settle_late(place.home, NOW + HOUR + timedelta(seconds=59), free)
    assert alerts(place) == []
    settle_late(place.home, NOW + HOUR + timedelta(seconds=60), free)
    (alert,) = alerts(place)
    assert (alert.kind, alert.state) == ("run late", "open")
    assert alert.why == "A retraining was due Mon 2 Mar, 13:00 (UTC) and has not begun."


def test_it_resolves_once_the_due_time_has_its_entry(place: Place) -> None:
    hourly(place)
    settle_late(place.home, NOW + 2 * HOUR, free)
    with place.home.transaction() as t:
        t.schedules.handle(t.schedules.of(place.kept.id)[0], NOW + 2 * HOUR)
    settle_late(place.home, NOW + 2 * HOUR, free)
    assert [alert.state for alert in alerts(place)] == ["resolved"]


def test_paused_schedule_is_never_late(place: Place) -> None:
    hourly(place)
    with place.home.transaction() as t:
        t.schedules.pause(t.schedules.of(place.kept.id)[0], NOW, "rest")
    settle_late(place.home, NOW + 5 * HOUR, free)
    assert alerts(place) == []


def test_mute_ends_by_itself(place: Place) -> None:
    with place.home.transaction() as t:
        t.alerts.open(Alert(0, place.kept.id, "drift", "open", NOW, "why").mute(NOW + HOUR))
    settle_late(place.home, NOW, free)
    assert alerts(place)[0].state == "muted"
    settle_late(place.home, NOW + HOUR, free)
    assert alerts(place)[0].state == "open"


def test_process_that_ticks_no_more_settles_nothing(place: Place) -> None:
    hourly(place)

    def stale(_: object) -> None:
        raise StaleTick("Another process ticks.")

    with pytest.raises(StaleTick):
        settle_late(place.home, NOW + 2 * HOUR, stale)
    assert alerts(place) == []


def test_rows_that_do_not_come_open_an_alert_and_the_next_ones_resolve_it(place: Place) -> None:
    came = tuple(micros(NOW + k * HOUR) for k in range(8))
    rhythm = Rhythm(newest=came[-1], gap=1, rows_came=came, behind=(1,) * 7)
    with place.home.transaction() as t:
        t.models.keep_rhythm(place.kept.id, rhythm)
    settle_late(place.home, NOW + 8 * HOUR, free)
    assert alerts(place) == []
    settle_late(place.home, NOW + 90 * 24 * HOUR, free)
    (alert,) = alerts(place)
    assert (alert.kind, alert.state) == ("rows late", "open")
    assert alert.why.startswith("No newer rows since")
    with place.home.transaction() as t:
        newer = (*came, micros(NOW + 90 * 24 * HOUR))
        t.models.keep_rhythm(place.kept.id, Rhythm(newest=newer[-1], gap=1, rows_came=newer, behind=(1,) * 8))
    settle_late(place.home, NOW + 90 * 24 * HOUR, free)
    assert alerts(place)[0].state == "resolved"


def test_labels_that_are_late_open_an_alert(place: Place) -> None:
    late = Share(micros(NOW), micros(NOW + 24 * HOUR), 0.1, 0.9)
    with place.home.transaction() as t:
        t.models.keep_rhythm(place.kept.id, Rhythm(newest=micros(NOW), late=late))
    settle_late(place.home, NOW + HOUR, free)
    (alert,) = alerts(place)
    assert (alert.kind, alert.state) == ("labels late", "open")
    assert alert.why.startswith("Labels are late: 10 %")
