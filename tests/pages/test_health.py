"""Health, and what the foot and the top of every page say of the home."""

from datetime import timedelta

import pytest

from core.domain.runs import Asked
from core.domain.schedules import Lease
from core.domain.views.health import HealthPage
from core.domain.wording import in_bytes
from core.entrypoints import web
from core.entrypoints.service_thread import Background
from pages._parts import health_signs as signs
from storage.room import Room
from tests.pages.conftest import NOW
from tests.pages.seed import Story
from tests.pages.visiting import visit, words


def page(**said) -> HealthPage:
    lease = Lease("here 4711 1.0", 1, NOW - timedelta(minutes=6), NOW - timedelta(hours=3))
    return HealthPage(**{"lease": lease, "open": [], "bad": [], "overdue": {}, "waits": {}, **said})


def test_health_of_a_home_that_works_says_so(told):
    runtime = told(Story("air-time"))
    seen = words(visit("health.py"))
    assert "Evermodel works as it should." in seen
    assert "0 runs under way, 0 waiting." in seen
    assert "Nothing failed." in seen
    assert f"SQLite {runtime.sqlite()[0]}" in seen


@pytest.mark.usefixtures("full")
def test_last_errors_are_listed_and_lead_to_their_runs():
    seen = visit("health.py")
    tables = [frame.value for frame in seen.dataframe]
    (runs,) = (table for table in tables if "Result" in table.columns)
    assert set(runs["Model"]) == {"parcel-delay", "price-elasticity"}
    assert "The source returned no rows" in " ".join(runs["What happened"])
    (settings,) = (table for table in tables if "Setting" in table.columns)
    assert "low_disk" in set(settings["Setting"])


def test_overdue_schedules_are_named(told):
    runtime = told(Story("air-time"))
    with runtime.home.transaction() as t:
        t.database.execute("update schedules set handled = handled - 7 * 86400 * 1000000")
    seen = visit("health.py")
    assert "1 thing to look at: late." in words(seen)
    (late,) = (frame.value for frame in seen.dataframe if "What is late" in frame.value.columns)
    assert list(late["Model"]) == ["air-time"]


def test_silent_clock_says_how_long_and_who_had_kept_it():
    sign = signs.scheduler(page(), {"scheduler": "late"}, NOW, "UTC")
    assert sign.wrong
    assert sign.words.startswith(
        "Silent for 6 min; process 4711 on here kept the clock since Tue 24 Nov, 05:42."
    )
    assert signs.scheduler(page(lease=None), {"scheduler": "late"}, NOW, "UTC").wrong
    for state in ("ticking", "standby"):
        assert not signs.scheduler(page(), {"scheduler": state}, NOW, "UTC").wrong


def test_queue_says_how_long_the_longest_has_waited(told):
    runtime = told(Story("air-time"))
    with runtime.home.transaction() as t:
        t.runs.queue(Asked(t.models.get("air-time").id, "retrain", "manual"), NOW - timedelta(minutes=3))
    sign = signs.queue(runtime.views.health(NOW), NOW)
    assert (sign.state, sign.words) == (
        signs.BUSY,
        "0 runs under way, 1 waiting, the longest for 3 min.",
    )
    assert signs.queue(runtime.views.health(NOW), NOW + timedelta(hours=2)).wrong


def test_low_disk_is_said_above_every_page_and_in_the_foot(told, monkeypatch):
    told(Story("air-time"))
    monkeypatch.setattr(Room, "free", property(lambda _: 120_000_000))
    for name in ("overview.py", "runs.py", "health.py"):
        seen = visit(name)
        assert "has 120 MB free, and no run begins below 200 MB" in seen.warning[0].value
        assert "Disk low: 120 MB free" in words(seen)
    assert "1 thing to look at: disk." in words(visit("health.py"))
    monkeypatch.setattr(Room, "free", property(lambda _: 10**12))
    seen = visit("overview.py")
    assert not seen.warning
    assert "Scheduler on time" in words(seen)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (9_940_000, "9.9 MB"),
        (12e6, "12 MB"),
        (3.4e9, "3.4 GB"),
    ],
)
def test_sizes_are_said_as_people_read_them(amount, said):
    assert in_bytes(amount) == said


def test_clock_that_has_yet_to_tick_is_starting_and_not_silent(told, monkeypatch):
    runtime = told(Story("air-time"))
    with runtime.home.transaction() as t:
        t.database.execute("delete from leases")
    assert "The scheduler has been silent" in visit("overview.py").error[0].value
    monkeypatch.setattr(web, "_service", Background())
    seen = visit("overview.py")
    assert not seen.error
    assert "Scheduler starting" in words(seen)
    assert "This server has only begun" in words(visit("health.py"))
