"""Overview."""

import pytest

from tests.pages.seed import Story
from tests.pages.visiting import visit, words


@pytest.mark.usefixtures("full")
def test_failing_model_comes_first_and_has_the_only_primary_button():
    seen = visit("overview.py")
    primary = [button.label for button in seen.button if button.proto.type == "primary"]
    assert primary == ["Retrain now"]
    assert "Error over its limit of 14 for 4 weeks: last 14.8, 15.1, then 15.0." in words(seen)


@pytest.mark.usefixtures("full")
def test_filter_is_kept_in_the_address():
    seen = visit("overview.py", show="unknown")
    shown = words(seen)
    assert "churn-weekly" in shown
    assert "air-time-frozen" not in shown


@pytest.mark.usefixtures("full")
def test_counts_of_the_filter_add_up():
    options = visit("overview.py").segmented_control(key="show").options
    total, *parts = (int(option.split()[-1]) for option in options)
    assert total == sum(parts) == 8


@pytest.mark.usefixtures("full")
def test_paused_model_says_why():
    assert "Paused: The data end here." in words(visit("overview.py"))


def test_all_well_says_so_with_what_comes_next(told):
    told(Story("air-time"))
    seen = words(visit("overview.py"))
    assert "air-time works." in seen
    assert "Next retraining in 5 d 17 h: air-time" in seen


@pytest.mark.usefixtures("full")
def test_sparkline_has_its_words():
    assert 'alt="RMSE of air-time in the last 26 labelled windows' in words(visit("overview.py"))
