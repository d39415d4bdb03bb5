"""Pages: how long each takes to settle in a browser, beside a bare page with the same charts from memory.

A page has settled at the last change of its document before half a second without one, its script at rest.
The bare page is one of an app of as many pages, at the same address, and draws the very charts of the page
(Plotly's figures, and the small pictures of rows), captured before, and nothing else: no table, no button,
no query. `rows behind` repeats it with a hundred times the
rows in the source.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.serving import ROOT, Server, evermodel, free_port, script, serving
from benchmarks.startup import watched
from benchmarks.tables import table
from tests.pages import seed

MODELS, WINDOWS, COLUMNS = 20, 400, 50
FEW, MANY = 20_000, 2_000_000
ROUNDS = 5
LIMIT = 1.5
PAGES: Mapping[str, str] = {
    "overview": "",
    "performance": "performance?model=model-00&range=all",
    "drift": "drift?model=model-00",
    "versions": "versions?model=model-00",
    "all versions compared": "versions?model=model-00&versions=all",
    "version": "version?model=model-00&version=20",
    "schedules": "schedules",
    "runs": "runs?range=30+d",
    "run": "run?run=1",
}
BARE = """\
import json, pathlib
from functools import partial
import streamlit as st

kept = json.loads(pathlib.Path(__file__).with_name("charts.json").read_text())


def page(name):
    st.title(name)
    for number, (kind, body) in enumerate(kept[name]):
        if kind == "html":
            st.html(body)
        else:
            st.plotly_chart(json.loads(body), theme=None, key=str(number), config={"displayModeBar": False})


st.set_page_config(layout="wide")
st.navigation([
    st.Page(partial(page, name), title=name, url_path=name.replace(" ", "-"), default=number == 0)
    for number, name in enumerate(kept)
]).run()
"""
WATCH = """
window.lastChange = 0;
new MutationObserver(() => { window.lastChange = performance.now(); }).observe(
  document, {subtree: true, childList: true, attributes: true, characterData: true});
"""
SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const still = app && app.getAttribute('data-test-script-state') === 'notRunning'
    && app.getAttribute('data-test-connection-state') === 'CONNECTED'
    && document.querySelector('[data-testid="stMain"] [data-testid="stElementContainer"]')
    && !document.querySelector('[data-testid="stSkeleton"]');
  return still && performance.now() - window.lastChange > 500 ? window.lastChange : false;
}"""
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")


def home_with_history(folder: Path, rows: int) -> Path:
    """Models with many windows, versions and runs, over a source of so many rows."""
    from core.entrypoints.runtime import Runtime
    from core.entrypoints.settings import Settings
    from storage.database import Home

    folder.mkdir()
    _write_rows(folder, rows)
    one = replace(seed.STORIES[0], weeks=WINDOWS, every=2, columns=COLUMNS)  # 195 versions
    told = [
        replace(one, name=f"model-{number:02}", moves=1.0 if number % 10 == 0 else 0.0)
        for number in range(MODELS)
    ]
    before = seed.model_of
    seed.model_of = lambda story: replace(before(story), folder=str(folder))
    home = Home(folder / "home")
    try:
        seed.seed(home, datetime.now(UTC) - timedelta(minutes=1), tuple(told))
        watched(Runtime(home, Settings()))
        with home.transaction() as t:  # nobody ticks: the benchmark's server will
            lease = t.leases.present()
            t.leases.release(lease.fence if lease else 0)
    finally:
        seed.model_of = before
        home.close()
    return folder / "home"


def more_rows(folder: Path, to: Path, rows: int) -> Path:
    """The same home once more, over so many rows."""
    from core.entrypoints.runtime import Runtime
    from core.entrypoints.settings import Settings
    from storage.database import Home

    shutil.copytree(folder, to)
    _write_rows(to, rows)
    home = Home(to / "home")
    try:
        with home.transaction() as t:
            t.database.execute(
                "update models set definition = replace(definition, ?, ?)", [str(folder), str(to)]
            )
        watched(Runtime(home, Settings()))
    finally:
        home.close()
    return to / "home"


def _write_rows(folder: Path, rows: int) -> None:
    count = np.arange(rows)
    columns = {"t": count, "y": count % 7, "a": count % 3, "b": count % 5, "c": count % 2}
    pq.write_table(pa.table(columns), folder / "rows.parquet")


def capture(home: Path, file: Path) -> None:
    """The charts of every page, as they are sent to a browser."""
    from streamlit.testing.v1 import AppTest

    os.environ["EVERMODEL_HOME"] = str(home)
    kept: dict[str, list[tuple[str, str]]] = {}
    for name, address in PAGES.items():
        test = AppTest.from_file(str(ROOT / "pages" / "_shell.py"), default_timeout=120)
        path, _, query = address.partition("?")
        for pair in query.split("&") if query else []:
            key, _, value = pair.partition("=")
            test.query_params[key] = value.replace("+", " ")
        test.switch_page(f"{path or 'overview'}.py").run()
        if test.exception:
            raise RuntimeError(f"{name}: {test.exception[0].message}")
        kept[name] = list(_charts(test))
    file.write_text(json.dumps(kept), encoding="utf-8")


def _charts(test: Any) -> Iterator[tuple[str, str]]:
    for element in test.main:
        if element.type == "plotly_chart":
            yield "plotly", element.proto.spec
        elif element.type == "html" and ("<img" in element.proto.body or "<svg" in element.proto.body):
            yield "html", element.proto.body


@contextmanager
def browsing() -> Iterator[Callable[[str], float]]:
    """Opens an address in a browser: seconds until the page has settled."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, *QUIET])
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(WATCH)

        def settle(url: str) -> float:
            page = context.new_page()
            page.goto(url, wait_until="commit")
            found = page.wait_for_function(SETTLED, timeout=120_000, polling=50).json_value()
            page.close()
            return float(found) / 1000

        yield settle
        chromium.close()


def measure(rounds: int = ROUNDS) -> str:
    """The table."""
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        few = home_with_history(folder / "few", FEW)
        many = more_rows(few.parent, folder / "many", MANY)
        capture(few, folder / "charts.json")
        (folder / "bare.py").write_text(BARE, encoding="utf-8")
        servers = {
            name: stack.enter_context(_server(name, folder, few, many)) for name in ("bare", "few", "many")
        }
        settle = stack.enter_context(browsing())
        found = {page: _page(page, servers, settle, rounds) for page in PAGES}
    return _table(found)


def _server(name: str, folder: Path, few: Path, many: Path) -> Any:
    port = free_port()
    command = (
        script(port, folder / "bare.py")
        if name == "bare"
        else evermodel(port, few if name == "few" else many)
    )
    return serving(*command, port, folder)


def _page(
    page: str, servers: Mapping[str, Server], settle: Callable[[str], float], rounds: int
) -> dict[str, list[float]]:
    urls = {
        name: f"{server.url}/{_bare_path(page) if name == 'bare' else PAGES[page]}"
        for name, server in servers.items()
    }
    for url in urls.values():
        settle(url)
    found: dict[str, list[float]] = {name: [] for name in urls}
    for _ in range(rounds):
        for name, url in urls.items():
            found[name].append(settle(url))
    return found


def _bare_path(page: str) -> str:
    return page.replace(" ", "-") if PAGES[page] else ""


def _table(found: Mapping[str, Mapping[str, list[float]]]) -> str:
    rows = []
    for page, seconds in found.items():
        bare, few, many = (median(seconds[name]) for name in ("bare", "few", "many"))
        ratio = median(one / other for one, other in zip(seconds["few"], seconds["bare"], strict=True))
        rows.append(
            (
                page,
                f"{bare:.2f} s",
                f"{few:.2f} s",
                f"{ratio:.2f}",
                LIMIT,
                f"{many:.2f} s",
                f"{many / few:.2f}",
            )
        )
    head = (
        "page",
        "its charts alone",
        f"{MODELS} × {WINDOWS} × {COLUMNS}",
        "ratio",
        "limit",
        f"{MANY:,} rows",
        "to few rows",
    )
    return table(head, rows)


if __name__ == "__main__":
    print(measure())
