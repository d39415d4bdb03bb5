"""Every page, over an empty home, a full one, and one whose only model has nothing yet."""

import pytest

from tests.pages.seed import Story
from tests.pages.visiting import visit, words

PAGES = (
    "overview.py",
    "alerts.py",
    "runs.py",
    "schedules.py",
    "performance.py",
    "drift.py",
    "versions.py",
    "welcome.py",
    "health.py",
    "run.py",
)


@pytest.mark.parametrize("page", PAGES)
def test_page_of_an_empty_home_says_what_is_missing(told, page):
    told()
    seen = visit(page)
    assert not seen.exception
    assert seen.title[0].value in ("No models yet", "Alerts", "Runs", "Schedules", "Health", "Run")


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("page", PAGES)
def test_page_of_a_full_home_has_no_fault(page):
    seen = visit(page)
    assert not seen.exception
    assert not seen.error


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("page", ["performance.py", "drift.py", "versions.py"])
@pytest.mark.parametrize(
    "model", ["brand-new", "churn-weekly", "air-time-frozen", "parcel-delay", "price-elasticity"]
)
def test_page_of_one_model_has_no_fault_whatever_it_lived_through(page, model):
    seen = visit(page, model=model)
    assert not seen.exception
    assert seen.selectbox(key="model").value == model


def test_page_stands_several_hundred_windows(told):
    told(Story("long", weeks=400, every=1))
    for page in ("overview.py", "performance.py", "drift.py", "versions.py", "runs.py"):
        assert not visit(page, range="all" if page == "performance.py" else "30 d").exception


def test_one_model_is_hidden_where_there_is_none(told):
    told()
    assert "No models yet" in words(visit("performance.py"))


def test_silent_scheduler_is_said_above_every_page(told):
    runtime = told(Story("air-time"))
    with runtime.home.transaction() as stores:
        stores.database.execute("update leases set beat = beat - 360000000")
    assert "silent for 6 min" in visit("runs.py").error[0].value


def test_name_of_a_model_is_text_and_never_markup(told):
    told(Story("a_b_c-d"))
    assert not visit("overview.py").exception
