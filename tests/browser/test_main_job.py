"""What a person does first: edit a schedule, and retrain now."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from core.entrypoints.runtime import Runtime
from tests.serving import Server, until

pytestmark = pytest.mark.browser


def clocks(page: Page, start: str) -> list[str]:
    """The times of day in the paragraph that starts so."""
    return re.findall(r"\d\d:\d\d:\d\d|\d\d:\d\d", page.get_by_text(start).first.inner_text())


def test_edited_schedule_shows_its_next_five_and_fires_within_a_second_of_the_first(
    runtime: Runtime, server: Server, page: Page
) -> None:
    page.goto(f"{server.url}/schedules")
    expect(page.get_by_text("Next five:").first).to_be_visible()
    before = clocks(page, "Next five:")
    page.get_by_label("Every", exact=True).fill("1")
    page.get_by_label("Every", exact=True).press("Enter")
    expect(page.get_by_text("As saved now:")).to_be_visible()
    assert len(before) == 5
    assert clocks(page, "Next five:") != before
    page.get_by_role("button", name="Save schedule").click()
    expect(page.get_by_text("The schedule of demand is saved.")).to_be_visible()
    expect(page.get_by_text("every 1 minute").or_(page.get_by_text("every minute")).first).to_be_visible()
    assert len(clocks(page, "Next five:")) == 5
    saved = runtime.schedules("demand")[0]
    until(lambda: entries(runtime), 75)
    entry = entries(runtime)[0]
    assert entry.outcome == "fired"
    assert entry.due == saved.anchor + timedelta(minutes=1)
    assert entry.at - entry.due < timedelta(seconds=1)


def test_retrain_now_shows_its_steps_and_ends_with_a_version_without_a_reload(
    runtime: Runtime, server: Server, page: Page
) -> None:
    page.goto(f"{server.url}/versions?model=demand")
    page.get_by_role("button", name="Retrain now").first.click()
    expect(page.get_by_text("Retrain, run 1")).to_be_visible()
    expect(page.locator(".st-key-live")).to_contain_text("import")
    expect(page.get_by_text("v1 serves, the newest of 1.")).to_be_visible(timeout=90_000)
    run = runtime.run(1)
    assert (run.state, run.trigger, run.version) == ("succeeded", "manual", 1)


def test_two_tabs_that_press_retrain_now_make_one_run(
    runtime: Runtime, server: Server, browser: Browser
) -> None:
    context = browser.new_context()
    tabs = [context.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto(f"{server.url}/performance?model=demand")
        expect(tab.get_by_role("button", name="Retrain now").first).to_be_enabled()
    for tab in tabs:
        tab.get_by_role("button", name="Retrain now").first.evaluate("button => button.click()")
    for tab in tabs:
        expect(tab.get_by_text("run 1").first).to_be_visible()
    with runtime.home.reading() as stores:
        retrains = [run for run in stores.runs.latest() if run.kind == "retrain"]
    assert len(retrains) == 1
    context.close()


def entries(runtime: Runtime) -> list:  # type: ignore[type-arg]
    with runtime.home.reading() as stores:
        return stores.ledger.of(1, None, datetime.now(UTC))
