"""Own modules: a person's modules are met while their recipe is called, or a model is loaded that names them.

A module that was imported already serves again where its file holds the same; else it is read anew, with
all that lie beside it.
"""

import hashlib
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

MARK = "__evermodel_sha256__"
"""On a module: what its file held when it was imported."""
OURS = frozenset({"app", "core", "pages", "storage", *sys.stdlib_module_names})
"""Names that stay what they are, whatever lies in a person's folder."""


@contextmanager
def importable(folder: Path | None, *, stays: bool) -> Iterator[None]:
    """While it lasts, the modules of a folder are met before others of their names.

    `stays`: they keep their names afterwards too, so that what they made can be saved; else those that had
    these names before have them again, and what is left over is what nobody had.
    """
    if folder is None or not folder.is_dir():
        yield
        return
    names = _names(folder)
    before = {} if _same(names, folder) else _taken_out(names)
    quiet, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = quiet
        for module in _imported(names).values():
            _mark(module)
        if not stays:
            sys.modules.update(before)


def _names(folder: Path) -> set[str]:
    """Of the modules and packages right in a folder."""
    files = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/*.py")}
    return files - OURS


def _imported(names: set[str]) -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.items() if name.split(".")[0] in names}


def _taken_out(names: set[str]) -> dict[str, ModuleType]:
    found = _imported(names)
    for name in found:
        del sys.modules[name]
    return found


def _same(names: set[str], folder: Path) -> bool:
    """Whether each module that was imported under these names holds what its file in the folder does."""
    return all(
        getattr(module, MARK, None) == _digest(_file(name, folder))
        for name, module in _imported(names).items()
        if getattr(module, "__file__", None)
    )


def _file(name: str, folder: Path) -> Path:
    path = folder.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _mark(module: ModuleType) -> None:
    file = getattr(module, "__file__", None)
    if file and not hasattr(module, MARK):
        setattr(module, MARK, _digest(Path(file)))


def _digest(file: Path) -> str | None:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return None
