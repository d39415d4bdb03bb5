"""A home, empty or with one model."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.models import Kept
from storage.database import Home
from tests.home_kit import add_model


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    home.close()


@pytest.fixture
def kept(home: Home) -> Kept:
    with home.transaction() as t:
        return add_model(t)
