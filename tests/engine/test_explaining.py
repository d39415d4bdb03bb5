"""Explaining: the champion's importances, once, in a run of their own."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.engine.explaining import TRIGGER, explain, unexplained
from core.engine.work import work
from core.entrypoints.runtime import Runtime
from core.entrypoints.service import look
from core.entrypoints.settings import Settings
from tests.home_kit import NOW, Place, Quiet, days_of_rows, place_of


@pytest.fixture
def place(tmp_path: Path) -> Place:
    columns = days_of_rows(10)
    return place_of(tmp_path, {**columns, "noise": np.zeros(len(columns["x"]))})


def _importance(place: Place, version: int) -> dict[str, float]:
    with place.home.reading() as stores:
        return dict(stores.drifts.importance(place.kept.id, version))


def _explained(place: Place) -> bool:
    with place.home.reading() as stores:
        return unexplained(stores, place.kept.id) is None


def _explain(place: Place) -> list[str]:
    """The steps and facts that were told."""
    told: list[str] = []

    class Told(Quiet):
        def step(self, name: str) -> None:
            told.append(name)

        def fact(self, words: str) -> None:
            told.append(words)

    explain(place.queue("monitor"), place.kept, place.shop, Told())
    return told


def test_a_retraining_leaves_its_version_to_be_explained_by_a_monitoring(place: Place) -> None:
    assert place.work("retrain").version == 1
    assert not _explained(place)
    place.work("monitor")
    assert not _explained(place)
    told = _explain(place)
    assert told[0] == "importance"
    assert _importance(place, 1)["x"] > 1 > abs(_importance(place, 1)["noise"])


def test_monitoring_after_a_new_version_explains_it(place: Place) -> None:
    place.work("retrain")
    run = place.queue("monitor")
    work(replace(run, trigger=TRIGGER), place.shop, Quiet())
    assert _explained(place)


def test_backfill_explains_its_last_champion(place: Place) -> None:
    place.work("backfill")
    champion = place.versions()[-1].number
    assert set(_importance(place, champion)) == {"x", "noise"}
    assert _importance(place, champion - 1) == {}


def test_judged_version_is_explained_on_its_judged_rows(tmp_path: Path) -> None:
    place = place_of(tmp_path, days_of_rows(10), gate="not_worse", judge_at_least=5)
    place.work("retrain")
    _explain(place)
    assert _importance(place, 1)["x"] > 1


def test_version_is_explained_once(place: Place) -> None:
    place.work("retrain")
    _explain(place)
    with place.home.transaction() as t:
        for run in t.runs.open():
            t.runs.end(run.id, run.token, "succeeded", place.shop.clock.now())
    assert _explain(place) == []


def test_artifact_that_is_gone_fails_no_run_and_is_said(place: Place) -> None:
    place.work("retrain")
    for file in place.home.path("artifacts").iterdir():
        file.unlink()
    told = _explain(place)
    assert "not computed" in told[1]
    assert _explained(place)
    assert _importance(place, 1) == {}


def test_model_without_a_version_has_nothing_to_explain(place: Place) -> None:
    assert _explain(place) == []


def test_server_s_look_queues_a_monitoring_for_a_version_that_is_not_explained(place: Place) -> None:
    runtime = Runtime(place.home, Settings(), place.shop.clock)
    place.work("retrain")
    place.work("monitor")
    look(runtime)
    with place.home.reading() as stores:
        (run,) = stores.runs.open()
    assert (run.kind, run.trigger) == ("monitor", TRIGGER)
    with place.home.transaction() as t:
        run = t.runs.claim(run.id, "token", 1, 0.0, NOW)
    work(run, place.shop, Quiet())
    look(runtime)
    with place.home.reading() as stores:
        assert stores.runs.open() == []
