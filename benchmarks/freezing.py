"""Freezing: the rows of a version kept as a snapshot, beside writing the same rows as Parquet, in turn.

A million rows of 50 columns in as many files as weeks. The first time every row is new; the next time one
week more has come, and only that is to be written.
"""

import gc
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.drift import window_of
from benchmarks.tables import table

if TYPE_CHECKING:
    from core.domain.models import Kept
    from core.domain.rows import Rows

ROUNDS = 5
FILES, ROWS = 20, 50_000
FIRST_LIMIT, NEXT_LIMIT = 1.5, 1.1


@dataclass(frozen=True)
class Round:
    """Seconds: of the first snapshot and its rows as one Parquet file; of the next and its new rows."""

    first: float
    whole: float
    next: float
    new: float


def measure(rounds: int = ROUNDS) -> list[tuple[str, ...]]:
    """Rows of a table: what, seconds, ratio, limit."""
    weeks = [window_of(week, ROWS) for week in range(FILES + 1)]
    found = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as made:
            found.append(_round(Path(made), weeks))
    first = median(one.first / one.whole for one in found)
    following = median(one.next / one.new for one in found)
    return [
        ("writing 1,000,000 × 50 as Parquet", _seconds(one.whole for one in found), "", ""),
        ("its first snapshot", _seconds(one.first for one in found), f"{first:.2f}", f"{FIRST_LIMIT}"),
        ("writing the new 50,000 rows", _seconds(one.new for one in found), "", ""),
        ("the next snapshot", _seconds(one.next for one in found), f"{following:.2f}", f"{NEXT_LIMIT}"),
    ]


def _round(folder: Path, weeks: list[pa.Table]) -> Round:
    from core.domain.learning import Snapshot
    from storage.snapshots import ChunkFiles

    made: list[Snapshot] = []
    files = ChunkFiles(
        folder / "snapshots",
        lambda _: [one.as_of for one in made],
        lambda _: made[-1] if made else None,
    )
    kept = _kept(weeks[0])
    stamps = {f"{week:02}.parquet": [1, 1] for week in range(len(weeks))}

    def freeze(upto: int) -> None:
        rows = _rows(weeks[:upto])
        as_of = int(rows.time[-1]) + 1
        listed = dict(list(stamps.items())[:upto])
        spent(lambda: made.append(files.freeze(kept, rows, as_of, None, listed)))

    taken: list[float] = []

    def spent(act: Callable[[], object]) -> None:
        gc.collect()
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)

    whole = pa.concat_tables(weeks[:FILES])
    spent(lambda: _write(whole, folder / "whole.parquet"))
    freeze(FILES)
    spent(lambda: _durably(files, weeks[-1]))
    freeze(FILES + 1)
    return Round(taken[1], taken[0], taken[3], taken[2])


def _write(rows: pa.Table, file: Path) -> None:
    pq.write_table(rows, file, compression="zstd", compression_level=3)


def _durably(files: object, rows: pa.Table) -> None:
    """The new rows written as a chunk is: under their hash, synced; into a store that has nothing else."""
    from dataclasses import replace

    from storage.snapshots import ChunkFiles

    assert isinstance(files, ChunkFiles)
    fresh = replace(files, folder=files.folder.with_name("new"), cuts=lambda _: (), last=lambda _: None)
    known = _rows([rows])
    fresh.freeze(_kept(rows), known, int(known.time[-1]) + 1, None)


def _rows(weeks: list[pa.Table]) -> "Rows":
    from core.domain.rows import Rows

    rows = pa.concat_tables(weeks)
    time_ = np.concatenate([chunk.to_numpy() for chunk in rows.column("t").chunks]).view(np.int64)
    return Rows(rows, time_, time_)


def _kept(rows: pa.Table) -> "Kept":
    from core.domain.models import Kept, Model
    from core.domain.sources import Schema, SourceSpec, Survey
    from core.domain.spans import Span

    model = Model("m", "regression", "y", "t", Span(7, "days"), SourceSpec("rows"), ".")
    survey = Survey(Schema({one.name: str(one.type) for one in rows.schema}), len(rows), None, None, 0)
    return Kept(1, model, survey, 0, datetime(2026, 1, 1, tzinfo=UTC), 1)


def _seconds(values: object) -> str:
    return f"{median(values):.3f} s"  # type: ignore[call-overload]


if __name__ == "__main__":
    print(table(("freezing", "median", "ratio", "limit"), measure()))
