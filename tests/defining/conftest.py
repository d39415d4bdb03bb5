"""Model files and rows on disk, as a person would have them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain.models import Model
from core.domain.sources import Source
from storage.rows import open_source

Write = Callable[..., Path]

KEYS = {"task": '"regression"', "target": '"cnt"', "time": '"at"', "window": '"1 day"'}


@dataclass(frozen=True)
class Files:
    """Opens a model's files, as the home does."""

    def open(self, model: Model) -> Source:
        return open_source(model)


@pytest.fixture
def files() -> Files:
    return Files()


def csv(columns: Mapping[str, Sequence[object]]) -> str:
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return "\n".join(lines) + "\n"


def days(n: int, first: int = 1) -> list[str]:
    """`n` times, three a day, from a day of January on."""
    return [f"2011-01-{first + i // 3:02d} {8 * (i % 3):02d}:00" for i in range(n)]


@pytest.fixture
def write_rows(tmp_path) -> Write:
    def write(name: str = "bikes.csv", **columns: Sequence[object]) -> Path:
        path = tmp_path / name
        n = len(next(iter(columns.values()))) if columns else 60
        default = {
            "at": days(n),
            "hr": range(n),
            "weather": ["dry", "wet"] * (n // 2) + ["dry"] * (n % 2),
            "cnt": [i * 3 % 7 for i in range(n)],
        }
        path.write_text(csv({**default, **columns}))
        return path

    return write


@pytest.fixture
def write_model(tmp_path) -> Write:
    def write(
        name: str = "bikes",
        *,
        file: str | None = None,
        below: str = "",
        path: str = "bikes.csv",
        **keys: str | None,
    ) -> Path:
        target = tmp_path / (file or f"{name}.toml")
        said = {"name": f'"{name}"', **KEYS, **keys}
        target.write_text(
            "".join(f"{key} = {value}\n" for key, value in said.items() if value is not None)
            + f'[source]\npath = "{path}"\n{below}'
        )
        return target

    return write
