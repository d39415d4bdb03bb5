"""Overview."""

from conftest import visit, words
from seed import Story


def test_failing_model_comes_first_and_has_the_only_primary_button(full):
    seen = visit("overview.py")
    primary = [button.label for button in seen.button if button.proto.type == "primary"]
    assert primary == ["Retrain now"]
    assert "Error over its limit of 14 for 4 weeks: last 14.8, 15.1, then 15.0." in words(seen)


def test_filter_is_kept_in_the_address(full):
    seen = visit("overview.py", show="unknown")
    shown = words(seen)
    assert "churn-weekly" in shown
    assert "air-time-frozen" not in shown


def test_counts_of_the_filter_add_up(full):
    options = visit("overview.py").segmented_control(key="show").options
    total, *parts = (int(option.split()[-1]) for option in options)
    assert total == sum(parts) == 8


def test_paused_model_says_why(full):
    assert "Paused: The data end here." in words(visit("overview.py"))


def test_all_well_says_so_with_what_comes_next(told):
    told(Story("air-time"))
    seen = words(visit("overview.py"))
    assert "air-time works." in seen
    assert "Next retraining in 5 d 17 h: air-time" in seen


def test_sparkline_has_its_words(full):
    assert 'alt="RMSE of air-time in the last 26 labelled windows' in words(visit("overview.py"))
