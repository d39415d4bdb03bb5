"""A person and versions: approve, compare, roll back, promote, write a note, and have one rebuilt."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from tests.home_kit import Place, day, days_of_rows, place_of
from tests.serving import Server, serving

pytestmark = pytest.mark.browser

SOON = 90_000  # milliseconds; two slow cores work for several tests at once


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A model whose first version serves, and whose second waits for a person."""
    columns = days_of_rows(20)
    shops = np.array(["north", "south"])[np.arange(len(columns["t"])) % 2]
    rows = {**columns, "shop": shops, "y": columns["y"] + np.where(shops == "north", 4.0, 0.0)}
    place = place_of(tmp_path_factory.mktemp("versions"), rows, gate="hold", recipe="linear")
    place.work("retrain", as_of=day(6))
    Runtime(place.home, Settings()).promote("m", 1, "It is the first.", by="a test")
    place.work("retrain", as_of=day(18))
    yield place
    place.home.close()


@pytest.fixture(scope="module")
def served(place: Place) -> Iterator[Server]:
    with serving(place.home.folder) as server:
        yield server


def confirmed(page: Page, verb: str, reason: str) -> None:
    """Gives the reason that a dialog asks for, and does it."""
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("On the same", timeout=SOON)
    dialog.get_by_label("Reason, kept in the history").fill(reason)
    dialog.get_by_label("Reason, kept in the history").press("Tab")
    dialog.get_by_role("button", name=verb, exact=True).click()


def test_version_that_waits_is_approved_compared_rolled_back_and_promoted_again(
    place: Place, served: Server, page: Page
) -> None:
    page.goto(f"{served.url}/versions?model=m&versions=2,1")
    expect(page.get_by_text("Waits for approval").first).to_be_visible(timeout=SOON)
    expect(page.get_by_role("heading", name="v2 beside v1")).to_be_visible(timeout=SOON)
    expect(page.get_by_role("heading", name="By segment")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("chance").first).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Approve v2 …").click()
    confirmed(page, "Approve v2", "It learnt more.")
    expect(page.get_by_text("v2 is approved and serves now.")).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Roll back to v1 …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason, kept in the history").fill("To see that it works.")
    dialog.get_by_label("Reason, kept in the history").press("Tab")
    dialog.get_by_role("button", name="Roll back to v1", exact=True).click()
    expect(page.get_by_text("v1 serves again.")).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Promote v2 …").click()
    confirmed(page, "Promote v2", "It works.")
    expect(page.get_by_text("v2 serves now.")).to_be_visible(timeout=SOON)
    with place.home.reading() as stores:
        lived = [(one.number, one.why, one.rollback) for one in stores.versions.promotions(place.kept.id)]
    assert lived[1:] == [
        (2, "It learnt more.", False),
        (1, "To see that it works.", True),
        (2, "It works.", False),
    ]


def test_version_is_rebuilt_on_a_click_and_its_page_says_the_same(
    place: Place, served: Server, page: Page
) -> None:
    page.goto(f"{served.url}/version?model=m&version=1")
    expect(page.get_by_role("heading", name="m, v1")).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Rebuild and compare").click()
    expect(page.get_by_text("the same", exact=False).first).to_be_visible(timeout=SOON)
    expect(page.get_by_text("Every prediction of the rows", exact=False)).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Edit note and tags …").click()
    page.get_by_role("dialog").get_by_label("Note").fill("Rebuilt before the audit.")
    page.get_by_role("dialog").get_by_label("Note").press("Tab")
    page.get_by_role("dialog").get_by_role("button", name="Save note").click()
    expect(page.get_by_text("Rebuilt before the audit.")).to_be_visible(timeout=SOON)
    with place.home.reading() as stores:
        assert stores.reproductions.newest(place.kept.id)[1].same
