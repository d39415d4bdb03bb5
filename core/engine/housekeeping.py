"""Housekeeping: what nobody needs any more leaves the home, so that it does not grow without end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.domain.clock import Clock
from core.domain.home import Home
from core.domain.keeping import Files, Guard, unguarded
from core.engine import logs, orphans, scratch

A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Bounds:
    """How many of the newest are kept: `logs` of runs, `windows` of a model with their predictions."""

    logs: int
    windows: int


@dataclass(frozen=True)
class Housekeeping:
    """Acts of the ticking process, each refused (StaleTick) once another ticks."""

    home: Home
    clock: Clock
    files: Files
    bounds: Bounds
    guard: Guard = unguarded

    def each_minute(self) -> None:
        """What killed workers left: processes, and files that they had begun to write."""
        with self.home.reading() as stores:
            self.guard(stores)
        orphans.sweep(self.home)
        self._sweep_scratch()
        self.files.half_written(self.clock.now(), A_MINUTE, self.guard)
        self.files.champions()

    def each_hour(self) -> None:
        """What is beyond a bound, and files that no row names."""
        with self.home.reading() as stores:
            self.guard(stores)
            models = stores.models.all()
        for kept in models:
            self.files.older(kept, self.clock.now(), self.guard)
            self.files.predictions(kept.id, self.bounds.windows)
        self.files.champions(thoroughly=True)
        self.files.unnamed(self.clock.now(), AN_HOUR, self.guard)
        self._bound_logs()

    def after(self, run_ids: Sequence[int]) -> None:
        """Where one of these runs made a version: put the champion's path right, and let older ones go."""
        with self.home.reading() as stores:
            made = {run.model_id for id in run_ids if (run := stores.runs.get(id)).version is not None}
            models = [kept for kept in stores.models.all() if kept.id in made]
        for kept in models:
            self.files.champions(kept.model.name)
            self.files.older(kept, self.clock.now(), self.guard)

    def _sweep_scratch(self) -> None:
        with self.home.reading() as stores:
            runs = stores.runs.open()
        waited_for = {str(run.options["adopt"]) for run in runs if "adopt" in run.options}
        scratch.sweep(self.home.folder, {run.id for run in runs}, waited_for)

    def _bound_logs(self) -> None:
        with self.home.reading() as stores:
            open_runs = {run.id for run in stores.runs.open()}
        logs.bound(self.home.folder / "logs", self.bounds.logs, open_runs)
