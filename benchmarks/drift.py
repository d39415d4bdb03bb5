"""Drift: the CPU and memory of `evermodel monitor` over 1 M and 4 M rows of 50 columns in 20 windows.

Beside it, in the same run, merely reading the Parquet. Before each measured monitoring the model has a
version, whose training rows (eight windows before) are in counts already, as on every day but the first: then
20 windows of rows arrive. They carry the predictions that production made, so that no version scores them.
What the command costs on 2,000 rows (imports, tables) is taken off.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.serving import ROOT
from benchmarks.tables import table

NAME = "drift"
WINDOWS, BEFORE = 20, 8
NUMBERS = 40
GROUP = 50_000  # rows of a row group: what any reader of Parquet holds at a time
LEVELS = (5, 8, 12, 20, 35, 60, 100, 180, 300, 500)
START = np.datetime64("2026-01-01T00:00:00", "us")
HOUR = np.timedelta64(1, "h")
LIMIT, MEMORY_LIMIT = 4.0, 700


@dataclass(frozen=True)
class Cost:
    """CPU in seconds, of a process and its own; the largest resident memory of one of them in MB."""

    cpu: float
    memory: float


def numbers(column: int, rows: int, chance: np.random.Generator) -> np.ndarray:
    """A column of one of eight kinds."""
    j = column
    kinds = (
        lambda: chance.normal(j, 1 + j / 10, rows),
        lambda: chance.lognormal(0, 0.5 + j / 80, rows),
        lambda: chance.exponential(1 + j, rows),
        lambda: chance.uniform(-j, j + 1, rows),
        lambda: chance.gamma(1 + j / 10, 2, rows),
        lambda: chance.standard_t(3, rows),
        lambda: np.where(chance.random(rows) < 0.3, chance.normal(-3, 1, rows), chance.normal(2, 0.5, rows)),
        lambda: chance.poisson(3 + j, rows).astype(float),
    )
    return kinds[j % 8]()


def window_of(window: int, rows: int) -> pa.Table:
    """A day of rows, in which every fifth number moves on from the tenth measured window."""
    chance = np.random.default_rng(window)
    shift = 0.05 * max(0, window - BEFORE - 9)
    step = int(24 * 3_600_000_000 // rows)
    time = START + window * 24 * HOUR + np.arange(rows) * np.timedelta64(step, "us")
    columns: dict[str, object] = {"t": time}
    for j in range(NUMBERS):
        values = numbers(j, rows, chance)
        moved = values + shift * values.std() if j % 5 == 0 else values
        columns[f"f{j:02}"] = pa.array(moved, mask=chance.random(rows) < 0.01)
    for j, levels in enumerate(LEVELS):
        share = 1 / np.arange(1, levels + 1) ** 0.8
        code = chance.choice(levels, rows, p=share / share.sum())
        names = np.array([f"c{j}_{i:04}" for i in range(levels)])
        columns[f"c{j:02}"] = pa.array(names[code], mask=chance.random(rows) < 0.01)
    label = chance.normal(size=rows)
    return pa.table({**columns, "said": label + chance.normal(size=rows), "y": label})


def prepare(folder: Path, before: int) -> Path:
    """A home whose model has a version, and its training rows (`before` in all) in counts."""
    (folder / "rows").mkdir(parents=True)
    for window in range(BEFORE):
        pq.write_table(window_of(window, before // BEFORE), folder / "rows" / f"{window:02}.parquet")
    file = folder / "model.toml"
    file.write_text(
        f'name = "{NAME}"\ntask = "regression"\ntarget = "y"\ntime = "t"\nprediction = "said"\n'
        f'window = "1 days"\ninitial = 2\nas_of = "data"\nrecipe = "dummy"\n[source]\npath = "rows"\n',
        encoding="utf-8",
    )
    home = folder / "home"
    for command in (["apply", str(file)], ["retrain", NAME, "--wait"], ["monitor", NAME]):
        cost_of(home, command)
    return home


def cost_of(home: Path, command: Sequence[str]) -> Cost:
    """What a command costs, the process of its run taken in."""
    return _cost([str(Path(sys.executable).with_name("evermodel")), *command], home)


def _cost(command: Sequence[str], home: Path) -> Cost:
    """Run by a process of its own, whose ended children are then the command and all that it started."""
    program = (
        "import json, resource, subprocess, sys;"
        "found = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(json.dumps([found.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss]))"
    )
    environment = {**os.environ, "EVERMODEL_HOME": str(home), "OMP_NUM_THREADS": "1"}
    found = subprocess.run(
        [sys.executable, "-c", program, *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    status, cpu, memory = json.loads(found.stdout)
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with {status}: {found.stderr}")
    return Cost(cpu, memory / 1024 if sys.platform == "linux" else memory / 1024**2)


def add_windows(folder: Path, rows: int) -> None:
    """The measured windows arrive, a file each."""
    for window in range(BEFORE, BEFORE + WINDOWS):
        rows_of = window_of(window, rows // WINDOWS)
        pq.write_table(rows_of, folder / "rows" / f"{window:02}.parquet", row_group_size=GROUP)


def reading(folder: Path) -> float:
    """CPU of reading the measured windows' Parquet, every column, in one thread, with nothing done."""
    program = (
        "import resource, sys, pyarrow.parquet as pq\n"
        "def used(): u = resource.getrusage(resource.RUSAGE_SELF); return u.ru_utime + u.ru_stime\n"
        "start = used()\n"
        "for file in sys.argv[1:]: pq.ParquetFile(file).read(use_threads=False)\n"
        "print(used() - start)"
    )
    files = sorted((folder / "rows").iterdir())[BEFORE:]
    found = subprocess.run(
        [sys.executable, "-c", program, *map(str, files)], capture_output=True, text=True, check=True
    )
    return float(found.stdout)


@dataclass(frozen=True)
class Measured:
    """CPU of reading alone, and of the command without what it costs on few rows."""

    rows: int
    read: float
    monitor: Cost


def one(folder: Path, rows: int, few: float) -> Measured:
    """Measured over `rows`; `few`: CPU of the command on 2,000 rows."""
    home = prepare(folder, 80_000)
    add_windows(folder, rows)
    cost = cost_of(home, ["monitor", NAME])
    assert_given(home)
    return Measured(rows, reading(folder), Cost(cost.cpu - few, cost.memory))


def assert_given(home: Path) -> None:
    """Every measured window has its profile and a verdict on every column."""
    from core.domain.profiles import REFERENCE
    from storage.database import Home

    opened = Home(home)
    with opened.reading() as stores:
        kept = stores.models.get(NAME)
        drifts = stores.drifts.all(kept.id)
        profiles = stores.database.execute(
            'select count(*) from profiles where "index" != ?', [REFERENCE]
        ).fetchone()[0]
    opened.close()
    told = [one for one in drifts if all(column.verdict != "unknown" for column in one.columns.values())]
    if profiles != BEFORE + WINDOWS or len(told) != BEFORE + WINDOWS:
        raise RuntimeError(f"{profiles} profiles and {len(told)} whole verdicts of {BEFORE + WINDOWS}.")


def measure(sizes: Sequence[int] = (1_000_000, 4_000_000)) -> str:
    """The table."""
    with tempfile.TemporaryDirectory() as made:
        small = prepare(Path(made) / "few", 800)
        add_windows(Path(made) / "few", 2_000)
        few = cost_of(small, ["monitor", NAME]).cpu
        found = [one(Path(made) / str(rows), rows, few) for rows in sizes]
    return _table(found, few)


def _table(found: Sequence[Measured], few: float) -> str:
    lines = [
        (
            f"{each.rows:,}",
            f"{each.read:.2f} s",
            f"{each.monitor.cpu:.2f} s",
            f"{each.monitor.cpu / each.read:.2f}",
            LIMIT,
            f"{each.monitor.memory:.0f} MB",
            MEMORY_LIMIT,
        )
        for each in found
    ]
    growth = found[-1].monitor.memory / found[0].monitor.memory
    words = f"On 2,000 rows, taken off: {few:.2f} s. Memory, most rows to fewest: {growth:.2f}"
    head = ("rows × 50", "reading, CPU", "monitor, CPU", "ratio", "limit", "memory", "limit")
    return f"{table(head, lines)}\n\n{words}: a batch of rows is held, and of a window a few numbers a row."


if __name__ == "__main__":
    print(measure([int(size) for size in sys.argv[1:]] or (1_000_000, 4_000_000)))
