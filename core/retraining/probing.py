"""Probing: what a version says of a few rows of its own snapshot, by which a rebuilt one is told from it."""

import os

import numpy as np

from core.domain.learning import Fitted, Predictions
from core.domain.models import Kept
from core.domain.proof import Probe, probe_positions
from core.domain.rows import Rows
from core.retraining.fitting import predict


def probe(fitted: Fitted, kept: Kept, rows: Rows) -> Probe:
    """`rows`: of the whole snapshot, in its order."""
    positions = probe_positions(len(rows))
    return Probe(positions, said_of(fitted, kept, rows, positions))


def said_of(fitted: Fitted, kept: Kept, rows: Rows, positions: np.ndarray) -> Predictions:
    """What it says of the rows at those positions."""
    return predict(fitted, kept, rows.take(positions), None)


def threads() -> int | None:
    """Of each numerical library, as this process was started; None where nobody said."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    return int(given) if given.isdecimal() else None
