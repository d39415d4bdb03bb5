"""A home and a small model of 200 rows, as a person would have them."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.entrypoints.cli import cli

MODEL = """name = "m"
task = "regression"
target = "y"
time = "at"
window = "5 hours"
initial = 3
recipe = "linear"
gate = "always"
as_of = "data"
[source]
path = "rows.csv"
"""


def write_rows(path: Path, n: int = 200) -> None:
    """A quarter of an hour apart from 1 January on, y about three times x."""
    dice, begin = random.Random(0), datetime(2026, 1, 1)
    lines = ["at,x,y"]
    for place in range(n):
        x = dice.random()
        lines.append(
            f"{(begin + place * timedelta(minutes=15)).isoformat()},{x:.4f},{3 * x + dice.random() / 10:.4f}"
        )
    path.write_text("\n".join(lines) + "\n")


@dataclass(frozen=True)
class Line:
    """The command line over one home."""

    home: Path
    folder: Path

    def run(self, *args: object) -> Result:
        return CliRunner().invoke(cli, [*map(str, args), "--home", str(self.home)])

    def json(self, *args: object, status: int = 0) -> Any:
        """The one document on standard output."""
        found = self.run(*args, "--json")
        assert found.exit_code == status, found.output
        return json.loads(found.stdout)

    def faults(self, status: int, *args: object) -> list[dict[str, Any]]:
        """The errors on standard error, with nothing on standard output."""
        found = self.run(*args, "--json")
        assert (found.exit_code, found.stdout) == (status, ""), found.output
        return json.loads(found.stderr.splitlines()[-1])  # type: ignore[no-any-return]


def line_over(folder: Path) -> Line:
    write_rows(folder / "rows.csv")
    (folder / "m.toml").write_text(MODEL)
    return Line(folder / "home", folder)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What --home sets is gone again after the test."""
    monkeypatch.setenv("EVERMODEL_HOME", "")


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return line_over(tmp_path)


@pytest.fixture
def applied(line: Line) -> Line:
    assert line.run("apply", line.folder / "m.toml").exit_code == 0
    return line


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """A home whose model has lived through its history: v1 to v3. Only for tests that change nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVERMODEL_HOME", "")
        line = line_over(tmp_path_factory.mktemp("lived"))
        line.json("apply", line.folder / "m.toml")
        line.json("backfill", "m", "--every", "2")
    return line


@pytest.fixture
def copied(lived: Line, tmp_path: Path) -> Callable[[], Line]:
    """A copy of that home, to be changed."""
    import shutil

    def copy() -> Line:
        shutil.copytree(lived.home, tmp_path / "copy", symlinks=True)
        return Line(tmp_path / "copy", lived.folder)

    return copy
