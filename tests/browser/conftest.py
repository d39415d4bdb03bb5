"""A real browser on a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.entrypoints.runtime import Runtime
from tests.serving import Server, applied, serving

CHROMIUM = [
    Path(place) for place in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

FILE = """
name = "demand"
task = "regression"
target = "y"
time = "t"
window = "1 days"
initial = 3
recipe = "hist_gradient_boosting"
[source]
path = "rows.parquet"
[[schedules]]
every = "2 minutes"
"""


# The first visit of a server imports what pages need; on a busy machine that takes seconds.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next((place for place in CHROMIUM if place.exists()), None)
    if found is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(found), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    return applied(tmp_path, FILE, rows=4_000, apart=240, columns=3)


@pytest.fixture
def server(runtime: Runtime) -> Iterator[Server]:
    with serving(runtime.home.folder) as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(40_000)
    yield page
    context.close()
