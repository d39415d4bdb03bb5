"""Pages over real homes: nothing stands in for anything but the clock."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.entrypoints import runtime as runtimes
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.database import Home

sys.path.insert(0, str(Path(__file__).parent))
from seed import STORIES, Story, seed

NOW = datetime(2026, 11, 24, 8, 42, 7, tzinfo=UTC)
SHELL = Path(__file__).parents[2] / "pages" / "_shell.py"


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


def visit(page: str, **address: str) -> AppTest:
    """A page, as a browser that comes to its address sees it."""
    test = AppTest.from_file(str(SHELL), default_timeout=30).switch_page(page)
    for key, value in address.items():
        test.query_params[key] = value
    return test.run()


def words(test: AppTest) -> str:
    """Every text on the page."""
    main = [*test.main, *test.sidebar]
    return "\n".join(_texts(main))


def _texts(nodes: list[object]) -> list[str]:
    found: list[str] = []
    for node in nodes:
        body = getattr(node, "proto", None)
        for name in ("body", "label", "text", "help"):
            text = getattr(body, name, None)
            if isinstance(text, str):
                found.append(text)
        children = getattr(node, "children", None)
        if children:
            found += _texts(list(children.values()))
    return found
