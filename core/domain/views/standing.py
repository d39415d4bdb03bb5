"""How a model stands: a row of the overview, and the head of its own pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.asides import Bought
from core.domain.health import HEALTH_WORDS, Health
from core.domain.models import Model
from core.domain.schedules import Schedule
from core.domain.versions import Promotion, Scores
from core.domain.views.drift_line import DriftLine
from core.domain.views.runs import RunLine
from core.domain.windows import Window


@dataclass(frozen=True)
class Champion:
    """The version that answers now, as far as an overview needs it."""

    number: int
    created: datetime
    live_from: datetime | None
    scores: Scores


@dataclass(frozen=True)
class Standing:
    """How a model stands: a row of the overview, and the head of its own pages.

    `recent`: the last labelled windows that have metrics, oldest first, at most 26. `labels`: labelled rows
    and rows of the last four closed windows. `promoted`: the decisive metric when the champion was promoted,
    else of the first window it lived through. `promotions`: of the time that `recent` covers.
    """

    id: int
    model: Model
    health: Health
    champion: Champion | None
    recent: Sequence[Window]
    promoted: float | None
    promotions: Sequence[Promotion]
    labels: tuple[int, int]
    schedules: Sequence[Schedule]
    next_due: datetime | None
    last: RunLine | None  # the last retraining or backfill that is over
    open: RunLine | None  # running, else waiting
    drift: DriftLine | None = None  # of the last closed window that has it
    awaiting: int | None = None  # the version that waits for a person's approval
    proposed: Bought | None = None  # the champion's promotion, where it is proposed to undo it

    @property
    def value(self) -> float | None:
        """The decisive metric in the last labelled window."""
        return self.recent[-1].metrics.get(self.model.metric) if self.recent else None

    def plain(self) -> dict[str, object]:
        """As `evermodel models --json` prints it; times stay datetimes."""
        return {
            "name": self.model.name,
            "task": self.model.task,
            "champion": self.champion.number if self.champion else None,
            "health": self.health.word,
            "paused": self.health.paused,
            "why": self.health.why,
            "next_run": self.next_due,
            "metric": self.model.metric,
        }


def state_counts(standings: Sequence[Standing]) -> Mapping[str, int]:
    """How many models are in each health, every word named."""
    return {word: sum(standing.health.word == word for standing in standings) for word in HEALTH_WORDS}
