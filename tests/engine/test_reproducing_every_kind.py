"""Versions of every kind are rebuilt the same: of each strategy, of two classes, of a person's own code."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.domain.errors import NotAllowed
from core.domain.keeping import unguarded
from core.domain.proof import Proof
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from core.entrypoints.workshop import open_workshop
from storage.integrity import check
from storage.letting_go import HomeFiles
from tests.home_kit import NOW, Place, Places, days_of_rows, place_of
from tests.script_kit import workplace

FEW_TREES = {"recipe": "random_forest", "recipe_parameters": {"n_estimators": 3}}
KINDS: Mapping[str, Mapping[str, object]] = {
    "judged and not fitted again": {"gate": "not_worse", "refit": False, "judge_at_least": 10},
    "judged and fitted again": {"gate": "not_worse", "judge_at_least": 10},
    "short history": {"history": "2 days"},
    "older rows weigh less": {**FEW_TREES, "half_life": "2 days"},
    "not fitted again, older rows weigh less": {
        "half_life": "2 days",
        "gate": "not_worse",
        "refit": False,
        "judge_at_least": 10,
    },
    "ranges never learnt": {"leave_out": [["2026-01-02", "2026-01-03"]]},
    "warm start": {"recipe": "sgd", "strategy": "warm_start", "warm": {"full_every": 3}},
    "ensemble": {**FEW_TREES, "strategy": "ensemble", "ensemble": {"size": 3}},
    "weighted ensemble, judged": {
        **FEW_TREES,
        "strategy": "ensemble",
        "ensemble": {"size": 3, "weights": "recent"},
        "gate": "not_worse",
        "judge_at_least": 10,
    },
    "windows by rows": {"window": "24 rows"},
}


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    places = Places(tmp_path)
    yield places
    places.close()


def proofs(place: Place) -> list[Proof]:
    """Of every version of a backfill."""
    run = place.backfill(1)
    assert run.state == "succeeded"
    for version in place.versions():
        place.work("reproduce", options={"version": version.number})
    with place.home.reading() as stores:
        return list(stores.reproductions.newest(place.kept.id).values())


def rebuilt(place: Place, number: int) -> Proof:
    place.work("reproduce", options={"version": number})
    with place.home.reading() as stores:
        return stores.reproductions.of(place.kept.id, number)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_versions_of_this_kind_are_rebuilt_the_same(places: Places, kind: str) -> None:
    place = places.of(days_of_rows(7), **KINDS[kind])
    found, last = proofs(place), place.versions()[-1]
    assert len(found) == len(place.versions()) >= 3
    assert [(one.same, one.largest_difference, one.differs) for one in found] == [(True, 0, ())] * len(found)
    assert last.strategy == KINDS[kind].get("strategy", "scratch")
    assert (last.strategy == "scratch") == (not last.lineage)
    assert (last.strategy == "ensemble") == (len(last.lineage.get("members", ())) > 1)  # type: ignore[arg-type]
    if last.strategy == "warm_start":
        assert any(version.lineage.get("full") is False for version in place.versions())


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_versions_that_tell_classes_are_rebuilt_with_the_same_scores(places: Places, task: str) -> None:
    columns = days_of_rows(7)
    kinds = np.array(["a", "b", "c"] if task == "multiclass" else ["no", "yes"])
    y = kinds[np.digitize(columns["y"], [-1, 1] if task == "multiclass" else [0])]
    place = places.of({**columns, "y": y}, task=task, metric="accuracy", recipe="linear")
    found = proofs(place)
    assert len(found) == len(place.versions()) >= 3
    assert [(one.same, one.largest_difference, one.differs) for one in found] == [(True, 0, ())] * len(found)


@pytest.mark.parametrize("kind", ["warm start", "ensemble"])
def test_what_is_kept_is_rebuilt_after_its_forerunners_were_let_go(places: Places, kind: str) -> None:
    """Though no fit from scratch is near; one whose forerunner's file is lost says so beforehand."""
    place = places.of(days_of_rows(7), **{**KINDS[kind], **NEVER_AFRESH, "keep": 2})
    place.backfill(1)
    gone, runtime = HomeFiles(place.home).older(place.kept, NOW, unguarded), Runtime(place.home, Settings())
    assert gone == [1, 2]
    found = [rebuilt(place, number) for number in (3, 4)]
    assert [(proof.same, proof.differs) for proof in found] == [(True, ())] * 2
    artifacts = [place.home.path("artifacts", version.artifact) for version in place.versions()]
    assert [path.exists() for path in artifacts] == [False, True, True, True]
    assert {one.what for one in check(place.home, 1, NOW) if "v2" in one.what} == {
        "artifact of m v2, from which a later one went on"
    }

    artifacts[1].unlink()
    why = "v3 went on from v2, whose file is there no more."
    assert runtime.unprovable("m")[3] == why
    assert runtime.views.version("m", 3, NOW).unprovable == why
    assert runtime.views.version("m", 4, NOW).unprovable is None
    with pytest.raises(NotAllowed, match=re.escape(why)):
        runtime.reproduce("m", 3)
    afresh = replace(place, shop=open_workshop(place.home))  # it has loaded none
    (cause,) = rebuilt(afresh, 3).differs
    assert (
        cause == f"v3 went on from v2: artifact {artifacts[1].name} cannot be read: No such file or directory"
    )
    assert [one.ok for one in check(place.home, 1, NOW) if "v2" in one.what] == [False]


NEVER_AFRESH: Mapping[str, object] = {"warm": None}


OWN = """from sklearn.ensemble import RandomForestRegressor
from trees import TREES


def forest(depth):
    return RandomForestRegressor(n_estimators=TREES, max_depth=depth)
"""


def test_versions_of_a_persons_own_recipe_are_rebuilt_from_the_code_of_their_day(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "trees.py").write_text("TREES = 3")
    place = place_of(tmp_path, days_of_rows(5), recipe="own:forest", recipe_parameters={"depth": 3})
    try:
        place.work("retrain")
        (tmp_path / "own.py").write_text("raise SystemExit")
        (tmp_path / "trees.py").unlink()
        assert rebuilt(place, 1).differs == ()
        tree = place.home.path("code", str(place.versions()[0].code["sha256"]))
        (tree / "trees.py").write_text("TREES = 4")
        proof = rebuilt(place, 1)
        assert not proof.same
        assert proof.differs == ("code trees.py was altered since it was saved",)
        (tree / "trees.py").unlink()
        assert rebuilt(place, 1).differs == ("code trees.py cannot be read: No such file or directory",)
        (tree / "trees.py").write_text("TREES = 3")
        assert rebuilt(place, 1).differs == ()
        (tree / "sitecustomize.py").write_text("")
        assert rebuilt(place, 1).differs == ("code sitecustomize.py was put beside it since it was saved",)
        assert not list(place.home.path("scratch").iterdir())
    finally:
        place.home.close()


UNORDERED = """
words = {str(k) for k in range(40)}
write(model=Mean(float(sum(k * int(word) for k, word in enumerate(words)))))
"""


def test_versions_of_a_script_that_hangs_on_the_order_of_a_set_are_rebuilt_the_same(tmp_path: Path) -> None:
    bench = workplace(tmp_path, UNORDERED, seed=2**32 - 1)
    try:
        assert bench.retrain().version == 1
        proof = rebuilt(bench.place, 1)
        assert (proof.same, proof.largest_difference, proof.differs) == (True, 0.0, ())
    finally:
        bench.place.home.close()


SIZED = """
size = os.path.getsize(os.environ["EVERMODEL_TRAIN"])
write(model=Mean(float(size) + float(os.environ["EVERMODEL_SEED"])))
"""


def test_versions_of_a_script_are_rebuilt_by_the_script_of_their_day(tmp_path: Path) -> None:
    bench = workplace(tmp_path, SIZED, seed=3)
    place = bench.place
    try:
        assert bench.retrain().version == 1
        (tmp_path / "train.py").write_text("raise SystemExit(3)")
        (tmp_path / "mean.py").unlink()
        proof = rebuilt(place, 1)
        assert (proof.same, proof.largest_difference, proof.differs) == (True, 0.0, ())
        with place.home.transaction() as t:
            t.database.execute("update versions set seed = 5")
        proof = rebuilt(place, 1)
        assert (proof.same, proof.largest_difference) == (False, 2.0)
        assert bench.left_behind() == []
    finally:
        place.home.close()
