"""The list of runs."""

from dataclasses import dataclass

from core.domain.runs import Run
from core.domain.versions import Scores


@dataclass(frozen=True)
class RunLine:
    """A run in a list: its model, the step it is in, and what became of the version it made."""

    run: Run
    model: str
    metric: str
    step: str | None = None
    step_number: int | None = None
    version_state: str | None = None
    version_reason: str | None = None
    scores: Scores | None = None
    champion_scores: Scores | None = None
