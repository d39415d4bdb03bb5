"""What a model file says of strategies: refused where a recipe cannot do it, with what can."""

from pathlib import Path

import pytest

from core.defining.printing import print_file
from core.defining.reading import read_text
from core.domain.errors import BadInput, Fault
from core.domain.strategies import Warm

FILE = """name = "bikes"
task = "binary"
target = "late"
time = "at"
window = "14 days"
{lines}
[source]
path = "bikes.csv"
"""


def faults_of(lines: str, folder: Path = Path("/")) -> list[Fault]:
    try:
        read_text(FILE.format(lines=lines), folder)
    except BadInput as error:
        return list(error.faults)
    return []


@pytest.mark.parametrize(
    ("recipe", "why"),
    [
        (
            "",
            "hist_gradient_boosting cannot continue: on new rows its warm_start was worse",
        ),
        ("hist_gradient_boosting", "was worse than never retraining, on five of six data sets"),
        ("linear", "linear cannot continue: it is solved anew each time"),
        ("random_forest", "random_forest cannot continue: its trees stay as they were"),
        ("dummy", "dummy cannot continue: it learns one value"),
    ],
)
def test_recipe_that_cannot_continue_is_refused_with_the_reason_and_what_can(recipe: str, why: str) -> None:
    named = f'recipe = "{recipe}"\n' if recipe else ""
    (fault,) = faults_of(f'{named}strategy = "warm_start"')
    assert fault.key == "strategy"
    assert why in fault.problem
    assert fault.fix == (
        'What does: recipe = "sgd", "lightgbm", "xgboost", or one of your own with partial_fit. '
        'Or write strategy = "scratch" or "ensemble".'
    )


def test_recipe_that_can_continue_is_taken(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def make(): ...\n")
    for recipe, warm in (("sgd", "full_every = 8, epochs = 1"), ("mine:make", "epochs = 2")):
        lines = f'recipe = "{recipe}"\nstrategy = "warm_start"\nwarm = {{ {warm} }}'
        assert faults_of(lines, tmp_path) == []
    model = read_text(FILE.format(lines=f"{lines}\n"), tmp_path).model
    assert model.warm == Warm(epochs=2)
    assert read_text(print_file(model), tmp_path).model == model


@pytest.mark.parametrize(
    ("lines", "key", "fix"),
    [
        ("ensemble = { size = 3 }", "ensemble", 'Write strategy = "ensemble".'),
        ("warm = { full_every = 3 }", "warm", 'Write strategy = "warm_start".'),
        (
            'recipe = "sgd"\nstrategy = "warm_start"\nensemble = {}',
            "ensemble",
            'Write strategy = "ensemble".',
        ),
        (
            'recipe = "sgd"\nstrategy = "warm_start"\nwarm = { trees = 3 }',
            "warm",
            "Write epochs in place of trees.",
        ),
        (
            'recipe = "sgd"\nstrategy = "warm_start"\n[recipe_parameters]\nearly_stopping = true',
            "recipe_parameters.early_stopping",
            'Leave it out, or write strategy = "scratch".',
        ),
        (
            'recipe = "sgd"\nstrategy = "warm_start"\n[recipe_parameters]\nclass_weight = "balanced"',
            "recipe_parameters.class_weight",
            'Leave it out, or write strategy = "scratch".',
        ),
        (
            'leave_out = [["2020-03-02T10:00", "2020-03-01"]]',
            "leave_out",
            'Write leave_out = [["2020-03-01", "2020-06-30"]].',
        ),
    ],
)
def test_keys_that_do_not_go_together_are_refused(lines: str, key: str, fix: str) -> None:
    (fault,) = faults_of(lines)
    assert (fault.key, fault.fix) == (key, fix)


def test_boosting_adds_trees_and_passes_over_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.retraining.boosters.find_spec", lambda _: True)
    lines = 'recipe = "lightgbm"\nstrategy = "warm_start"\nwarm = {{ {} = 3 }}'
    (fault,) = faults_of(lines.format("epochs"))
    assert (fault.key, fault.fix) == ("warm", "Write trees in place of epochs.")
    assert faults_of(lines.format("trees")) == []


def test_recipe_whose_extra_is_not_there_is_said_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.retraining.boosters.find_spec", lambda _: None)
    (fault,) = faults_of('recipe = "xgboost"')
    assert (fault.key, fault.fix) == ("recipe", "Install it: pip install 'evermodel[xgboost]'.")


def test_whether_a_script_continues_is_its_own_business(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("")
    assert faults_of('script = "train.py"\nstrategy = "warm_start"', tmp_path) == []


def test_day_may_be_left_out_from_a_time_on() -> None:
    assert faults_of('leave_out = [["2020-03-01T10:00", "2020-03-01"], ["2020-03-05", "2020-03-05"]]') == []
