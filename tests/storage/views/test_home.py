"""Views: what pages are shown, against a home filled through the stores."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.errors import NotThere
from core.domain.windows import Window
from core.monitoring.health import is_labelled
from storage.database import Home
from storage.views.home import Views
from tests.pages.seed import STORIES, Story, seed

NOW = datetime(2026, 11, 24, 8, 42, 7, tzinfo=UTC)


@pytest.fixture
def views(home: Home) -> Views:
    seed(home, NOW, STORIES)
    return Views(home)


def test_overview_names_every_model_in_order_with_its_health(views):
    words = {standing.model.name: standing.health.word for standing in views.overview(NOW)}
    assert list(words) == sorted(words)
    assert words == {
        "air-time": "healthy",
        "air-time-frozen": "failing",
        "brand-new": "unknown",
        "churn-weekly": "unknown",
        "energy-load": "healthy",
        "hotel-cancellations": "watch",
        "parcel-delay": "watch",
        "price-elasticity": "watch",
    }


def test_overview_is_one_statement_however_many_models(views, monkeypatch):
    asked = []
    original = Views._query
    monkeypatch.setattr(
        Views, "_query", lambda self, query, **values: asked.append(query) or original(self, query, **values)
    )
    views.overview(NOW)
    views.performance("air-time", NOW)
    views.drift("air-time", NOW)
    views.versions("air-time", NOW)
    views.runs(NOW)
    views.run(1)
    views.schedules(NOW, timedelta(days=14), timedelta(days=21))
    assert len(asked) == 7


def test_standing_is_the_same_in_overview_and_on_its_page(views):
    for standing in views.overview(NOW):
        assert views.performance(standing.model.name, NOW).standing == standing
        assert views.versions(standing.model.name, NOW).standing == standing


def test_recent_windows_are_the_last_26_labelled_ones_oldest_first(views):
    page = views.performance("air-time", NOW)
    labelled = [window for window in page.windows if is_labelled(window) and window.scored]
    assert [window.index for window in page.standing.recent] == [window.index for window in labelled[-26:]]


def test_promoted_is_the_first_window_lived_where_the_champion_was_not_judged(views):
    page = views.performance("air-time-frozen", NOW)
    lived = next(window for window in page.windows if window.version == 1)
    assert page.standing.promoted == lived.metrics["rmse"]


def test_labels_are_counted_over_the_last_four_closed_windows(views):
    assert views.standing("churn-weekly", NOW).labels == (0, 4000)
    assert views.standing("brand-new", NOW).labels == (0, 0)


def test_next_due_leaves_paused_schedules_out(views):
    assert views.standing("price-elasticity", NOW).next_due is None
    assert views.standing("air-time", NOW).next_due == datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


def test_due_time_without_its_entry_for_a_minute_makes_a_model_overdue(home):
    seed(home, NOW, (Story("air-time", cron="42 9 * * *"),))
    due = datetime(2026, 11, 25, 8, 42, tzinfo=UTC)
    words = [Views(home).standing("air-time", due + timedelta(seconds=late)).health for late in (59, 60)]
    assert [health.word for health in words] == ["healthy", "watch"]
    assert "overdue" in words[1].why


def test_removed_model_is_in_no_view(views, home):
    with home.transaction() as stores:
        stores.models.remove(stores.models.get("air-time"), NOW)
    assert "air-time" not in [standing.model.name for standing in views.overview(NOW)]
    assert "air-time" not in views.health_line().models
    with pytest.raises(NotThere):
        views.performance("air-time", NOW)


def test_runs_since_a_moment_are_newest_first_and_filtered_by_state(views):
    lines = views.runs(NOW - timedelta(days=30))
    begun = [line.run.started for line in lines]
    assert begun == sorted(begun, reverse=True)
    assert {line.run.state for line in views.runs(NOW - timedelta(days=30), ("failed",))} == {"failed"}
    assert views.runs(NOW - timedelta(days=30), ()) == []


def test_run_knows_its_steps_usual_time_and_earlier_runs(views):
    newest = next(line for line in views.runs(NOW - timedelta(days=60)) if line.model == "energy-load")
    page = views.run(newest.run.id)
    assert page.line.step == "fit"
    assert [step.name for step in page.steps] == ["read", "fit"]
    assert page.usual == timedelta(seconds=66)
    assert all(line.run.id < newest.run.id and line.model == "energy-load" for line in page.earlier)


def test_run_that_is_not_there_is_named(views):
    with pytest.raises(NotThere, match="no run 4711"):
        views.run(4711)


def test_schedules_carry_their_ledger_and_what_comes(views):
    line = next(
        line
        for line in views.schedules(NOW, timedelta(days=14), timedelta(days=21))
        if line.model == "parcel-delay"
    )
    assert [entry.outcome for entry, _ in line.entries] == ["skipped", "fired"]
    assert line.entries[1][1].run.state == "failed"
    assert len(line.ahead) == 3
    assert line.next_due == line.ahead[0]


def test_stamp_differs_once_something_is_to_be_seen(views, home):
    before = views.stamp()
    assert views.stamp() == before
    with home.transaction() as stores:
        run = stores.runs.open()[0]
        stores.runs.step(run.id, "t", "judge", NOW)
    assert views.stamp() != before


def test_stamp_of_a_model_is_left_alone_by_another(views, home):
    mine, other = views.stamp("energy-load"), views.stamp("air-time")
    with home.transaction() as stores:
        stores.runs.end(stores.runs.open()[0].id, "t", "succeeded", NOW)
    assert views.stamp("energy-load") != mine
    assert views.stamp("air-time") == other


def test_empty_home_has_empty_views(home):
    views = Views(home)
    assert views.overview(NOW) == []
    assert views.runs(NOW) == []
    assert views.schedules(NOW, timedelta(days=14), timedelta(days=21)) == []
    assert views.health_line().models == []


WINDOWS = st.builds(
    lambda rows, labelled, closed, complete: Window(
        0, NOW, NOW, rows, min(rows, labelled), closed, complete, 1, True, {"rmse": 1.0}, {}
    ),
    st.integers(0, 70),
    st.integers(0, 70),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WINDOWS, max_size=8))
def test_query_and_rule_agree_on_what_a_labelled_window_is(home, windows):
    with home.transaction() as stores:
        for kept in stores.models.all():
            stores.models.remove(kept, NOW)
    seed(home, NOW, (Story("one", weeks=0, cron=None),))
    numbered = [replace(window, index=index) for index, window in enumerate(windows)]
    with home.transaction() as stores:
        stores.windows.save(stores.models.get("one").id, numbered)
    recent = Views(home).standing("one", NOW).recent
    assert [window.index for window in recent] == [window.index for window in numbered if is_labelled(window)]
