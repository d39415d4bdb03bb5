"""Environment: which packages made a version."""

import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from core.domain.models import Model

PACKAGES = ("evermodel", "scikit-learn", "numpy", "pandas", "scipy", "pyarrow", "skops")


def environment() -> dict[str, str]:
    """Package -> installed version, Python's among them."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def code_of(model: Model) -> dict[str, object]:
    """What made a version: Evermodel's recipe, or a person's own function with its file and the file's
    SHA-256.
    """
    found: dict[str, object] = {"recipe": model.recipe}
    file = Path(model.folder, *model.recipe.partition(":")[0].split(".")).with_suffix(".py")
    if ":" in model.recipe and file.is_file():
        found |= {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    return found
