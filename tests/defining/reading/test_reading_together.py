"""What the keys of a model file mean together."""

import pytest

from core.defining.reading import read_file
from tests.defining.reading.conftest import SOURCE, toml


def test_a_history_of_more_than_a_hundred_years_is_a_fault(faults):
    assert set(faults(toml({"history": '"99999 windows"'}))) == {"history"}
    assert set(faults(toml({"history": '"2000 months"'}))) == {"history"}


def test_features_and_exclude_together_are_a_fault(faults):
    assert set(faults(toml({"features": '["hr"]', "exclude": '["casual"]'}))) == {"exclude"}


@pytest.mark.parametrize(
    ("column", "extra"),
    [
        ("cnt", {}),
        ("at", {}),
        ("b", {"id": '"b"'}),
        ("t", {"label_time": '"t"'}),
        ("p", {"prediction": '"p"'}),
    ],
)
def test_a_column_with_a_part_of_its_own_is_no_feature(faults, column, extra):
    assert set(faults(toml({**extra, "features": f'["hr", "{column}"]'}))) == {"features"}


def test_one_column_has_one_part(faults):
    assert set(faults(toml({"time": '"cnt"'}))) == {"time"}
    assert set(faults(toml({"prediction": '"cnt"'}))) == {"prediction"}
    assert set(faults(toml({"label_time": '"cnt"'}))) == {"label_time"}


def test_labels_that_are_known_at_once_may_name_the_time_itself(write):
    assert read_file(write(toml({"label_time": '"at"'}))).model.label_time == "at"


def test_a_label_has_a_time_or_a_delay_not_both(faults):
    assert set(faults(toml({"label_time": '"d"', "label_delay": '"2 days"'}))) == {"label_delay"}


@pytest.mark.parametrize(
    "changes",
    [
        {"features": '["hr"]'},
        {"exclude": '["wether"]'},
        {"target": '"wether"'},
    ],
)
def test_a_categorical_column_is_one_of_the_features(faults, changes):
    assert set(faults(toml({**changes, "categorical": '["wether"]'}))) == {"categorical"}


@pytest.mark.parametrize(("key", "value"), [("positive", '"yes"'), ("threshold", "0.5"), ("score", '"p"')])
@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_what_is_for_two_classes_means_nothing_elsewhere(faults, key, value, task):
    assert set(faults(toml({"task": f'"{task}"', key: value}))) == {key}


def test_a_metric_of_another_task_is_told_with_those_of_this_one(faults):
    assert "rmse, mae" in faults(toml({"metric": '"roc_auc"'}))["metric"][1]


@pytest.mark.parametrize("value", ["nan", "inf", "2011-01-01", "[1.0, nan]", "{ a = 2011-01-01T00:00:00 }"])
def test_a_parameter_that_cannot_be_kept_is_a_fault(faults, value):
    found = faults(toml(below=f"{SOURCE}[recipe_parameters]\nmax_iter = {value}\n"))
    assert set(found) == {"recipe_parameters.max_iter"}


def test_a_parameter_that_the_recipe_does_not_know_is_a_fault(faults):
    assert set(faults(toml(below=f"{SOURCE}[recipe_parameters]\nmax_itr = 60\n"))) == {
        "recipe_parameters.max_itr"
    }


def test_an_unknown_recipe_is_told_with_the_one_that_is_near(faults):
    assert "hist_gradient_boosting" in faults(toml({"recipe": '"hist_gradient_bosting"'}))["recipe"][1]


def test_a_recipe_of_ones_own_lies_beside_the_file(write):
    path = write(toml({"recipe": '"mine:make"'}, below=f"{SOURCE}[recipe_parameters]\nanything = 1\n"))
    (path.parent / "mine.py").write_text("def make(**parameters):\n    ...\n")
    assert read_file(path).model.recipe == "mine:make"


@pytest.mark.parametrize(
    ("recipe", "text", "word"),
    [
        ("mine:make", None, "mine.py"),
        ("mine:", None, "module"),
        (":make", None, "module"),
        ("pack.mine:make", None, "pack/mine.py"),
        ("../mine:make", None, "module"),
        ("mine:make", "def make(:\n", "no Python"),
        ("mine:make", "def mak():\n    ...\n", "no function make"),
    ],
)
def test_a_recipe_of_ones_own_that_is_not_there_is_a_fault(tmp_path, faults, recipe, text, word):
    if text is not None:
        (tmp_path / "mine.py").write_text(text)
    assert word in faults(toml({"recipe": f'"{recipe}"'}))["recipe"][0]


def test_a_recipe_of_ones_own_may_be_a_package(write):
    path = write(toml({"recipe": '"pack.mine:make"'}))
    (path.parent / "pack" / "mine").mkdir(parents=True)
    (path.parent / "pack" / "mine" / "__init__.py").write_text("from .deep import make\n")
    assert read_file(path).model.recipe == "pack.mine:make"


def test_a_file_in_place_of_a_module_is_put_right(faults):
    assert faults(toml({"recipe": '"mine.py:make"'}))["recipe"][1] == 'Write "mine:make".'


def test_a_module_of_ones_own_is_not_run_to_be_checked(write):
    path = write(toml({"recipe": '"mine:make"'}))
    (path.parent / "mine.py").write_text("raise SystemExit(9)\ndef make():\n    ...\n")
    assert read_file(path).model.recipe == "mine:make"


def test_every_fault_of_a_file_is_told_at_once(faults):
    found = faults(
        toml(
            {"task": '"ranking"', "window": "14", "initial": "0", "zone": '"Mars"', "keep": "0", "foo": "1"},
            below='[source]\nfile = "bikes.csv"\n[recipe_parameters]\nmax_iter = nan\n'
            '[[schedules]]\nevery = "soon"\n',
        )
    )
    assert set(found) == {
        "task",
        "window",
        "initial",
        "zone",
        "keep",
        "foo",
        "source.file",
        "source.path",
        "recipe_parameters.max_iter",
        "schedules[0].every",
    }
