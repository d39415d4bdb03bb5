"""The rooms keep their directions, and the README tells of everything that can be set or said."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("pages", "core", "storage")
LINTER = Path(sys.executable).with_name("lint-imports")


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the rooms; who breaks it mends it again."""
    folder = tmp_path_factory.mktemp("house")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


@contextmanager
def added(file: Path, text: str) -> Iterator[None]:
    """A file with a text at its end, for the time of the block; it is made if it is not there."""
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.write_text((before or "") + text, encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before, encoding="utf-8")


def test_the_contracts_hold() -> None:
    found = contracts(ROOT)
    assert found.returncode == 0, found.stdout


def test_an_untouched_copy_holds_too(copy: Path) -> None:
    found = contracts(copy)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("room", ["core", "pages"])
def test_a_stray_file_breaks_them(copy: Path, room: str) -> None:
    with added(copy / room / "stray.py", '"""A file that no layer names."""\n'):
        found = contracts(copy)
    assert found.returncode == 1
    assert f"{room}.stray" in found.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("core/domain/models.py", "import storage.models"),
        ("core/domain/models.py", "import core.monitoring.grid"),
        ("core/monitoring/grid.py", "import core.retraining.gate"),
        ("core/retraining/gate.py", "import core.backfilling.flow"),
        ("core/engine/queue.py", "import core.entrypoints.settings"),
        ("storage/runs.py", "import core.entrypoints.settings"),
        ("core/entrypoints/settings.py", "import pages._shell"),
        ("pages/welcome.py", "import pages.overview"),
        ("core/monitoring/grid.py", "import sqlite3"),
        ("core/engine/queue.py", "import streamlit"),
        ("core/engine/queue.py", "import apscheduler.job"),
        ("core/monitoring/grid.py", "import sklearn.metrics"),
        ("core/retraining/gate.py", "import skops.io"),
        ("core/domain/spans.py", "import core.domain.models"),
    ],
)
def test_an_import_against_the_directions_breaks_them(copy: Path, file: str, line: str) -> None:
    with added(copy / file, f"\n{line}\n"):
        found = contracts(copy)
    assert found.returncode == 1
    assert "BROKEN" in found.stdout


def test_nothing_imports_the_launcher() -> None:
    imported = {name for room in ROOMS for file in (ROOT / room).rglob("*.py") for name in imports(file)}
    assert "core.domain.errors" in imported
    assert "app" not in imported


def test_the_launcher_knows_the_web_alone() -> None:
    ours = {name for name in imports(ROOT / "app.py") if name.split(".")[0] in ROOMS}
    assert {name for name in ours if name.startswith("pages")} == set()
    assert {name for name in ours if name.startswith("storage")} == set()


def test_every_folder_of_a_room_is_a_package() -> None:
    folders = {file.parent for room in ROOMS for file in (ROOT / room).rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_no_module_of_the_root_is_stray() -> None:
    tracked = {file.name for file in ROOT.glob("*.py")}
    assert tracked == {"app.py"}


def test_the_server_never_imports_scikit_learn() -> None:
    server = ["core.entrypoints.service", "core.entrypoints.web", "core.entrypoints.runtime"]
    shown = {name for file in (ROOT / "pages").rglob("*.py") for name in imports(file)}
    code = (
        "import importlib, sys\n"
        f"for name in {sorted({*server, *shown})!r}:\n"
        "    importlib.import_module(name)\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'sklearn', 'skops', 'scipy'}))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert "pages._parts.here" in shown
    assert found.stdout.strip() == "[]"


def test_every_setting_is_in_the_readme() -> None:
    from core.entrypoints.settings import Settings

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`EVERMODEL_{name.upper()}`" not in readme] == []


def test_every_command_is_in_the_readme() -> None:
    commands = import_module("core.entrypoints.cli").cli.commands
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [name for name, command in commands.items() if not command.hidden]
    assert len(shown) > 20
    assert [name for name in shown if f"`{name}" not in readme and f"evermodel {name}" not in readme] == []


def imports(file: Path) -> list[str]:
    """The modules that a file names in its imports."""
    found: list[str] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return found
