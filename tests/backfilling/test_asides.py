"""A backfill lets each champion before score on beside the new one."""

from collections.abc import Mapping

import numpy as np
import pytest

from core.domain.asides import Aside
from core.monitoring.asides import PARTS
from tests.home_kit import Place, Places, days_of_rows


def asides(place: Place) -> list[Aside]:
    with place.home.reading() as stores:
        return stores.asides.all(place.kept.id)


def scores(place: Place) -> dict[int, Mapping[str, float | None]]:
    """Of each window, by whoever served it."""
    with place.home.reading() as stores:
        return {one.index: one.metrics for one in stores.windows.all(place.kept.id) if one.scored}


def classes(days: int) -> dict[str, np.ndarray]:
    """Whether y is above 0, on and off unknown; too few yes in the night for each part to have both."""
    columns = days_of_rows(days)
    columns["y"] = np.array(["yes" if y > 2 else "no" for y in columns["y"]], dtype=object)
    columns["y"][::9] = None
    return columns


def test_each_window_is_scored_by_the_one_before_on_the_same_rows(places: Places) -> None:
    place = places.of(days_of_rows(10))
    place.backfill(2)
    found = asides(place)
    assert [(one.number, one.served, one.index) for one in found] == [
        *((1, 2, k) for k in (5, 6)),
        *((2, 3, k) for k in (7, 8)),
        (3, 4, 9),
    ]
    served = scores(place)
    for one in found:
        assert one.served_metrics == served[one.index]
        assert one.lead == pytest.approx(served[one.index]["rmse"] - one.metrics["rmse"])  # type: ignore[operator]
        assert sum(rows for rows, _ in one.blocks) == one.labelled == 24


def test_resumed_backfill_leaves_the_asides_that_one_over_the_whole_leaves(places: Places) -> None:
    once, twice = places.of(days_of_rows(10)), places.of(days_of_rows(10))
    once.backfill(2)
    twice.backfill(2, to=8)
    assert max(one.index for one in asides(twice)) == 7
    twice.backfill(2)
    assert asides(twice) == asides(once)


def test_classes_are_compared_where_both_are_defined(places: Places) -> None:
    place = places.of(classes(10), task="binary", metric="roc_auc")
    place.backfill(3)
    served = scores(place)
    for one in asides(place):
        assert one.labelled < 24
        assert one.served_metrics == served[one.index]
        assert one.lead == pytest.approx(one.metrics["roc_auc"] - one.served_metrics["roc_auc"])  # type: ignore[operator]
        assert 0 < len(one.blocks) <= PARTS


def test_what_production_said_is_what_a_version_is_held_against(places: Places) -> None:
    columns = days_of_rows(10)
    columns["p"] = columns["y"] + 5
    columns["p"][24 * 8] = np.nan
    place = places.of(columns, prediction="p", metric="bias")
    place.backfill(3)
    served, found = scores(place), asides(place)
    assert found
    for one in found:
        assert one.labelled == 24 - (one.index == 8)
        assert one.served_metrics["bias"] == pytest.approx(served[one.index]["bias"]) == pytest.approx(5)
        assert one.lead == pytest.approx(5 - abs(one.metrics["bias"] or 0))


def test_windows_by_rows_are_scored_aside_too(places: Places) -> None:
    place = places.of(days_of_rows(10), window="30 rows")
    place.backfill(1)
    found = asides(place)
    assert [one.index for one in found] == [4, 5, 6, 7]
    assert all(one.labelled == 30 for one in found)
