"""Taking out: every page's rows as CSV, no cell of which a spreadsheet would run."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages._parts import health_out, health_signs, rows_out
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
    ("page", "amount"),
    [
        ("overview.py", 1),
        ("alerts.py", 1),
        ("runs.py", 1),
        ("schedules.py", 1),
        ("performance.py", 1),
        ("drift.py", 4),
        ("versions.py", 7),
        ("health.py", 4),
    ],
)
def test_every_page_saves_its_tables_and_charts_as_csv(page: str, amount: int) -> None:
    labels = [button.proto.label for button in visit(page).get("download_button")]
    assert labels.count("Save as CSV") == amount


def test_two_versions_side_by_side_are_rows_with_a_column_each(full) -> None:
    page = full.views.versions("air-time", full.now())
    new = next(one for one in reversed(page.versions) if one.parent is not None and one.champion_scores)
    old = next(one for one in page.versions if one.number == new.parent)
    head, *lines = read(as_csv(rows_out.compared_rows(page.standing.model, [new, old])))
    assert head == ["model", "what", f"v{new.number}", f"v{old.number}"]
    said = {line[1]: line[2:] for line in lines}
    assert [float(cell) for cell in said["rmse"]] == [new.scores["rmse"], new.champion_scores["rmse"]]
    assert said["rows"] == [str(new.rows), str(old.rows)]
    assert said["train_to"][0] == new.train_to.isoformat()
    assert {f"parameter {name}" for name in new.parameters} <= set(said)


def test_what_health_says_is_rows_too(full) -> None:
    page = full.views.health(full.now())
    told = full.settings_told()
    assert [row["setting"] for row in health_out.setting_rows(told)] == [one.name for one in told]
    late = health_out.late_rows(
        replace(page, overdue={"m": full.now()}, waits={"n": ["No rows.", "No labels."]})
    )
    assert [(row["model"], row["why"]) for row in late] == [
        ("m", "a run was due"),
        ("n", "No rows."),
        ("n", "No labels."),
    ]
    assert sum(row["bytes"] for row in health_out.disk_rows({"logs": 3, "tables": 4})) == 7
    (sign,) = health_out.sign_rows([health_signs.queue(page, full.now())])
    assert (sign["what"], sign["words"]) == ("Queue", health_signs.queue(page, full.now()).words)


@pytest.mark.usefixtures("full")
def test_link_to_this_view_has_every_choice_and_the_model_that_was_not_chosen() -> None:
    assert '?model=air-time&amp;range=26"' in words(visit("performance.py", range="26"))
    assert 'href="?show=watch"' in words(visit("overview.py", show="watch"))
