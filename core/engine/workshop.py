"""Workshop: what a run works with."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.clock import Clock, micros, moment
from core.domain.home import Home
from core.domain.learning import Artifacts, PredictionFiles, Predictions, Snapshots
from core.domain.making import Making
from core.domain.models import Kept
from core.domain.proof import Probes
from core.domain.rows import Rows
from core.domain.runs import Run
from core.domain.scripts import Codes, Trainer
from core.domain.sources import Source
from core.domain.versions import Version
from core.domain.windows import Window
from core.monitoring.flow import LiveAt
from core.retraining.job import Tools


@dataclass(frozen=True)
class Workshop:
    """`timer`: seconds of a steady clock. `open_source`: a kept model's source, held against its schema.
    `trainer`: of a run, for what its model's scripts make.
    """

    home: Home
    clock: Clock
    open_source: Callable[[Kept], Source]
    artifacts: Artifacts
    snapshots: Snapshots
    predictions: PredictionFiles
    probes: Probes
    timer: Callable[[], float]
    trainer: Callable[[Run], Trainer]
    codes: Codes

    def tools(self, run: Run) -> Tools:
        """What a retraining of the run works with."""

        def making(number: int) -> Making | None:
            with self.home.reading() as stores:
                return stores.makings.get(run.model_id, number)

        return Tools(self.artifacts, self.snapshots, self.probes, self.timer, making, self.trainer(run))

    def kept(self, run: Run) -> Kept:
        with self.home.reading() as stores:
            return stores.models.by_id(run.model_id)

    def now(self) -> int:
        return micros(self.clock.now())

    def live_at(self, kept: Kept) -> LiveAt:
        """Asks which version was live when; each answer is of that moment."""

        def ask(when: int) -> Version | None:
            with self.home.reading() as stores:
                return stores.versions.live_at(kept.id, moment(when))

        return ask

    def cuts(self, kept: Kept) -> Sequence[np.ndarray]:
        """By rows: the times of each window that was full."""
        if kept.model.window.unit != "rows":
            return ()
        with self.home.reading() as stores:
            return stores.windows.cuts(kept.id)

    def stored(self, kept: Kept) -> Mapping[int, Window]:
        with self.home.reading() as stores:
            return {window.index: window for window in stores.windows.all(kept.id)}

    def predict(self, kept: Kept, version: Version, pieces: Iterable[Rows]) -> Iterator[Predictions]:
        """What a version says of rows, a piece after the other."""
        from core.retraining.fitting import predict

        fitted = self.artifacts.load(version.saved)
        return (predict(fitted, kept, rows, version.number) for rows in pieces)
