"""Job: what is to be retrained, and what with."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.domain.learning import Artifacts, Snapshots
from core.domain.making import Making
from core.domain.models import Kept
from core.domain.proof import Probes
from core.domain.scripts import Trainer
from core.domain.versions import Version
from core.retraining.adopting import Adopted


@dataclass(frozen=True)
class Job:
    """What is to be retrained.

    `as_of`: microseconds. `stop`: rows known (by row windows), None: all before as of.

    `champion`: the version to judge against, None before the first. `missing`: windows still to be lived
    through.
    `median`: rows of the median closed window. `why`: what started it, in words, "" where `trigger` says it
    all. `rows`: positions, in time order, of the rows known, where by row windows some came late.
    `adopted`: an estimator made elsewhere, in place of any fit.
    """

    kept: Kept
    as_of: int
    champion: Version | None
    trigger: str
    run_id: int
    missing: int
    median: int
    stop: int | None = None
    why: str = ""
    rows: np.ndarray | None = None
    adopted: Adopted | None = None


@dataclass(frozen=True)
class Tools:
    """What a retraining works with.

    `timer`: seconds of a steady clock. `making`: of a version of the model, by its number; None where nobody
    knows it. `trainer`: runs scripts, and keeps the code that versions are made of.
    """

    artifacts: Artifacts
    snapshots: Snapshots
    probes: Probes
    timer: Callable[[], float]
    making: Callable[[int], Making | None]
    trainer: Trainer | None = None
