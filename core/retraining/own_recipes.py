"""A person's own recipe, `module:function`: found beside the model file, given the parameters by name."""

import importlib
import importlib.util
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from core.domain.errors import BadInput, RunFailed
from core.retraining.own_modules import importable


def is_own(recipe: str) -> bool:
    """Whether it is written `module:function`."""
    return ":" in recipe


def module_file(name: str, folder: Path) -> Path:
    """Where the module `a.b` lies in its folder: a/b.py, or a/b/__init__.py where b is a package."""
    path = Path(*name.split("."))
    package = path / "__init__.py"  # Python, too, takes it before a file of that name
    return package if (folder / package).is_file() else path.with_name(f"{path.name}.py")


def own(recipe: str, parameters: Mapping[str, object], seed: int, folder: str | None) -> Any:
    """The estimator that the function returns; every `random_state` that it leaves open becomes `seed`.

    BadInput: no such module or function; RunFailed: it fails, or returns no estimator.
    """
    with importable(Path(folder) if folder is not None else None, stays=True):
        estimator = _call(recipe, _function(recipe, folder), parameters)
    _refuse_unfit(recipe, estimator)
    _seed(estimator, seed)
    return estimator


def seed_globals(recipe: str, seed: int) -> None:
    """Chance that a person's own code draws from Python's or NumPy's common source begins anew at each fit.

    Our own recipes draw from none.
    """
    if is_own(recipe):
        import numpy as np

        random.seed(seed)
        np.random.seed(seed)


def _function(recipe: str, folder: str | None) -> Callable[..., Any]:
    name, _, function = recipe.partition(":")
    try:
        module = _module(name, folder)
    except ModuleNotFoundError as error:
        if error.name is not None and (error.name == name or name.startswith(f"{error.name}.")):
            raise BadInput(
                f"There is no module {name} for the recipe {recipe}.",
                f"Put {module_file(name, Path(folder or '')).as_posix()} beside the model file.",
                key="recipe",
            ) from error
        raise RunFailed(f"{name} needs {error.name}, which is not installed.", "Install it.") from error
    except Exception as error:
        raise RunFailed(f"{name} failed while it was imported: {_words(error)}.", "Mend it.") from error
    found = getattr(module, function, None)
    if not callable(found):
        raise BadInput(
            f"{name} has no function {function!r}.",
            "Write one into it that returns an estimator.",
            key="recipe",
        )
    return found  # type: ignore[no-any-return]


def _module(name: str, folder: str | None) -> ModuleType:
    """That of the folder; one named as a module of Python's own is read without taking that one's place."""
    file = Path(folder or "", module_file(name, Path(folder or "")))
    if folder is None or name not in sys.stdlib_module_names or not file.is_file():
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module, before = importlib.util.module_from_spec(spec), sys.modules.get(name)
    sys.modules[name] = module  # dataclasses and the like look their module up while it is read
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before
    return module


def _call(recipe: str, function: Callable[..., Any], parameters: Mapping[str, object]) -> Any:
    try:
        return function(**parameters)
    except Exception as error:
        raise RunFailed(
            f"{recipe} failed: {_words(error)}.",
            "Mend it, or [recipe_parameters], which it is given by name.",
        ) from error


def _refuse_unfit(recipe: str, estimator: Any) -> None:
    if isinstance(estimator, type):
        raise RunFailed(
            f"{recipe} returned the class {estimator.__name__}, and no estimator.",
            f"Return one: {estimator.__name__}(), with what it takes.",
        )
    what = "None" if estimator is None else type(estimator).__name__
    for name, lacks in (("fit", "cannot be fitted"), ("predict", "predicts nothing")):
        if not callable(getattr(estimator, name, None)):
            raise RunFailed(
                f"{recipe} returned {what}, which {lacks}: it has no {name}.",
                "Return a scikit-learn estimator, not fitted yet.",
            )


def _seed(estimator: Any, seed: int) -> None:
    settings = estimator.get_params(deep=True) if hasattr(estimator, "get_params") else {}
    open_ones = [
        name
        for name, value in settings.items()
        if value is None and (name == "random_state" or name.endswith("__random_state"))
    ]
    if open_ones:
        estimator.set_params(**dict.fromkeys(open_ones, seed))


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(".: ")
