"""A small model over rows of its own, for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.home_kit import Place, days_of_rows, place_of
from tests.retraining_kit import Bench


@pytest.fixture
def place_at(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    places: list[Place] = []

    def make(columns: dict[str, np.ndarray], **said: object) -> Place:
        places.append(place_of(tmp_path, columns, judge_at_least=10, **said))
        return places[-1]

    yield make
    for place in places:
        place.home.close()


@pytest.fixture
def bench(place_at: Callable[..., Place]) -> Bench:
    return Bench(place_at(days_of_rows(20)))
