"""A home with one small model, and a clock that is moved by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.home_kit import Place, days_of_rows, place_of


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = place_of(tmp_path, days_of_rows(5))
    yield place
    place.home.close()
