"""Model files that are read, and the faults that reading tells."""

from pathlib import Path

import pytest

from core.defining.reading import read_file
from core.domain.errors import BadInput

LEAST = {"name": '"bikes"', "task": '"regression"', "target": '"cnt"', "time": '"at"', "window": '"14 days"'}
SOURCE = '[source]\npath = "bikes.csv"\n'


def toml(changes: dict[str, str | None] | None = None, below: str = SOURCE) -> str:
    """The least model file, with keys changed, added or (None) left out."""
    keys = {**LEAST, **(changes or {})}
    return "".join(f"{key} = {value}\n" for key, value in keys.items() if value is not None) + below


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "bikes.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def faults(write):
    """(key -> (problem, fix)) of a file's faults."""

    def faults(text: str | bytes) -> dict:
        path = write(text)
        with pytest.raises(BadInput) as caught:
            read_file(path)
        assert all(fault.file == str(path) for fault in caught.value.faults)
        assert all(fault.problem.endswith(".") and fault.fix for fault in caught.value.faults)
        assert len({(fault.key, fault.problem) for fault in caught.value.faults}) == len(caught.value.faults)
        return {fault.key: (fault.problem, fault.fix) for fault in caught.value.faults}

    return faults
