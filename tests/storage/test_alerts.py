"""The tables of alerts, mutes and starts."""

import sqlite3
from datetime import timedelta

import pytest

from core.domain.alerts import Alert
from core.domain.errors import NotThere
from core.domain.triggers import Start
from core.monitoring.alerting import settle
from core.monitoring.crossing import Crossing
from storage.database import Home
from tests.home_kit import NOW, add_model, add_version

HOUR = timedelta(hours=1)
CROSSED = Crossing("short", "It is wrong.", 3, 2)


@pytest.fixture
def home(tmp_path):  # type: ignore[no-untyped-def]
    home = Home(tmp_path / "home")
    yield home
    home.close()


def test_alert_comes_back_as_it_was_kept(home: Home) -> None:
    with home.transaction() as t:
        kept = add_model(t)
        opened = t.alerts.open(Alert(0, kept.id, "drift", "open", NOW, "why", 2))
        known = opened.acknowledge("note", "ann", NOW + HOUR)
        t.alerts.change(known)
    with home.reading() as stores:
        assert stores.alerts.get(opened.id) == known
        assert stores.alerts.all(kept.id) == stores.alerts.all() == [known]
        with pytest.raises(NotThere, match="no alert 99"):
            stores.alerts.get(99)


def test_model_has_one_unresolved_alert_of_a_kind(home: Home) -> None:
    with home.transaction() as t:
        kept = add_model(t)
        alert = t.alerts.open(Alert(0, kept.id, "drift", "open", NOW, "why"))
        with pytest.raises(sqlite3.IntegrityError):
            t.alerts.open(Alert(0, kept.id, "drift", "open", NOW, "why"))
        t.alerts.change(alert.resolve(NOW))
        t.alerts.open(Alert(0, kept.id, "drift", "open", NOW, "why"))


def test_rule_opens_one_alert_keeps_it_up_and_resolves_it(home: Home) -> None:
    with home.transaction() as t:
        id = add_model(t).id
        for hours, found in enumerate((CROSSED, Crossing("s", "Still wrong.", 4, 3), None, None)):
            settle(t.alerts, id, {"drift": found}, NOW + hours * HOUR, NOW)
            if hours == 1:
                (alert,) = t.alerts.unresolved(id)
                assert (alert.why, alert.since_windows, alert.opened) == ("Still wrong.", 3, NOW)
        (alert,) = t.alerts.all(id)
    assert (alert.state, alert.resolved) == ("resolved", NOW + 2 * HOUR)


def test_alert_that_opens_while_its_model_is_muted_is_muted_until_then(home: Home) -> None:
    with home.transaction() as t:
        id = add_model(t).id
        t.alerts.mute(id, NOW + HOUR, "ann", NOW)
        settle(t.alerts, id, {"drift": CROSSED}, NOW, NOW)
        (alert,) = t.alerts.unresolved(id)
        assert (alert.state, alert.muted_until) == ("muted", NOW + HOUR)
        settle(t.alerts, id, {"drift": CROSSED}, NOW + HOUR, NOW + HOUR)
        assert t.alerts.unresolved(id)[0].state == "open"


def test_mute_that_is_over_or_lifted_mutes_nothing_new(home: Home) -> None:
    with home.transaction() as t:
        id = add_model(t).id
        t.alerts.mute(id, NOW, "ann", NOW - HOUR)
        settle(t.alerts, id, {"drift": CROSSED}, NOW, NOW)
        assert t.alerts.unresolved(id)[0].state == "open"
        t.alerts.mute(id, None, "ann", NOW)
        assert t.alerts.muted(id) is None


def test_alerts_of_a_removed_model_are_not_listed(home: Home) -> None:
    with home.transaction() as t:
        kept = add_model(t)
        t.alerts.open(Alert(0, kept.id, "drift", "open", NOW, "why"))
        t.models.remove(kept, NOW)
        assert t.alerts.all() == []


def test_last_start_of_each_trigger_up_to_a_moment(home: Home) -> None:
    with home.transaction() as t:
        kept = add_model(t)
        run_id = add_version(t, kept).run_id
        starts = [
            Start(kept.id, "drift", NOW, 1, "a", run_id),
            Start(kept.id, "drift", NOW + HOUR, 2, "b", run_id),
            Start(kept.id, "new data", NOW, None, "c", run_id),
        ]
        for start in starts:
            t.starts.add(start)
            t.starts.add(start)  # kept once
        assert t.starts.last(kept.id, NOW - HOUR) == {}
        assert t.starts.last(kept.id, NOW) == {"drift": starts[0], "new data": starts[2]}
        assert t.starts.last(kept.id, NOW + 2 * HOUR) == {"drift": starts[1], "new data": starts[2]}


def test_start_at_the_same_moment_for_a_newer_window_is_the_one_that_counts(home: Home) -> None:
    with home.transaction() as t:
        kept = add_model(t)
        run_id = add_version(t, kept).run_id
        newer, older = (Start(kept.id, "drift", NOW, window, "why", run_id) for window in (2, 1))
        for start in (older, newer, older):  # labels came, and no row: now stands still
            t.starts.add(start)
        assert t.starts.last(kept.id, NOW) == {"drift": newer}
