"""Startup: from the command to the first answer, beside a Streamlit app that only says hello.

Both are started as a person would, in turn, so that a busy machine slows both. `armed`: seconds from the
first answer to the scheduler's first tick.
"""

import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.serving import Server, evermodel, free_port, script, serving
from benchmarks.tables import table

if TYPE_CHECKING:
    from core.entrypoints.runtime import Runtime

PAIRS = 5
MODELS = 10
ROWS = 2_000
LIMITS = {"ratio": 1.5, "armed": 5.0, "resident": 250.0}


@dataclass(frozen=True)
class Figures:
    """Of one start of Evermodel. `resident`: MB, once the scheduler ticked and for 3 s more."""

    seconds: float
    armed: float
    resident: float
    learning: bool


def home_with_models(folder: Path, models: int = MODELS) -> Path:
    """A home with models over real rows, each with a schedule that is not due soon."""
    from core.entrypoints.runtime import Runtime
    from core.entrypoints.settings import Settings
    from storage.database import Home

    first = datetime.now(UTC) - timedelta(hours=ROWS)
    times = [first + timedelta(hours=hour) for hour in range(ROWS)]
    columns = {"t": times, "x": [hour % 24 for hour in range(ROWS)], "y": [hour % 7 for hour in range(ROWS)]}
    pq.write_table(pa.table(columns), folder / "rows.parquet")
    files = [_model_file(folder, f"model-{number}") for number in range(models)]
    home = Home(folder / "home")
    try:
        runtime = Runtime(home, Settings())
        runtime.apply(files)
        watched(runtime)
    finally:
        home.close()
    return folder / "home"


def watched(runtime: "Runtime") -> None:
    """As after a monitoring of each model, so that a start has nothing to queue."""
    from core.entrypoints.workshop import source_of

    with runtime.home.transaction() as t:
        for kept in t.models.all():
            t.models.saw(kept.id, source_of(kept).stamp(), runtime.now())


def _model_file(folder: Path, name: str) -> Path:
    file = folder / f"{name}.toml"
    file.write_text(
        f'name = "{name}"\ntask = "regression"\ntarget = "y"\ntime = "t"\nwindow = "7 days"\n'
        '[source]\npath = "rows.parquet"\n[[schedules]]\nevery = "7 days"\n',
        encoding="utf-8",
    )
    return file


def hello(folder: Path) -> float:
    """Seconds to the first answer of a script of two lines."""
    file = folder / "hello.py"
    file.write_text('import streamlit as st\n\nst.write("Hello")\n', encoding="utf-8")
    port = free_port()
    with serving(*script(port, file), port, folder) as server:
        return server.seconds


def ours(home: Path) -> Figures:
    port = free_port()
    with serving(*evermodel(port, home), port, home.parent) as server:
        armed = _until_armed(server)
        time.sleep(3)
        return Figures(server.seconds, armed, server.resident(), server.has_mapped("sklearn"))


def _until_armed(server: Server) -> float:
    start = time.perf_counter()
    while server.health().get("last_tick") is None:
        if time.perf_counter() - start > 60:
            raise RuntimeError(f"The scheduler does not tick: {server.health()}.")
        time.sleep(0.02)
    return time.perf_counter() - start


def measure(pairs: int = PAIRS) -> str:
    """The table."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        home = home_with_models(folder)
        hello(folder), ours(home)  # files into memory
        theirs, found = [], []
        for _ in range(pairs):
            theirs.append(hello(folder))
            found.append(ours(home))
    return _table(theirs, found)


def _table(theirs: list[float], found: list[Figures]) -> str:
    seconds = [each.seconds for each in found]
    ratios = [one / other for one, other in zip(seconds, theirs, strict=True)]
    rows = [
        ("first answer, hello", f"{median(theirs):.2f} s", f"{min(theirs):.2f} to {max(theirs):.2f}", ""),
        (
            "first answer, Evermodel",
            f"{median(seconds):.2f} s",
            f"{min(seconds):.2f} to {max(seconds):.2f}",
            "",
        ),
        ("ratio", f"{median(ratios):.2f}", f"{min(ratios):.2f} to {max(ratios):.2f}", f"{LIMITS['ratio']}"),
        (
            "scheduler armed after",
            f"{median(each.armed for each in found):.2f} s",
            f"at most {max(each.armed for each in found):.2f}",
            f"{LIMITS['armed']:.0f} s",
        ),
        (
            "resident memory",
            f"{median(each.resident for each in found):.0f} MB",
            f"at most {max(each.resident for each in found):.0f}",
            f"{LIMITS['resident']:.0f} MB",
        ),
        ("scikit-learn in the server", "yes" if any(each.learning for each in found) else "no", "", "no"),
    ]
    return table((f"{MODELS} models, {len(found)} pairs", "median", "spread", "limit"), rows)


if __name__ == "__main__":
    print(measure())
