"""Alerts: what is wrong, what can be done about it, and what is over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.domain.alerts import Alert
from core.entrypoints.runtime import Runtime
from tests.pages.conftest import NOW
from tests.pages.seed import Story
from tests.pages.visiting import visit, words

DAY = timedelta(days=1)


def alert(kind: str = "performance", state: str = "open", **said: object) -> Alert:
    why = "RMSE beyond its limit of 14 in 2 of the last 3 weeks: 15.2, 13.1, 16.0."
    return Alert(0, 1, kind, state, NOW - 9 * DAY, why, 3, "Run 4 made v3: it serves.", **said)  # type: ignore[arg-type]


@pytest.fixture
def opened(told: Callable[..., Runtime]) -> Runtime:
    """A model with an open alert and a resolved one."""
    runtime = told(Story("air-time", weeks=0))
    with runtime.home.transaction() as t:
        for one in t.alerts.unresolved(1):
            t.alerts.change(one.resolve(NOW))
        t.alerts.open(alert())
        t.alerts.open(alert("drift").resolve(NOW - DAY))
    return runtime


def state_of(runtime: Runtime) -> Alert:
    return next(one for one, _ in runtime.alerts() if one.kind == "performance")


def test_home_without_alerts_says_that_nothing_is_wrong(told: Callable[..., Runtime]) -> None:
    told(Story("air-time", weeks=0))
    assert "Nothing is wrong." in words(visit("alerts.py"))


def test_open_alert_says_what_since_when_and_what_was_done(opened: Runtime) -> None:
    seen = visit("alerts.py")
    assert not seen.exception
    shown = words(seen)
    for said in (
        "Performance beyond its limit",
        "Since 15 Nov 2026, over 3 weeks",
        "Run 4 made v3: it serves.",
    ):
        assert said in shown
    assert "1 alert resolved" in shown
    assert opened.views.health_line().alerts == 1


def test_reason_of_a_resolved_alert_stands_whole_and_old_ones_are_folded(opened: Runtime) -> None:
    why = "The rows differ from those that the version learnt: " + ", ".join(f"column_{n}" for n in range(60))
    with opened.home.transaction() as t:
        for day in range(14):
            one = Alert(
                0, 1, "drift", "open", NOW - 30 * DAY, f"{why}, {day}.", 3, "Run 4 made v3: it serves."
            )
            t.alerts.change(t.alerts.open(one).resolve(NOW - day * DAY))
    seen = visit("alerts.py")
    assert not seen.exception
    shown = words(seen)
    assert all(f"{why}, {day}." in shown for day in range(14))
    assert "25 Oct 2026 – 24 Nov 2026" in shown
    assert "3 resolved before" in [one.label for one in seen.expander]


def test_acknowledging_asks_for_a_note(opened: Runtime) -> None:
    id = state_of(opened).id
    seen = visit("alerts.py")
    seen.button(key=f"acknowledge-{id}").click().run()
    seen.button(key="confirm-acknowledge").click().run()
    assert state_of(opened).state == "open"
    seen = visit("alerts.py")
    seen.button(key=f"acknowledge-{id}").click().run()
    seen.text_input(key="alert-note").input("The sensors were replaced.")
    seen.button(key="confirm-acknowledge").click().run()
    assert not seen.exception
    known = state_of(opened)
    assert (known.state, known.note) == ("acknowledged", "The sensors were replaced.")
    assert opened.views.health_line().alerts == 0
    assert "Acknowledged Tue 24 Nov, 09:42: The sensors were replaced." in words(visit("alerts.py"))


def test_mute_lasts_until_the_morning_of_the_day_chosen_and_can_be_lifted(opened: Runtime) -> None:
    id = state_of(opened).id
    seen = visit("alerts.py")
    seen.button(key=f"mute-{id}").click().run()
    seen.button(key="confirm-mute").click().run()
    muted = state_of(opened)
    assert (muted.state, muted.muted_until) == ("muted", datetime(2026, 11, 30, 23, tzinfo=UTC))
    seen = visit("alerts.py")
    assert "Muted until 1 Dec 2026, 00:00" in words(seen)
    seen.button(key=f"unmute-{id}").click().run()
    assert state_of(opened).state == "open"


def test_text_of_an_alert_is_text_and_never_markup(told: Callable[..., Runtime]) -> None:
    runtime = told(Story("a_b", weeks=0))
    with runtime.home.transaction() as t:
        t.alerts.open(Alert(0, 1, "drift", "open", NOW, "<b>bold</b>"))
    assert "&lt;b&gt;bold" in words(visit("alerts.py"))
