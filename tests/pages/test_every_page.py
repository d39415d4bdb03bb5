"""Every page, over an empty home, a full one, and one whose only model has nothing yet."""

import pytest

from pages._parts.here import plain
from pages._parts.words import named
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
    "version.py",
    "welcome.py",
    "health.py",
    "run.py",
)


@pytest.mark.parametrize("page", PAGES)
def test_page_of_an_empty_home_says_what_is_missing(told, page):
    told()
    seen = visit(page)
    assert not seen.exception
    assert seen.title[0].value in (
        "No models yet",
        "Alerts",
        "Runs",
        "Schedules",
        "Health",
        "Run",
        "No such version",
    )


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


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("page", ["performance.py", "drift.py", "versions.py", "model.py"])
def test_address_of_a_model_that_is_not_there_shows_no_other_model(page):
    seen = visit(page, model="let-go_*now*")
    assert not seen.exception
    assert seen.title[0].value == "No such model"
    assert "let-go\\_\\*now\\*" in words(seen)
    assert not seen.selectbox


def test_commands_in_words_are_shown_as_code_and_the_rest_is_text():
    assert plain("`end` is before *x* `<b>`") == r"`end` is before \*x\* \`\<b\>\`"


def test_command_to_run_is_shown_as_code_where_there_is_nothing_yet(told):
    told(Story("bikes", weeks=0, cron=None))
    assert "<code>evermodel backfill bikes</code>" in words(visit("versions.py", model="bikes"))


def test_reason_of_a_version_names_the_measure_as_people_do():
    assert named("log_loss 0.509 against 0.514 on the same rows").startswith("log loss 0.509")
    assert named("a person decides; rmse 25.1 against 28.3").endswith("RMSE 25.1 against 28.3")
    assert named("first version, bias and recall of it") == "first version, bias and recall of it"
