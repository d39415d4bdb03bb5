"""The view of drift: no more of the tables than the page shows, and in step with them."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from core.domain.profiles import ColumnProfile
from storage.database import Home
from storage.profiles import pack, unpack
from storage.views.drift import SHOWN
from storage.views.home import Views
from tests.pages.seed import Story, seed

NOW = datetime(2026, 11, 24, 8, 42, 7, tzinfo=UTC)
STORY = Story("hotel", moves=1.0)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path / "home")
    seed(opened, NOW, (STORY,))
    yield opened
    opened.close()


@pytest.fixture
def views(home: Home) -> Views:
    return Views(home)


def test_lines_of_the_page_say_what_the_table_holds(home: Home, views: Views) -> None:
    page = views.drift("hotel", NOW)
    with home.reading() as stores:
        kept = stores.drifts.all(1)[-SHOWN - 1 : -1]  # without the open window
    assert [line.index for line in page.windows] == [drift.index for drift in kept]
    for line, drift in zip(page.windows, kept, strict=True):
        assert (line.reference, line.verdict) == (drift.reference, drift.verdict)
        assert list(line.cells) == list(drift.columns)
        assert line.drifted == drift.drifted
        assert line.judged == sum(column.verdict != "unknown" for column in drift.columns.values())
        for name, cell in line.cells.items():
            assert cell.distance == pytest.approx(drift.columns[name].distance, abs=1e-4)


def test_last_window_is_there_in_full_with_its_profiles(home: Home, views: Views) -> None:
    page = views.drift("hotel", NOW)
    with home.reading() as stores:
        last = stores.drifts.all(1)[-2]
        profile = stores.profiles.window(1, last.reference, last.index)
    assert page.last == last
    assert page.profiles is not None
    assert page.profiles[0].number == last.reference
    assert profile is not None
    assert list(page.profiles[1]) == list(profile)


def test_names_of_new_categories_come_back_and_profiles_of_before_have_none() -> None:
    kept = {
        "room": ColumnProfile(np.array([3, 0, 2]), 1, fresh={"süite\n": 2}),
        "x": ColumnProfile(np.zeros(4)),
    }
    found = unpack(pack(kept))
    assert [found[name].fresh for name in kept] == [{"süite\n": 2}, {}]
    line, _, arrays = zlib.decompress(pack(kept)).partition(b"\n")
    before = {name: part for name, part in json.loads(line).items() if name != "fresh"}
    old = unpack(zlib.compress(json.dumps(before).encode() + b"\n" + arrays))
    assert [column.fresh for column in old.values()] == [{}, {}]
    assert old["room"].counts.tolist() == [3, 0, 2]


def test_overview_carries_only_the_columns_that_drifted(views: Views) -> None:
    line, full = views.overview(NOW)[0].drift, views.drift("hotel", NOW).windows[-1]
    assert line is not None
    assert list(line.cells) == full.drifted
    assert (line.judged, line.strength, line.index) == (full.judged, full.strength, full.index)


def test_champion_s_importance_comes_before_that_of_another_version(home: Home, views: Views) -> None:
    champion = views.drift("hotel", NOW).important_to
    with home.transaction() as t:
        t.drifts.save_importance(1, 1, {"temperature": 9.0})
        t.drifts.save_importance(1, 2, {"temperature": 8.0})
    assert views.drift("hotel", NOW).important_to == champion
    with home.transaction() as t:
        assert champion is not None
        t.drifts.save_importance(1, champion, {})
    assert views.drift("hotel", NOW).important_to == 2


def test_stamp_differs_once_drift_or_importance_came(home: Home, views: Views) -> None:
    before = views.stamp("hotel")
    with home.transaction() as t:
        t.drifts.save_importance(1, 99, {"a": 1.0})
    between = views.stamp("hotel")
    with home.transaction() as t:
        t.drifts.save(1, [replace(t.drifts.all(1)[-1], verdict="unknown")])
    assert len({before, between, views.stamp("hotel")}) == 3
