"""A person's own recipe, `module:function`: found beside the model file, given the parameters by name."""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from core.domain.errors import BadInput, RunFailed


def is_own(recipe: str) -> bool:
    """Whether it is written `module:function`."""
    return ":" in recipe


def own(recipe: str, parameters: Mapping[str, object], seed: int, folder: str | None) -> Any:
    """The estimator that the function returns; every `random_state` that it leaves open becomes `seed`.

    BadInput: no such module or function; RunFailed: it fails, or returns no estimator.
    """
    with _beside(folder):
        estimator = _call(recipe, _function(recipe, folder), parameters)
    if not (callable(getattr(estimator, "fit", None)) and callable(getattr(estimator, "predict", None))):
        raise RunFailed(
            f"{recipe} returned {type(estimator).__name__}, which cannot be fitted.",
            "Return a scikit-learn estimator, not fitted yet.",
        )
    _seed(estimator, seed)
    return estimator


@contextmanager
def _beside(folder: str | None) -> Iterator[None]:
    """The model file's folder first on the path while its code is imported and called."""
    if folder is None:
        yield
        return
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(folder)


def _function(recipe: str, folder: str | None) -> Callable[..., Any]:
    name, _, function = recipe.partition(":")
    try:
        module = _module(name, folder)
    except ModuleNotFoundError as error:
        if error.name is not None and (error.name == name or name.startswith(f"{error.name}.")):
            raise BadInput(
                f"There is no module {name} for the recipe {recipe}.",
                f"Put {name.replace('.', '/')}.py beside the model file.",
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
    """Read from its file, so that neither an older reading nor another module of that name is met."""
    file = Path(folder or "", f"{name.replace('.', '/')}.py")
    spec = importlib.util.spec_from_file_location(name, file) if folder and file.is_file() else None
    if spec is None or spec.loader is None:
        return importlib.import_module(name)
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module  # dataclasses and the like look their module up while it is read
    try:
        spec.loader.exec_module(module)
    finally:
        if before is not None and getattr(before, "__file__", None) != str(file):
            sys.modules[name] = before
        elif name in sys.stdlib_module_names:
            del sys.modules[name]
    return module


def _call(recipe: str, function: Callable[..., Any], parameters: Mapping[str, object]) -> Any:
    try:
        return function(**parameters)
    except Exception as error:
        raise RunFailed(
            f"{recipe} failed: {_words(error)}.",
            "Mend it, or [recipe_parameters], which it is given by name.",
        ) from error


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
