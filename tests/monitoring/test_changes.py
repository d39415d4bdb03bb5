"""What changed from the rows of one snapshot to those of another."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.changes import Changes, changed_since, changed_words
from core.domain.learning import Snapshot
from core.domain.rows import Rows
from core.monitoring.changes import changes
from core.monitoring.row_prints import prints
from storage.snapshots import ChunkFiles
from tests.learning_kit import HOUR, kept_of, mixed_rows, rows_of

ROWS = mixed_rows("regression", 60)


class Shelf:
    """Snapshots of one model, as its source changes."""

    def __init__(self, folder: Path):
        self.cuts: list[int] = []
        self.files = ChunkFiles(folder, lambda _: self.cuts)

    def freeze(self, rows: Rows, as_of: int, start: int | None = None) -> Snapshot:
        kept = kept_of(rows.table)
        snapshot = self.files.freeze(kept, rows.where(rows.learnable(as_of)), as_of, start)
        self.cuts = sorted({*self.cuts, as_of})
        return snapshot

    def changes(self, one: Snapshot, other: Snapshot, id: str | None = None, **said: bool) -> Changes:
        return changes(one, other, self.files, id, **said)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def put(rows: Rows, column: str, values: pa.Array) -> Rows:
    place = rows.table.column_names.index(column)
    return Rows(rows.table.set_column(place, column, values), rows.time, rows.known)


def counts(found: Changes) -> tuple[int, int, int, int]:
    return found.new, found.gone, found.aged, found.altered


def test_a_grown_source_has_new_rows_and_nothing_else(shelf: Shelf) -> None:
    one, other = shelf.freeze(ROWS, 40 * HOUR), shelf.freeze(ROWS, 60 * HOUR)
    found = shelf.changes(one, other)
    assert counts(found) == (20, 0, 0, 0)
    assert found.words == "20 new of 60 rows"


def test_rows_before_a_history_are_older_than_it_and_not_gone(shelf: Shelf) -> None:
    one, other = shelf.freeze(ROWS, 40 * HOUR), shelf.freeze(ROWS, 60 * HOUR, 10 * HOUR)
    assert counts(shelf.changes(one, other, bounded=True)) == (20, 0, 10, 0)


def test_a_value_put_right_is_an_altered_row(shelf: Shelf) -> None:
    one = shelf.freeze(ROWS, 60 * HOUR)
    values = ROWS.table.column("count").to_pylist()
    values[7], values[9] = 99, 98
    other = shelf.freeze(put(ROWS, "count", pa.array(values, pa.int64())), 60 * HOUR)
    assert counts(shelf.changes(one, other)) == (0, 0, 0, 2)


def test_rows_that_left_the_source_are_gone(shelf: Shelf) -> None:
    one = shelf.freeze(ROWS, 60 * HOUR)
    other = shelf.freeze(ROWS.where(np.arange(60) % 10 != 3), 60 * HOUR)
    found = shelf.changes(one, other)
    assert counts(found) == (0, 6, 0, 0)
    assert "6 gone from the source" in found.words


def test_with_an_id_a_row_that_moved_in_time_is_altered_and_one_of_its_time_is_new(shelf: Shelf) -> None:
    ids = [2**53 + i for i in range(4)]  # next to each other: a float would take two for one
    before = rows_of({"n": ids, "y": [1.0, 2.0, 3.0, 4.0]}, [1, 2, 3, 4])
    after = rows_of({"n": [*ids[:3], 2**53 + 9], "y": [1.0, 2.0, 3.0, 5.0]}, [1, 2, 5, 6])
    one, other = shelf.freeze(before, 10), shelf.freeze(after, 10)
    assert counts(shelf.changes(one, other, "n")) == (1, 1, 0, 1)
    assert counts(shelf.changes(one, other)) == (2, 2, 0, 0)


def test_columns_that_came_went_or_have_another_type_are_named(shelf: Shelf) -> None:
    one = shelf.freeze(ROWS, 60 * HOUR)
    table = ROWS.table.drop_columns(["flag"]).append_column("more", pa.array(range(60)))
    other_rows = put(
        Rows(table, ROWS.time, ROWS.known), "count", ROWS.table.column("count").cast(pa.float64())
    )
    found = shelf.changes(one, shelf.freeze(other_rows, 60 * HOUR))
    assert (found.added, found.lost) == (["more"], ["flag"])
    assert found.types == {"count": ("int64", "double")}
    assert "column flag lost" in found.words


def test_the_column_that_moved_the_most_stands_first(shelf: Shelf) -> None:
    one = shelf.freeze(ROWS, 60 * HOUR)
    other = shelf.freeze(put(ROWS, "number", pa.array(np.arange(60.0) + 50)), 60 * HOUR)
    first = shelf.changes(one, other).columns[0]
    assert (first.name, first.distance) == ("number", pytest.approx(1.0))
    assert first.after["mean"] == pytest.approx(79.5)
    assert first.before["missing"] == ROWS.table.column("number").null_count / 60


def test_a_snapshot_beside_itself_has_no_change(shelf: Shelf) -> None:
    one = shelf.freeze(ROWS, 60 * HOUR)
    found = shelf.changes(one, one)
    assert counts(found) == (0, 0, 0, 0)
    assert all(column.distance in (0.0, None) for column in found.columns)
    assert found.words == "The same rows"


def test_a_source_that_changed_under_a_version_is_told_with_since_when(shelf: Shelf) -> None:
    shelf.freeze(ROWS, 20 * HOUR)
    learnt = shelf.freeze(ROWS, 40 * HOUR)
    assert changed_words(learnt, shelf.freeze(ROWS, 60 * HOUR), 2) == ""
    values = ROWS.table.column("count").to_pylist()
    values[25] = 99
    later = shelf.freeze(put(ROWS, "count", pa.array(values, pa.int64())), 60 * HOUR)
    assert changed_since(learnt, later) == [40 * HOUR]
    words = changed_words(learnt, later, 2)
    assert (
        words == "the source changed under v2: rows after 1970-01-01T20:00:00+00:00 are not as it learnt them"
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["a", "b", None])), max_size=12),
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["a", "b", None])), max_size=12),
)
def test_new_gone_and_altered_add_up_to_both_sides(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[int, str | None]],
    after: list[tuple[int, str | None]],
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))

    def rows(pairs: list[tuple[int, str | None]]) -> Rows:
        ordered = sorted(pairs, key=lambda pair: pair[0])
        columns = {"c": pa.array([text for _, text in ordered], pa.string()), "y": [0.0] * len(ordered)}
        return rows_of(columns, [time for time, _ in ordered])

    if not before or not after:
        return
    found = shelf.changes(shelf.freeze(rows(before), 10), shelf.freeze(rows(after), 10))
    common = sum(min(before.count(pair), after.count(pair)) for pair in set(before))
    assert found.new + found.altered == len(after) - common
    assert found.gone + found.altered == len(before) - common


def test_rows_that_differ_in_any_kind_of_column_have_other_prints() -> None:
    other = mixed_rows("regression", 60, seed=1)
    for name in ("number", "count", "text", "flag", "day"):
        one, two = (prints(rows, [name]) for rows in (ROWS, other))
        same = [
            a == b
            for a, b in zip(*(rows.table.column(name).to_pylist() for rows in (ROWS, other)), strict=True)
        ]
        assert (one == two).tolist() == same, name
