"""Taking out: every page's rows as CSV, no cell of which a spreadsheet would run."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages._parts import rows_out
from pages._parts.taking_out import RISKY, as_csv, defused
from tests.pages.visiting import visit, words


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@given(st.text())
def test_no_text_stays_a_formula_and_none_is_lost(text: str) -> None:
    said = defused(text)
    assert said in (text, f"'{text}")
    if said.startswith(RISKY):
        float(said.replace(",", ""))


@pytest.mark.parametrize("text", ["-5", "+0.25", "-1,234.5", "-1e-05", "−3", "plain", ""])
def test_plain_numbers_and_words_stay(text: str) -> None:
    assert defused(text) == text


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "-1+1", "+cmd|' /C calc'!A0", "\t=1", "\r=1", "-"])
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


def test_csv_has_every_column_once_and_times_with_their_offset() -> None:
    rows = [{"a": 1, "=b": -2.5}, {"a": None, "c": datetime(2026, 1, 1, tzinfo=UTC)}, {"a": "=x"}]
    assert read(as_csv(rows)) == [
        ["a", "'=b", "c"],
        ["1", "-2.5", ""],
        ["", "", "2026-01-01T00:00:00+00:00"],
        ["'=x", "", ""],
    ]


def test_rows_of_the_pages_are_whole(full) -> None:
    now, views = full.now(), full.views
    versions, windows = views.versions("air-time", now), views.performance("air-time", now)
    for rows, amount in (
        (rows_out.overview_rows(views.overview(now)), len(views.overview(now))),
        (rows_out.version_rows(versions), len(versions.versions)),
        (rows_out.window_rows(windows, windows.windows), len(windows.windows)),
    ):
        assert len(read(as_csv(rows))) == amount + 1
    first = read(as_csv(rows_out.version_rows(versions)))
    assert float(first[-1][first[0].index("rmse")]) == versions.versions[-1].scores["rmse"]
    assert rows_out.stint_rows(versions)[-1]["to"] is None


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    "page",
    ["overview.py", "alerts.py", "runs.py", "schedules.py", "performance.py", "drift.py", "versions.py"],
)
def test_every_page_with_a_table_or_a_chart_saves_it_as_csv(page: str) -> None:
    labels = [button.proto.label for button in visit(page).get("download_button")]
    assert "Save as CSV" in labels


@pytest.mark.usefixtures("full")
def test_link_to_this_view_has_every_choice_and_the_model_that_was_not_chosen() -> None:
    assert '?model=air-time&amp;range=26"' in words(visit("performance.py", range="26"))
    assert 'href="?show=watch"' in words(visit("overview.py", show="watch"))
