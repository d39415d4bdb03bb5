"""Environment: which code and which packages made a version."""

import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path
from tempfile import TemporaryFile

from core.domain.models import Model
from core.domain.scripts import Codes, Made
from core.retraining.code_files import collect
from core.retraining.git import commit
from core.retraining.own_recipes import is_own, module_file

PACKAGES = ("evermodel", "scikit-learn", "numpy", "pandas", "scipy", "pyarrow", "skops")
OF_EXTRAS = {"lightgbm": ("lightgbm",), "xgboost": ("xgboost", "xgboost-cpu")}
"""Recipe -> what else it stands on, under whichever name it is installed."""
ASK = """import json, platform
from importlib.metadata import distributions
found = {(one.metadata["Name"] or "").lower(): one.version for one in distributions()}
print(json.dumps({"python": platform.python_version(), **found}))"""
SECONDS = 60.0


def environment(recipe: str = "") -> dict[str, str]:
    """Package -> installed version, of those that a recipe of Evermodel's stands on, and Python's."""
    found = {"python": platform.python_version()}
    for package in (*PACKAGES, *OF_EXTRAS.get(recipe, ())):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def all_packages(python: str = sys.executable) -> dict[str, str]:
    """Package (lower case) -> version, of all that an interpreter has, and its own; {} if it does not say."""
    if python == sys.executable:
        found = {(one.metadata["Name"] or "").lower(): one.version for one in distributions()}
        return {"python": platform.python_version(), **found}
    try:
        with TemporaryFile() as said:  # a pipe could be held open by what a wrapper around it leaves running
            nothing = subprocess.DEVNULL
            asked = [python, "-I", "-c", ASK]
            subprocess.run(asked, stdin=nothing, stdout=said, stderr=nothing, timeout=SECONDS, check=True)
            said.seek(0)
            return dict(json.load(said))
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}


def present(recorded: Mapping[str, str], code: Mapping[str, object]) -> dict[str, str]:
    """What is there now of the packages that were recorded with a version; `code`: as the version has it."""
    python = code.get("python")
    found = all_packages(python if isinstance(python, str) else sys.executable)
    return {name: found[name.lower()] for name in recorded if name.lower() in found}


def made_of(model: Model, codes: Codes | None) -> Made:
    """What makes a version of a recipe: Evermodel's, or a person's own function with the files beside it.

    `codes`: where the files are kept; None: they are only named.
    """
    file = Path(model.folder, module_file(model.recipe.partition(":")[0], Path(model.folder)))
    if not is_own(model.recipe) or not file.is_file():
        return Made({"recipe": model.recipe}, environment(model.recipe))
    code = {"recipe": model.recipe, **code_beside(file, Path(model.folder), None, codes)}
    return Made(code, all_packages())


def code_beside(file: Path, root: Path, also: Path | None, codes: Codes | None) -> Mapping[str, object]:
    """A file with the code of its folder, as `Version.code` keeps it: `files`, their `sha256` as a whole
    (where they are kept), the `git` commit if there is one, and what was `cut`. Paths start at `root`;
    `also`: where a list of packages may be, too.
    """
    found = collect(file, root, also)
    listed = [
        {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for path, content in sorted(found.files.items())
    ]
    code: dict[str, object] = {"files": listed}
    if codes is not None:
        code["sha256"] = codes.keep(found.files)
    if git := commit(root, [name for name in found.files if (root / name).is_file()]):
        code["git"] = git
    return {**code, "cut": found.cut} if found.cut else code
