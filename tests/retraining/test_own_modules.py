"""Modules of a person's own: the right ones are met, and those that were there before serve again."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.retraining.own_modules import importable


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name.startswith("mine")]:
        del sys.modules[name]


def folder_of(path: Path, value: int) -> Path:
    (path / "mine_parts").mkdir(parents=True)
    (path / "mine.py").write_text("from mine_parts.deep import VALUE\n\nclass Own: ...\n")
    (path / "mine_parts" / "deep.py").write_text(f"VALUE = {value}\n")
    return path


def test_modules_of_each_folder_are_met_and_the_first_ones_serve_again(tmp_path: Path) -> None:
    one, two = folder_of(tmp_path / "one", 1), folder_of(tmp_path / "two", 2)
    with importable(one, stays=True):
        first = importlib.import_module("mine")
    with importable(two, stays=False):
        second = importlib.import_module("mine")
    assert (first.VALUE, second.VALUE) == (1, 2)
    assert sys.modules["mine"] is first
    assert not any(str(tmp_path) in path for path in sys.path)
    assert not list(tmp_path.rglob("__pycache__"))


def test_copy_of_the_same_files_is_met_as_the_same_modules(tmp_path: Path) -> None:
    one, copy = folder_of(tmp_path / "one", 1), folder_of(tmp_path / "copy", 1)
    with importable(one, stays=True):
        first = importlib.import_module("mine")
    with importable(copy, stays=False):
        assert importlib.import_module("mine").Own is first.Own


def test_change_of_a_file_beside_it_is_read_anew(tmp_path: Path) -> None:
    one = folder_of(tmp_path / "one", 1)
    with importable(one, stays=True):
        importlib.import_module("mine")
    (one / "mine_parts" / "deep.py").write_text("VALUE = 3\n")
    with importable(one, stays=True):
        assert importlib.import_module("mine").VALUE == 3


def test_folder_cannot_take_the_place_of_evermodel_or_of_python(tmp_path: Path) -> None:
    import json as before

    import core

    for name in ("core", "json"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError\n")
    with importable(tmp_path, stays=True):
        assert importlib.import_module("core") is core
        assert importlib.import_module("json") is before
