"""Snapshots: the exact rows again, each kept once."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import ArtifactFault
from core.domain.learning import Snapshot
from core.domain.rows import Rows
from storage.contents import hash_of
from storage.snapshots import FORMAT, ChunkFiles, snapshot_id
from tests.learning_kit import HOUR, kept_of, mixed_rows, rows_of

ROWS = mixed_rows("multiclass", 60)
KEPT = kept_of(ROWS.table, task="multiclass", target="y")


def files_of(folder: Path, cuts: list[int]) -> ChunkFiles:
    return ChunkFiles(folder / "snapshots", lambda _: cuts)


def freeze(files: ChunkFiles, rows: Rows, as_of: int, start: int | None = None) -> Snapshot:
    return files.freeze(KEPT, rows.where(rows.learnable(as_of)), as_of, start)


def hash_now(table: pa.Table) -> str:
    return hash_of(table, FORMAT)


def same(a: Rows, b: Rows) -> bool:
    return a.table.equals(b.table) and np.array_equal(a.time, b.time) and np.array_equal(a.known, b.known)


def stored(files: ChunkFiles) -> set[str]:
    return {path.stem for path in files.folder.rglob("*.parquet")}


def test_rows_come_back_exactly_with_their_types(tmp_path: Path) -> None:
    files = files_of(tmp_path, [])
    snapshot = freeze(files, ROWS, 100 * HOUR)
    assert snapshot.rows == 60
    assert same(files.rows(snapshot), replace(ROWS, table=ROWS.table.select(KEPT.columns)))


def test_growing_year_stores_each_row_once(tmp_path: Path) -> None:
    cuts: list[int] = []
    files = files_of(tmp_path, cuts)
    for as_of in (20 * HOUR, 40 * HOUR, 60 * HOUR):
        before = stored(files)
        snapshot = freeze(files, ROWS, as_of)
        cuts.append(as_of)
        assert before < stored(files)
        assert [chunk.rows for chunk in snapshot.chunks] == [20] * len(cuts)
    assert len(stored(files)) == 3
    assert freeze(files, ROWS, 60 * HOUR) == snapshot
    assert len(stored(files)) == 3


def test_history_is_an_offset_and_stores_nothing_anew(tmp_path: Path) -> None:
    files = files_of(tmp_path, [20 * HOUR, 40 * HOUR])
    freeze(files, ROWS, 60 * HOUR)
    before = stored(files)
    snapshot = freeze(files, ROWS, 60 * HOUR, 25 * HOUR)
    assert stored(files) == before
    assert [(chunk.rows, chunk.first) for chunk in snapshot.chunks] == [(20, 5), (20, 0)]
    assert snapshot.rows == 35
    assert files.rows(snapshot).time.tolist() == [i * HOUR for i in range(25, 60)]


def test_late_label_goes_into_the_chunk_of_its_own_cut(tmp_path: Path) -> None:
    known = ROWS.time.copy()
    known[3] = 30 * HOUR
    rows = replace(ROWS, known=known)
    files = files_of(tmp_path, [20 * HOUR])
    snapshot = freeze(files, rows, 40 * HOUR)
    assert [chunk.rows for chunk in snapshot.chunks] == [19, 21]
    assert files.rows(snapshot).time.tolist() == [i * HOUR for i in range(40)]


def test_corrected_row_is_stored_beside_the_old_one(tmp_path: Path) -> None:
    files = files_of(tmp_path, [20 * HOUR])
    old = freeze(files, ROWS, 40 * HOUR)
    place = ROWS.table.column_names.index("y")
    values = ROWS.table.column("y").to_pylist()
    mended = replace(
        ROWS,
        table=ROWS.table.set_column(place, "y", pa.array([7 if i == 2 else v for i, v in enumerate(values)])),
    )
    new = freeze(files, mended, 40 * HOUR)
    assert old.chunks[1] == new.chunks[1]
    assert old.id != new.id
    assert files.rows(new).table.column("y")[2].as_py() == 7
    assert files.rows(old).table.column("y").to_pylist() == values[:40]


@pytest.mark.parametrize("harm", ["altered", "replaced", "cut", "gone"])
def test_chunk_that_is_not_what_was_kept_is_refused(tmp_path: Path, harm: str) -> None:
    files = files_of(tmp_path, [20 * HOUR])
    snapshot = freeze(files, ROWS, 40 * HOUR)
    first, second = (files._path(chunk.hash) for chunk in snapshot.chunks)
    content = bytearray(first.read_bytes())
    if harm == "altered":
        content[40] ^= 0xFF
    first.write_bytes(
        second.read_bytes() if harm == "replaced" else content[:-20] if harm == "cut" else content
    )
    if harm == "gone":
        first.unlink()
    for ask in (files.rows, files.verify):
        with pytest.raises(ArtifactFault, match=snapshot.chunks[0].hash) as caught:
            ask(snapshot)
        assert "Errno" not in str(caught.value)


def test_snapshot_of_another_format_says_so(tmp_path: Path) -> None:
    files = files_of(tmp_path, [])
    snapshot = freeze(files, ROWS, 40 * HOUR)
    with pytest.raises(ArtifactFault, match="format 9"):
        files.rows(replace(snapshot, format=9))


def test_chunk_is_a_private_file_that_any_reader_opens(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    files = files_of(tmp_path, [])
    chunk = freeze(files, ROWS, 40 * HOUR).chunks[0]
    path = files.folder / chunk.hash[:2] / f"{chunk.hash}.parquet"
    assert path.stat().st_mode & 0o777 == 0o600
    table = pq.read_table(path)
    assert table.column("__time__").to_pylist() == [i * HOUR for i in range(40)]
    assert table.schema.metadata is None


@settings(max_examples=40, deadline=None)
@given(
    facts=st.lists(st.tuples(st.integers(0, 12), st.integers(-3, 12)), min_size=1, max_size=40),
    cuts=st.lists(st.integers(1, 20), max_size=4),
    as_of=st.integers(1, 25),
    start=st.one_of(st.none(), st.integers(0, 12)),
)
def test_arranged_rows_are_those_of_the_snapshot_in_its_order(
    tmp_path_factory: pytest.TempPathFactory,
    facts: list[tuple[int, int]],
    cuts: list[int],
    as_of: int,
    start: int | None,
) -> None:
    facts.sort(key=lambda fact: fact[0])
    rows = rows_of(
        {"x": np.arange(len(facts)), "y": np.zeros(len(facts))},
        [t for t, _ in facts],
        [t + late for t, late in facts],
    )
    kept = kept_of(rows.table)
    learnable = rows.where(rows.learnable(as_of))
    files = files_of(tmp_path_factory.mktemp("home"), cuts)
    arranged = files.arrange(kept, learnable, as_of, start)
    snapshot = files.freeze(kept, learnable, as_of, start)
    assert snapshot.rows == len(arranged)
    assert files.freeze(kept, files.arrange(kept, learnable, as_of, None), as_of, start) == snapshot
    if snapshot.chunks:
        assert same(files.rows(snapshot), arranged)
    assert (
        sorted(arranged.table.column("x").to_pylist())
        == learnable.between(start, None).table.column("x").to_pylist()
    )


def test_hash_is_of_the_rows_and_not_of_how_they_are_held() -> None:
    table = ROWS.table
    whole = hash_now(table.slice(7, 30))
    halves = pa.concat_tables([table.slice(7, 11), table.slice(18, 19)])
    mask = np.zeros(len(table), bool)
    mask[7:37] = True
    assert hash_now(halves) == hash_now(table.filter(pa.array(mask))) == whole
    assert hash_now(table.take(pa.array(np.arange(7, 37)))) == whole


def test_hash_tells_missing_from_filled_and_one_type_from_another() -> None:
    tables = [
        pa.table({"x": column})
        for column in (
            pa.array([1, None]),
            pa.array([1, 1]),
            pa.array([None, 1]),
            pa.array([1, None], pa.int32()),
            pa.array([1.0, None]),
            pa.array(["1", None]),
            pa.array([1, 1, None]),
            pa.nulls(2, pa.int64()),
            pa.nulls(2, pa.int32()),
            pa.array(["ab", "c"]),
            pa.array(["a", "bc"]),
            pa.array(["abc", ""]),
            pa.array(["abc", None]),
            pa.array([True, None]),
            pa.array([None, True]),
            pa.array([False, False]),
            pa.array([[1], [2, 3]]),
            pa.array([[1, 2], [3]]),
        )
    ]
    assert len({hash_now(table) for table in tables}) == len(tables)
    assert hash_now(tables[0].rename_columns(["z"])) != hash_now(tables[0])


def test_a_snapshot_of_the_first_format_is_read_and_held_against_its_own_hash(tmp_path: Path) -> None:
    files = files_of(tmp_path, [])
    new = freeze(files, ROWS, 60 * HOUR)
    path = files._path(new.chunks[0].hash)
    hash = hash_of(pq.read_table(path), 1)
    files._path(hash).parent.mkdir(exist_ok=True)
    path.rename(files._path(hash))
    chunks = [replace(new.chunks[0], hash=hash)]
    old = Snapshot(snapshot_id(chunks, 1), new.as_of, new.rows, chunks, 1)
    assert same(files.rows(old), replace(ROWS, table=ROWS.table.select(KEPT.columns)))
    with pytest.raises(ArtifactFault, match="altered"):
        files.rows(replace(old, id=snapshot_id(chunks), format=FORMAT))


def test_dictionaries_and_metadata_are_stored_plain(tmp_path: Path) -> None:
    files = files_of(tmp_path, [])
    table = ROWS.table.set_column(2, "text", ROWS.table.column("text").dictionary_encode())
    coded = replace(ROWS, table=table.replace_schema_metadata({"pandas": "its own"}))
    assert freeze(files, coded, 60 * HOUR) == freeze(files, ROWS, 60 * HOUR)


Growing = tuple[ChunkFiles, dict[str, Snapshot], list[str], list[int]]


@pytest.fixture
def growing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Growing:
    """Chunk files, the last snapshot, the hash of every chunk that was looked into, and the cuts."""
    last: dict[str, Snapshot] = {}
    cuts: list[int] = []
    files = ChunkFiles(tmp_path / "snapshots", lambda _: cuts, lambda _: last.get("last"))
    looked: list[str] = []
    keep = ChunkFiles._keep

    def seen(self: ChunkFiles, table: pa.Table, known: Mapping[str, str], *, new: bool) -> tuple[str, str]:
        kept = keep(self, table, known, new=new)
        looked.append(kept[0])
        return kept

    monkeypatch.setattr(ChunkFiles, "_keep", seen)
    return files, last, looked, cuts


def frozen(
    growing: Growing, rows: Rows, as_of: int, stamp: dict[str, list[int]], start: int | None = None
) -> Snapshot:
    files, last, looked, cuts = growing
    looked.clear()
    snapshot = files.freeze(KEPT, rows.where(rows.learnable(as_of)), as_of, start, stamp)
    last["last"] = snapshot
    cuts[:] = sorted({*cuts, as_of})
    return snapshot


A_FILE, TWO = {"a": [1, 1]}, {"a": [1, 1], "b": [2, 2]}


def test_chunks_of_files_that_did_not_change_are_not_looked_into_again(growing: Growing) -> None:
    first = frozen(growing, ROWS, 20 * HOUR, A_FILE)
    second = frozen(growing, ROWS, 40 * HOUR, TWO)
    assert second.chunks[:1] == first.chunks
    assert growing[2] == [second.chunks[1].hash]
    assert second == growing[0].freeze(KEPT, ROWS.where(ROWS.learnable(40 * HOUR)), 40 * HOUR, None)


@pytest.mark.parametrize(
    ("stamp", "rows", "start"),
    [
        ({"a": [1, 2]}, ROWS, None),
        ({"b": [2, 2]}, ROWS, None),
        (TWO, ROWS.take(np.array([0, *range(60)])), None),
        (TWO, ROWS, 5 * HOUR),
    ],
    ids=["a file changed", "a file is gone", "a new file holds an old row", "with a shorter history"],
)
def test_chunks_are_looked_into_again_where_old_rows_may_differ(
    growing: Growing, stamp: dict[str, list[int]], rows: Rows, start: int | None
) -> None:
    frozen(growing, ROWS, 20 * HOUR, A_FILE)
    snapshot = frozen(growing, rows, 40 * HOUR, stamp, start)
    assert len(growing[2]) == 2 == len(snapshot.chunks)


def test_a_cut_made_since_among_the_old_rows_has_them_looked_into_again(growing: Growing) -> None:
    frozen(growing, ROWS, 20 * HOUR, A_FILE)
    growing[3].insert(0, 10 * HOUR)
    assert len(frozen(growing, ROWS, 40 * HOUR, TWO).chunks) == 3


def test_a_chunk_whose_file_is_gone_is_written_again(growing: Growing) -> None:
    first = frozen(growing, ROWS, 20 * HOUR, A_FILE)
    growing[0]._path(first.chunks[0].hash).unlink()
    snapshot = frozen(growing, ROWS, 40 * HOUR, TWO)
    assert stored(growing[0]) == {chunk.hash for chunk in snapshot.chunks}
