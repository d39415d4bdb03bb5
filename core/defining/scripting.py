"""Scripting: a script of a person's own, and the keys that only it takes."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.defining.near import did_you_mean
from core.defining.recipe import unfit
from core.defining.tables import Faults
from core.domain.scripts import PLACEHOLDERS, wrong_placeholders

SCRIPT_ONLY = ("arguments", "output", "python")
RECIPE_ONLY = ("recipe", "half_life")
"""Keys that a script takes the place of: which rows weigh how much is its own business, too."""


def check_script(values: Mapping[str, Any], folder: Path, faults: Faults) -> None:
    """Add what is wrong with the script and its keys; nothing of it is run."""
    if "script" not in values:
        for key in SCRIPT_ONLY:
            if key in values:
                faults.add(
                    key, "It means nothing without a script.", 'Write script = "train.py", or leave it out.'
                )
        return
    for key in RECIPE_ONLY:
        if key in values:
            faults.add(key, f"`script` and `{key}` are both given.", "Leave one of them out.")
    _file(values["script"], folder, faults)
    _output(values.get("output"), folder / values["script"], faults)
    _python(values.get("python"), folder, faults)
    for position, problem in wrong_placeholders(values.get("arguments", ())):
        faults.add(f"arguments[{position}]", problem, _right(problem))
    for key, problem, fix in unfit(values.get("recipe_parameters", {})):
        faults.add(f"recipe_parameters.{key}", problem, fix)


def _file(script: str, folder: Path, faults: Faults) -> None:
    path = folder / script
    if path.is_file():
        return
    if path.is_dir():
        faults.add("script", f"{path} is a folder.", "Name the Python file in it.")
        return
    there = [one.relative_to(folder).as_posix() for one in (*folder.glob("*.py"), *folder.glob("*/*.py"))]
    hint = did_you_mean(script, there)
    faults.add("script", f"There is no file {path}.", hint or f"Put {Path(script).name} into {path.parent}.")


def _output(output: str | None, script: Path, faults: Faults) -> None:
    if output is None:
        return
    path = script.parent / output
    fix = "Name the file that the script writes its model to."
    if path.is_dir():
        faults.add("output", f"{path} is a folder.", fix)
    elif path.resolve() == script.resolve():
        faults.add("output", f"{path} is the script itself.", fix)


def _python(python: str | None, folder: Path, faults: Faults) -> None:
    if python is None:
        return
    path = folder / Path(python).expanduser()
    if path.is_file():
        if not os.access(path, os.X_OK):
            faults.add("python", f"{path} cannot be run.", "Name an interpreter, or leave it out.")
        return
    if "/" in python or shutil.which(python) is None:
        faults.add("python", f"There is no interpreter {folder / python}.", "Make it, or leave it out.")


def _right(problem: str) -> str:
    names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    hint = did_you_mean(problem.strip("{").partition("}")[0], PLACEHOLDERS)
    return f"{hint} Write one of: {names}; a brace of its own is doubled: {{{{.".strip()
