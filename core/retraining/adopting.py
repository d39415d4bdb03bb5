"""Adopting: a fitted estimator made elsewhere takes the place of a fit; what it learnt is unknown."""

from dataclasses import dataclass, replace

import numpy as np

from core.domain.clock import micros
from core.domain.learning import Fitted, Snapshot
from core.domain.rows import Rows
from core.domain.scripts import Made, noted
from core.domain.versions import Version
from core.retraining.judging import Judged

UNKNOWN = "adopted: what it was trained on is unknown"
SEEN = "adopted: whether it has seen the rows that judged it is unknown"


@dataclass(frozen=True)
class Adopted:
    """`fitted`: as it was loaded and looked at. `made`: its code keeps the file's name and SHA-256."""

    fitted: Fitted
    made: Made


def plan(learnable: Rows, champion: Version | None, gate: str, at_least: int) -> Judged:
    """Every learnable row that the champion does not know judges; nothing is fitted.

    Nothing judges the first version, nor any under `always`; too few rows: none, with the reason.
    """
    none = np.empty(0, np.int64)
    if champion is None or gate == "always":
        return Judged(none, none, None)
    new = np.flatnonzero(~learnable.learnable(micros(champion.train_to)))
    if len(new) < max(at_least, 1):
        few = f"{len(new)} labelled rows that v{champion.number} does not know are too few"
        few = f"{few}: {at_least} are needed"
        return Judged(none, none, None, few)
    return Judged(new, none, None)


def as_adopted(version: Version, adopted: Adopted, judged: bool) -> Version:
    """A version that was made as any other, with what is unknown of it left open."""
    doubt = SEEN if judged else UNKNOWN
    reason = version.reason if version.reason == "tie" else f"{version.reason}; {doubt}".removeprefix("; ")
    return replace(
        version,
        train_from=None,
        rows=0,
        reason=reason,
        recipe="adopted",
        strategy="adopted",
        parameters={},
        lineage={},
        verdict=noted(version.verdict, SEEN) if judged else version.verdict,
        code=adopted.made.code,
        environment=adopted.made.environment,
        features=tuple(map(str, getattr(adopted.fitted, "feature_names_in_", version.features))),
        seconds=0.0,
    )


NO_ROWS = Snapshot("", 0, 0, ())
"""The snapshot of what nobody knows."""
