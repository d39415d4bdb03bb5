"""A version is rebuilt from what was kept of it, and whatever differs is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.errors import NotAllowed, NotThere
from core.domain.proof import Proof
from tests.home_kit import NOW, Place, days_of_rows, place_of


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A home after a backfill: v1 to v3 of a recipe that throws dice. Only for tests that change nothing."""
    place = place_of(tmp_path_factory.mktemp("lived"), days_of_rows(8), **BOOSTED)
    place.backfill(2)
    yield place
    place.home.close()


BOOSTED = {"recipe": "random_forest", "recipe_parameters": {"n_estimators": 5}}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Two versions, to be changed."""
    place = place_of(tmp_path, days_of_rows(6), **BOOSTED)
    place.backfill(2)
    yield place
    place.home.close()


def reproduced(place: Place, number: int) -> Proof:
    run = place.work("reproduce", options={"version": number})
    assert (run.state, run.version) == ("succeeded", number)
    with place.home.reading() as stores:
        proof = stores.reproductions.of(place.kept.id, number)[0]
    assert run.reason == proof.reason
    assert all(cause in proof.reason for cause in proof.differs)
    return proof


def sql(place: Place, statement: str, *values: object) -> None:
    with place.home.transaction() as t:
        t.database.execute(statement, list(values))


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


def chunks(place: Place, number: int) -> list[Path]:
    with place.home.reading() as stores:
        version = stores.versions.get(place.kept.id, number)
        listed = stores.snapshots.get(place.kept.id, version.snapshot).chunks
    return [place.home.path("snapshots", one.hash[:2], f"{one.hash}.parquet") for one in listed]


def test_every_version_of_a_backfill_is_rebuilt_the_same(lived: Place) -> None:
    assert len(lived.versions()) == 3
    before = lived.versions()
    for version in before:
        proof = reproduced(lived, version.number)
        assert (proof.same, proof.largest_difference, proof.differs) == (True, 0.0, ())
    assert lived.versions() == before


def test_flipped_byte_of_a_chunk_is_caught_wherever_it_is(place: Place) -> None:
    first, *rest = chunks(place, 2)
    whole = first.read_bytes()
    for position in (0, len(whole) // 2, len(whole) - 20):  # the head, the rows, what says how to read them
        flip(first, position)
        proof = reproduced(place, 2)
        assert not proof.same
        assert [cause for cause in proof.differs if cause.startswith(f"chunk {first.stem}: ")]
        assert not [cause for cause in proof.differs if any(other.stem in cause for other in rest)]
        first.write_bytes(whole)
    assert reproduced(place, 2).same


def test_chunk_that_is_gone_is_named_and_nothing_is_rebuilt(place: Place) -> None:
    gone = chunks(place, 2)[-1]
    gone.unlink()
    proof = reproduced(place, 2)
    assert (proof.same, proof.largest_difference, proof.words) == (False, None, "could not be rebuilt")
    (cause,) = proof.differs
    assert cause.startswith(f"chunk {gone.stem}: ")
    assert reproduced(place, 1).same


def test_package_of_another_version_is_named_and_need_not_change_the_predictions(place: Place) -> None:
    sql(place, "update versions set environment = json_set(environment, '$.numpy', '1.0', '$.gone', '2.0')")
    proof = reproduced(place, 1)
    assert (proof.same, proof.largest_difference) == (True, 0.0)
    (gone, numpy) = sorted(proof.differs)
    assert gone == "package gone: 2.0 recorded, none present"
    assert numpy.startswith("package numpy: 1.0 recorded, ")


def test_another_seed_is_named_and_rebuilds_another_version(place: Place) -> None:
    sql(place, "update versions set seed = 7 where number = 1")
    proof = reproduced(place, 1)
    assert not proof.same
    assert proof.largest_difference > 0
    assert proof.differs[0] == "seed: 7 recorded with the version, 0 with its making"
    assert proof.differs[1].startswith("predictions: ")
    assert proof.words.startswith("differs by up to ")


def test_other_parameters_are_named(place: Place) -> None:
    path, parameters = "$.model.recipe_parameters", '{"n_estimators": 4}'
    sql(place, "update makings set body = json_set(body, ?, json(?))", path, parameters)
    proof = reproduced(place, 1)
    assert not proof.same
    assert "{'n_estimators': 4} with its making" in proof.differs[0]
    assert proof.differs[1].startswith("predictions: ")


def test_altered_artifact_is_named_though_its_version_is_rebuilt_the_same(place: Place) -> None:
    artifact = place.home.path("artifacts", place.versions()[0].artifact)
    flip(artifact, 99)
    proof = reproduced(place, 1)
    assert (proof.same, proof.largest_difference) == (False, 0.0)
    (cause,) = proof.differs
    assert artifact.name in cause
    assert proof.words == "not as it was recorded"


def test_altered_probe_is_named_and_the_artifact_speaks_for_it(place: Place) -> None:
    probe = place.home.path("artifacts", place.versions()[0].artifact).with_suffix(".probe")
    flip(probe, 99)
    proof = reproduced(place, 1)
    assert (proof.same, proof.largest_difference) == (False, 0.0)
    (cause,) = proof.differs
    assert probe.name in cause


def test_version_without_a_making_cannot_be_rebuilt(place: Place) -> None:
    sql(place, "delete from makings where number = 1")
    with pytest.raises(NotAllowed, match="older Evermodel"):
        place.work("reproduce", options={"version": 1})


def test_version_that_was_let_go_cannot_be_rebuilt(place: Place) -> None:
    with place.home.transaction() as t:
        t.versions.let_go(place.kept.id, [1], NOW)
    with pytest.raises(NotAllowed, match="v1 is not kept any more"):
        place.work("reproduce", options={"version": 1})


def test_no_such_version(lived: Place) -> None:
    with pytest.raises(NotThere):
        lived.work("reproduce", options={"version": 99})
