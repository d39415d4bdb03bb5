"""A version is rebuilt from what was kept of it, and whatever differs is named."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.domain.errors import ArtifactFault, NotAllowed, NotThere
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


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The same two, for tests that put back what they change."""
    place = place_of(tmp_path_factory.mktemp("two"), days_of_rows(6), **BOOSTED)
    place.backfill(2)
    yield place
    place.home.close()


@contextmanager
def changed(place: Place, statement: str) -> Iterator[None]:
    """The tables changed by a statement, and put back afterwards."""
    table, before = sqlite3.connect(place.home.path("evermodel.db")), sqlite3.connect(":memory:")
    with closing(table), closing(before):
        table.backup(before)
        sql(place, statement)
        try:
            yield
        finally:
            with place.home.transaction() as t:
                for run in t.runs.open():
                    t.runs.end(run.id, run.token, "failed", NOW)
            before.backup(table)


def reproduced(place: Place, number: int) -> Proof:
    run = place.work("reproduce", options={"version": number})
    assert (run.state, run.version) == ("succeeded", number)
    with place.home.reading() as stores:
        proof = stores.reproductions.of(place.kept.id, number)[0]
    assert run.reason == proof.reason
    assert proof.reason.count(";") == len(proof.differs)
    assert all(cause in proof.reason for cause in proof.differs)
    told = [(one, other) for one in proof.differs for other in proof.differs if one is not other]
    assert not [pair for pair in told if pair[0].endswith(pair[1])], "said twice"
    assert not [one for one in proof.differs if one.endswith(".") or one[0].isupper() or "\n" in one]
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
    first, other = chunks(place, 2)
    whole = first.read_bytes()
    for position in (0, len(whole) // 2, len(whole) - 20):  # the head, the rows, what says how to read them
        flip(first, position)
        proof = reproduced(place, 2)
        assert not proof.same
        assert proof.differs == (f"chunk {first.stem} of a snapshot was altered since it was saved",)
        first.write_bytes(whole)
    for content in (b"", other.read_bytes()):
        first.write_bytes(content)
        proof = reproduced(place, 2)
        assert (proof.largest_difference, proof.words) == (None, "could not be rebuilt")
        assert proof.differs == (f"chunk {first.stem} of a snapshot was altered since it was saved",)
    first.write_bytes(whole)
    assert reproduced(place, 2).same


def test_chunk_that_is_gone_is_named_and_nothing_is_rebuilt(place: Place) -> None:
    gone = chunks(place, 2)[-1]
    gone.unlink()
    proof = reproduced(place, 2)
    assert (proof.same, proof.largest_difference, proof.words) == (False, None, "could not be rebuilt")
    (cause,) = proof.differs
    assert cause == f"chunk {gone.stem} of a snapshot cannot be read: No such file or directory"
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
    assert proof.differs[0] == "parameter n_estimators: 5 recorded with the version, 4 with its making"
    assert proof.differs[1].startswith("predictions: ")


LIST = "the list of chunks of snapshot ID was altered since it was saved"
RECORDS = {
    "snapshots set format = 9": "snapshot ID has format 9, and 1 to 2 can be read here",
    "snapshots set format = 1": LIST,
    "snapshots set chunks = '[]'": "snapshot ID has no rows",
    "snapshots set chunks = json_set(chunks, '$[0].first', 3)": LIST,
    "snapshots set chunks = json_remove(chunks, '$[0]')": LIST,
    "versions set snapshot = (select snapshot from versions where number = 1) where number = 2": (
        "rows: 120 recorded with the version, 72 learnt again"
    ),
    "versions set rows = 5": "rows: 5 recorded with the version, 120 learnt again",
    "versions set recipe = 'linear'": (
        "learner: linear recorded with the version, random_forest with its making"
    ),
    "versions set lineage = json_set(lineage, '$.continues', 9)": (
        "lineage: recorded as going on from v9, and as made to follow v1; "
        "v2 went on from v9: there is no version 9"
    ),
    "versions set judged = json_set(judged, '$.left_out', json('[[0, 5]]'))": (
        "what is recorded of v2 makes no version (KeyError: 'from')"
    ),
    "makings set body = json_set(body, '$.model.seed', 7)": (
        "seed: 0 recorded with the version, 7 in the model file of its day"
    ),
}
"""What is changed in the tables, and what a rebuilding says of it."""


def test_whatever_is_changed_in_the_tables_is_named_and_never_proven(two: Place) -> None:
    before = two.versions()[1].snapshot
    for statement, words in RECORDS.items():
        with changed(two, f"update {statement}"):
            proof = reproduced(two, 2)
            assert "; ".join(proof.differs) == words.replace("ID", before), statement
            assert not proof.same
    assert reproduced(two, 2).same


UNREADABLE = {
    "update makings set body = '{'": "The record of what v2 was made of was altered",
    "update makings set body = json_remove(body, '$.model.name')": "of what v2 was made of was altered",
    "update snapshots set chunks = '[{'": "The list of chunks of snapshot [0-9a-f]+ was altered",
}


def test_record_that_cannot_be_read_says_so(two: Place) -> None:
    for statement, words in UNREADABLE.items():
        with changed(two, statement), pytest.raises(ArtifactFault, match=words):
            two.work("reproduce", options={"version": 2})


def test_column_that_the_rows_do_not_have_is_named_once(two: Place) -> None:
    with changed(two, "update makings set body = json_set(body, '$.model.features', json('[\"q\"]'))"):
        assert reproduced(two, 2).differs == (
            "feature x: recorded with the version alone",
            "feature q: recorded with the making alone",
            "it could not be fitted again: column q is not among the rows that were read",
        )


def test_packages_of_an_interpreter_that_says_nothing_are_told_at_once(two: Place) -> None:
    with changed(two, "update versions set code = json_set(code, '$.python', '/nowhere/python')"):
        (cause,) = reproduced(two, 2).differs
    assert cause.endswith("recorded, and the interpreter says of none that it is present")


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
