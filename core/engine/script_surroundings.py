"""Surroundings of a script: its file, its interpreter, and the few variables that it is given."""

import os
import shutil
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from core.domain.errors import RunFailed
from core.domain.models import Model

PASSED_ON = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
"""Variables that a script gets from Evermodel's own environment, beside every LC_…: what cron gives, and the
counts of threads; settings name more.
"""

HASH_VARIABLE, HASHES = "PYTHONHASHSEED", 2**32
"""What the order of Python's sets hangs on, and how many of it there are; without it, on chance."""
BESIDE = (".venv/bin/python", ".venv/Scripts/python.exe")


def script_of(model: Model) -> Path:
    """The script's file; RunFailed if it is not there any more."""
    path = Path(model.folder, model.script or "")
    if not path.is_file():
        raise RunFailed(
            f"{path} is no file." if path.exists() else f"There is no script {path}.",
            "Put it back, or name another: script in the model file.",
        )
    if not os.access(path, os.R_OK):
        raise RunFailed(f"Evermodel may not read {path}.", "Allow it, or run Evermodel as its owner.")
    return path.absolute()


def interpreter(model: Model) -> str:
    """The Python that runs the script: the file's `python`, else that of a .venv beside the script or the
    model file, else Evermodel's own. RunFailed if the named one is not there.

    A path is not resolved: a virtual environment's Python is known by where it is called.
    """
    folder = Path(model.folder)
    if model.python is None:
        places = dict.fromkeys((script_of(model).parent, folder.absolute()))
        found = (place / python for place in places for python in BESIDE)
        return next((str(path) for path in found if path.is_file()), sys.executable)
    near = folder / Path(model.python).expanduser()
    if near.is_file():
        return str(near.absolute())
    named = shutil.which(model.python) if "/" not in model.python else None
    if named is None:
        raise RunFailed(
            f"There is no interpreter {near}.", "Make it, or name another: python in the model file."
        )
    return named


def clean(more: Collection[str], python: str, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a script: what is passed on, `more` names, and what it is `given`.

    The interpreter's own folder comes first on the path, so that `python` means it there too.
    """
    passed = {
        name: value
        for name, value in os.environ.items()
        if name in PASSED_ON or name in more or name.startswith("LC_")
    }
    path = os.pathsep.join([str(Path(python).parent), passed.get("PATH", os.defpath)])
    return {**passed, "PATH": path, "PYTHONUNBUFFERED": "1", **given}
