"""Definition: what one model file says, checked."""

from dataclasses import dataclass

from core.domain.models import Model
from core.domain.schedules import Rule


@dataclass(frozen=True)
class ScheduleSpec:
    """A schedule as a file says it."""

    name: str | None
    rule: Rule
    catch_up: str = "once"
    overlap: str = "skip"

    @property
    def content(self) -> tuple[Rule, str, str]:
        """What says when it fires and what becomes of it: all but the name."""
        return self.rule, self.catch_up, self.overlap

    @property
    def options(self) -> dict[str, str]:
        return {"catch_up": self.catch_up, "overlap": self.overlap}


@dataclass(frozen=True)
class Definition:
    """A model and its schedules. `file`: the file's path as it was given, for messages."""

    model: Model
    schedules: tuple[ScheduleSpec, ...]
    file: str
