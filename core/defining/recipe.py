"""Recipe: is there one of that name for the task, and does it take these parameters."""

import ast
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from core.defining.near import did_you_mean
from core.defining.tables import Faults
from core.retraining.own_recipes import is_own, module_file
from core.retraining.recipes import catalogue, check_parameters

DEFAULT = "hist_gradient_boosting"


def check_recipe(values: Mapping[str, Any], folder: Path, faults: Faults) -> None:
    """Add what is wrong with the recipe and its parameters; a recipe of one's own takes any."""
    parameters: Mapping[str, object] = values.get("recipe_parameters", {})
    bad_ones = list(unfit(parameters))
    for key, problem, fix in bad_ones:
        faults.add(f"recipe_parameters.{key}", problem, fix)
    recipe = values.get("recipe", None if faults.about("recipe") else DEFAULT)
    if recipe is None:
        return
    if is_own(recipe):
        _own(recipe, folder, faults)
    elif _listed(recipe, values.get("task"), faults) and "task" in values:
        said = {key: value for key, value in parameters.items() if key not in {bad[0] for bad in bad_ones}}
        for fault in check_parameters(recipe, values["task"], said):
            faults.add(fault.key, fault.problem, fault.fix)


def unfit(parameters: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    """(key, problem, fix) of each parameter that JSON could not keep."""
    for key, value in parameters.items():
        leaves = list(_leaves(value))
        if any(isinstance(leaf, date | time) for leaf in leaves):
            yield key, "A date or time is no parameter.", "Write it as text."
        elif any(isinstance(leaf, float) and not math.isfinite(leaf) for leaf in leaves):
            yield key, "It is not finite.", "Write a finite number."


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    else:
        yield value


def _listed(recipe: str, task: str | None, faults: Faults) -> bool:
    tasks = {listed.name: listed.tasks for listed in catalogue()}
    fitting = [name for name in tasks if task is None or task in tasks[name]]
    if recipe in fitting:
        return True
    if recipe in tasks:
        faults.add(
            "recipe", f"Recipe {recipe} is not for task {task}.", f"Write one of: {', '.join(fitting)}."
        )
    else:
        faults.add(
            "recipe",
            f"There is no recipe {recipe}.",
            f"{did_you_mean(recipe, fitting)} Write one of: {', '.join(fitting)}.".strip(),
        )
    return False


def _own(recipe: str, folder: Path, faults: Faults) -> None:
    """A function of a module beside the model file; the module is parsed, not run."""
    match = re.fullmatch(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)", recipe)
    if match is None:
        faults.add(
            "recipe",
            f"{recipe} names no module and function.",
            'Write "module:function", of a module.py beside this file.',
        )
        return
    module, function = module_file(match[1], folder).as_posix(), match[2]
    try:
        names = _top_names(ast.parse((folder / module).read_bytes()))
    except OSError:
        meant = f'Write "{match[1].removesuffix(".py")}:{function}".' if match[1].endswith(".py") else ""
        faults.add(
            "recipe",
            f"There is no file {module} beside this file.",
            meant or f"Put {module} into {folder}.",
        )
    except (SyntaxError, ValueError, RecursionError) as error:
        faults.add("recipe", f"{module} is no Python: {error}.", "Mend it.")
    else:
        if function not in names and "*" not in names:
            hint = did_you_mean(function, names) or f"Define {function} in it."
            faults.add("recipe", f"{module} has no function {function}.", hint)


def _top_names(module: ast.Module) -> set[str]:
    """Every name that a module may give: definitions, assignments and imports, inside an `if` too."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names
