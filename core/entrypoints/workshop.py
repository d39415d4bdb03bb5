"""Wires storage to the flows of runs."""

import time

from core.domain.clock import WallClock
from core.domain.models import Kept
from core.domain.sources import Source
from core.engine.workshop import Workshop
from storage.artifacts import ArtifactFiles, LastLoaded
from storage.database import Home
from storage.predictions import WindowPredictions
from storage.rows.opening import open_source
from storage.snapshots import ChunkFiles


def open_workshop(home: Home) -> Workshop:
    """A workshop over an opened home."""

    def cuts(kept: Kept) -> list[int]:
        with home.reading() as stores:
            return list(stores.snapshots.cuts(kept.id))

    return Workshop(
        home,
        WallClock(),
        source_of,
        LastLoaded(ArtifactFiles(home.path("artifacts"))),
        ChunkFiles(home.path("snapshots"), cuts),
        WindowPredictions(home.path("predictions")),
        time.perf_counter,
    )


def source_of(kept: Kept) -> Source:
    """A kept model's source, held against its fixed schema."""
    return open_source(kept.model, kept.survey.schema)
