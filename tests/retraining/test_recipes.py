"""Recipes: their names and parameters, and what a person's own may be."""

import importlib
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.domain.errors import BadInput, RunFailed
from core.retraining.recipe_kinds import KINDS, MAX_CATEGORIES
from core.retraining.recipes import OURS_TO_SET, _class, build, catalogue, check_parameters
from tests.learning_kit import need

OWN_DEFAULTS = {"loss": "log_loss", "max_iter": 1000}
"""SGDClassifier's hinge has no probabilities; LogisticRegression's 100 steps often end too early."""


@pytest.mark.parametrize("task", ["regression", "binary"])
@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if not kind.extra])
def test_parameters_are_those_of_scikit_learn(name: str, task: str) -> None:
    kind = KINDS[name]
    path = kind.regressor if task == "regression" else kind.classifier
    theirs = {
        k: p.default
        for k, p in inspect.signature(_class(path)).parameters.items()
        if k not in OURS_TO_SET or (k == "penalty" and name == "sgd")
    }
    ours = {k: v for k, v in kind.parameters(task).items() if k not in ("categories", "max_categories")}
    assert set(ours) == set(theirs)
    assert {k: v for k, v in ours.items() if v != theirs[k]}.items() <= OWN_DEFAULTS.items()


@pytest.mark.parametrize("task", ["regression", "binary"])
@pytest.mark.parametrize("name", ["lightgbm", "xgboost"])
def test_parameters_of_an_extra_are_among_its_own(name: str, task: str) -> None:
    need(name)
    kind = KINDS[name]
    theirs = _class(kind.regressor if task == "regression" else kind.classifier)().get_params()
    ours = {k: v for k, v in kind.parameters(task).items() if k not in ("categories", "max_categories")}
    chosen = {"n_jobs": 0, "verbosity": -1} if name == "lightgbm" else {"verbosity": 0}
    assert set(ours) - set(theirs) <= {"verbosity"}
    assert {k: v for k, v in ours.items() if v != theirs.get(k)} == chosen


@pytest.mark.parametrize("name", ["lightgbm", "xgboost"])
def test_recipe_whose_extra_is_not_installed_says_how_to_install_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.retraining.boosters.find_spec", lambda _: None)
    (fault,) = check_parameters(name, "binary", {})
    assert (fault.key, fault.fix) == ("recipe", f"Install it: pip install 'evermodel[{name}]'.")
    assert name in [recipe.name for recipe in catalogue()]
    with pytest.raises(BadInput, match="is not installed"):
        build(name, "binary", {}, 0, [], ["x"])


def test_catalogue_lists_every_recipe_with_defaults_by_task_where_they_differ() -> None:
    listed = {recipe.name: recipe for recipe in catalogue()}
    assert list(listed) == [
        "hist_gradient_boosting",
        "linear",
        "random_forest",
        "sgd",
        "lightgbm",
        "xgboost",
        "dummy",
    ]
    boosting = listed["hist_gradient_boosting"].parameters
    assert boosting["max_iter"] == 100
    assert boosting["max_categories"] == MAX_CATEGORIES
    assert boosting["loss"] == {"regression": "squared_error", "binary": "log_loss", "multiclass": "log_loss"}
    assert "class_weight" in boosting
    assert "categories" not in listed["dummy"].parameters


def test_listing_and_checking_import_no_scikit_learn() -> None:
    code = (
        "import sys; from core.retraining.recipes import catalogue, check_parameters; catalogue();"
        "check_parameters('sgd', 'binary', {'alfa': 1});"
        "import core.domain.metrics, core.monitoring.baselines;"
        "sys.exit('sklearn' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_unknown_parameter_names_the_near_one() -> None:
    (fault,) = check_parameters("hist_gradient_boosting", "regression", {"max_iters": 5, "max_depth": 3})
    assert fault.key == "recipe_parameters.max_iters"
    assert "max_iter" in fault.fix


def test_parameter_of_another_task_is_refused() -> None:
    assert check_parameters("linear", "binary", {"alpha": 1.0})
    assert not check_parameters("linear", "regression", {"alpha": 1.0})


def test_parameter_that_the_recipe_sets_itself_says_what_to_do() -> None:
    (fault,) = check_parameters("hist_gradient_boosting", "binary", {"categorical_features": [0]})
    assert "categorical" in fault.fix


def test_unknown_recipe_names_the_near_one() -> None:
    (fault,) = check_parameters("random_forrest", "binary", {})
    assert "random_forest" in fault.fix


@pytest.mark.parametrize(
    "parameters",
    [
        {"categories": "hash"},
        {"max_categories": 1},
        {"max_categories": True},
        {"max_categories": 200, "max_bins": 128},
        {"max_categories": 256},
    ],
)
def test_encoding_that_cannot_be_is_refused(parameters: dict[str, object]) -> None:
    assert len(check_parameters("hist_gradient_boosting", "binary", parameters)) == 1


@pytest.mark.parametrize(
    "parameters",
    [
        {"max_bins": 16},
        {"max_categories": 128, "max_bins": 128},
        {"categories": "onehot"},
        {"categories": "onehot", "max_categories": 999},
    ],
)
def test_encoding_that_can_be_is_taken(parameters: dict[str, object]) -> None:
    assert check_parameters("hist_gradient_boosting", "binary", parameters) == []


def test_random_state_among_the_parameters_wins_over_the_seed() -> None:
    def state(parameters: dict[str, object]) -> object:
        return build("sgd", "binary", parameters, 7, [], ["x"]).named_steps["model"].random_state

    assert state({}) == 7
    assert state({"random_state": 3}) == 3


OWN = """
from sklearn.ensemble import RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from helper_of_own import TREES

def make(depth=2):
    return make_pipeline(StandardScaler(), RandomForestRegressor(TREES, max_depth=depth))

def nothing():
    return 3

def class_of_it():
    return RandomForestRegressor

def only_prepares():
    return StandardScaler()

def breaks():
    raise KeyError("no such thing")
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "own_module.py").write_text(OWN)
    (tmp_path / "helper_of_own.py").write_text("TREES = 4\n")
    (tmp_path / "unfinished.py").write_text("def make(:\n")
    (tmp_path / "needy.py").write_text("import a_package_that_is_not_there\n")
    return str(tmp_path)


def made(recipe: str, folder: str, **parameters: object) -> Any:
    return build(recipe, "regression", parameters, 7, [], ["x"], folder=folder)


def test_own_recipe_is_found_beside_the_model_file_and_given_parameters(folder: str) -> None:
    forest = made("own_module:make", folder, depth=5).named_steps["randomforestregressor"]
    assert (forest.n_estimators, forest.max_depth, forest.random_state) == (4, 5, 7)
    assert folder not in sys.path


def test_own_recipe_is_read_anew(folder: str) -> None:
    made("own_module:make", folder)
    file = Path(folder, "own_module.py")
    file.write_text(file.read_text().replace("depth=2", "depth=31"))
    assert made("own_module:make", folder).named_steps["randomforestregressor"].max_depth == 31


def test_own_recipe_may_be_a_package(folder: str) -> None:
    package = Path(folder, "package_of_own")
    package.mkdir()
    (package / "__init__.py").write_text("from .inside import make\n")
    (package / "inside.py").write_text(OWN)
    assert made("package_of_own:make", folder).named_steps["randomforestregressor"].n_estimators == 4


def test_own_recipe_may_have_the_name_of_a_standard_module(folder: str) -> None:
    Path(folder, "statistics.py").write_text(OWN)
    assert made("statistics:make", folder).named_steps["randomforestregressor"].n_estimators == 4
    assert importlib.import_module("statistics").mean([1, 3]) == 2


@pytest.mark.parametrize(
    ("recipe", "error", "words"),
    [
        ("absent:make", BadInput, "absent.py beside the model file"),
        ("own_module:missing", BadInput, "no function 'missing'"),
        ("own_module:nothing", RunFailed, "returned int, which cannot be fitted: it has no fit"),
        ("own_module:class_of_it", RunFailed, "the class RandomForestRegressor"),
        ("own_module:only_prepares", RunFailed, "which predicts nothing: it has no predict"),
        ("own_module:breaks", RunFailed, "no such thing"),
        ("unfinished:make", RunFailed, "SyntaxError"),
        ("needy:make", RunFailed, "a_package_that_is_not_there, which is not installed"),
    ],
)
def test_own_recipe_that_fails_says_what_to_do(
    folder: str, recipe: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        made(recipe, folder)


def test_own_recipe_that_does_not_take_a_parameter_says_so(folder: str) -> None:
    with pytest.raises(RunFailed, match="unexpected keyword argument 'wide'"):
        made("own_module:make", folder, wide=1)
