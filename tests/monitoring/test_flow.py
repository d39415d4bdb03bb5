"""Windows put right: what is scored anew, and what keeps its metrics."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.domain.windows import Window
from tests.home_kit import Place, days_of_rows, place_of


def lived(folder: Path) -> Place:
    place = place_of(folder, days_of_rows(8))
    place.work("backfill", options={"every": 1})
    return place


def windows(place: Place) -> Sequence[Window]:
    with place.home.reading() as stores:
        return stores.windows.all(place.kept.id)


def store(place: Place, window: Window) -> None:
    with place.home.transaction() as t:
        t.windows.save(place.kept.id, [window])


def test_window_whose_version_of_the_day_changed_is_scored_anew(tmp_path: Path) -> None:
    place = lived(tmp_path)
    true = next(window for window in windows(place) if window.scored)
    store(place, replace(true, version=99, metrics={"rmse": -1.0}))
    place.work("monitor")
    assert next(window for window in windows(place) if window.index == true.index) == true


def test_window_that_is_as_it_was_keeps_its_metrics(tmp_path: Path) -> None:
    place = lived(tmp_path)
    marked = replace(next(window for window in windows(place) if window.scored), metrics={"rmse": -1.0})
    store(place, marked)
    place.work("monitor")
    assert next(window for window in windows(place) if window.index == marked.index) == marked


def test_window_whose_rows_changed_is_scored_anew(tmp_path: Path) -> None:
    place = lived(tmp_path)
    true = next(window for window in windows(place) if window.scored)
    store(place, replace(true, digest="other rows", metrics={"rmse": -1.0}))
    place.work("monitor")
    assert next(window for window in windows(place) if window.index == true.index) == true
