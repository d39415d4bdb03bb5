"""An alert as a person meets it: it opens, is acknowledged with a note, and resolves by itself."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from core.domain.clock import micros
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from tests.home_kit import Place, day, place_of, shifting_rows
from tests.serving import serving

pytestmark = pytest.mark.browser

SOON = 130_000
"""Milliseconds within which a server has done a run and shown it; it looks for changed rows each minute."""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A model that lived through ten good days; four bad ones have come since, which nobody has looked at."""
    rows = shifting_rows(14, (10,))
    rule = {"when": "performance", "persist": "2 of 3", "cool_down": "30 days"}
    place = place_of(tmp_path, rows, limit=10.0, history="1 windows", triggers=[rule])
    place.work("backfill", options={"every": 20, "to": micros(day(10))})
    yield place
    place.home.close()


def test_alert_opens_is_acknowledged_with_a_note_and_resolves(
    place: Place, tmp_path: Path, page: Page
) -> None:
    runtime = Runtime(place.home, Settings())
    with serving(place.home.folder) as server:
        page.goto(f"{server.url}/alerts")
        expect(page.get_by_text("Nothing is wrong.")).to_be_visible(timeout=SOON)
        runtime.monitor("m")
        expect(page.get_by_text("Performance beyond its limit")).to_be_visible(timeout=SOON)
        expect(page.get_by_role("link", name="Alerts (1)")).to_be_visible(timeout=SOON)
        expect(page.get_by_text("made v2: it serves.")).to_be_visible(timeout=SOON)
        page.get_by_role("button", name="Acknowledge").click()
        page.get_by_label("Note, kept with the alert").fill("A new price list.")
        page.get_by_label("Note, kept with the alert").press("Tab")
        page.get_by_role("dialog").get_by_role("button", name="Acknowledge").click()
        expect(page.get_by_text("A new price list.")).to_be_visible(timeout=SOON)
        expect(page.get_by_role("link", name="Alerts (1)")).to_have_count(0, timeout=SOON)
        pq.write_table(pa.table(shifting_rows(18, (10,))), tmp_path / "more.parquet")
        (tmp_path / "more.parquet").replace(tmp_path / "rows.parquet")  # a look may be under way
        runtime.monitor("m")
        expect(page.get_by_text("1 alert resolved")).to_be_visible(timeout=SOON)
        expect(page.get_by_text("Nothing is wrong.")).to_be_visible(timeout=SOON)
    (alert, _) = runtime.alerts("m")[0]
    assert (alert.state, alert.note) == ("resolved", "A new price list.")
