"""Pages over real homes: nothing stands in for anything but the clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.entrypoints import runtime as runtimes
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.database import Home
from tests.pages.seed import STORIES, Story, seed

NOW = datetime(2026, 11, 24, 8, 42, 7, tzinfo=UTC)


@dataclass
class StoppedClock:
    """Stands at one moment."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Runtime]]:
    """Opens a home in which the given stories happened (by default all), as the one that pages show."""
    monkeypatch.setenv("EVERMODEL_HOME", str(tmp_path / "home"))
    home = Home(tmp_path / "home")

    def tell(*stories: Story) -> Runtime:
        seed(home, NOW, stories)
        opened = Runtime(home, Settings(zone="Europe/Berlin"), StoppedClock())
        monkeypatch.setattr(runtimes, "present", lambda: opened)
        return opened

    yield tell
    home.close()


@pytest.fixture
def full(told: Callable[..., Runtime]) -> Runtime:
    return told(*STORIES)
