"""Homes whose history is lived through."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.home_kit import Places


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    places = Places(tmp_path)
    yield places
    places.close()
