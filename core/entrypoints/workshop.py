"""Wires storage to the flows of runs."""

import time

from core.domain.clock import WallClock
from core.domain.learning import Snapshot
from core.domain.models import Kept
from core.domain.runs import Run
from core.domain.sources import Source
from core.engine.scripts import ScriptTrainer
from core.engine.workshop import Workshop
from core.entrypoints.settings import Settings
from storage.artifacts import ArtifactFiles, LastLoaded
from storage.code import CodeTrees
from storage.database import Home
from storage.predictions import WindowPredictions
from storage.probes import ProbeFiles
from storage.rows.opening import open_source
from storage.snapshots import ChunkFiles


def open_workshop(home: Home, settings: Settings | None = None) -> Workshop:
    """A workshop over an opened home; `settings`: of that home, by default those without a file."""
    settings = settings or Settings()
    artifacts = LastLoaded(ArtifactFiles(home.path("artifacts"), settings.joblib))
    codes = CodeTrees(home.path("code"))

    def trainer(run: Run) -> ScriptTrainer:
        return ScriptTrainer(home.folder, run, artifacts, codes, settings.script_environment)

    def cuts(kept: Kept) -> list[int]:
        with home.reading() as stores:
            return list(stores.snapshots.cuts(kept.id))

    def last(kept: Kept) -> Snapshot | None:
        with home.reading() as stores:
            return stores.snapshots.last(kept.id)

    return Workshop(
        home,
        WallClock(),
        source_of,
        artifacts,
        ChunkFiles(home.path("snapshots"), cuts, last),
        WindowPredictions(home.path("predictions")),
        ProbeFiles(home.path("artifacts")),
        time.perf_counter,
        trainer,
        codes,
    )


def source_of(kept: Kept) -> Source:
    """A kept model's source, held against its fixed schema."""
    return open_source(kept.model, kept.survey.schema)
