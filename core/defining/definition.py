"""Definition: what one model file says, checked."""

from dataclasses import dataclass

from core.domain.models import Model
from core.domain.schedules import NO_OPTIONS, Options, Rule


@dataclass(frozen=True)
class ScheduleSpec:
    """A schedule as a file says it."""

    name: str | None
    rule: Rule
    options: Options = NO_OPTIONS

    @property
    def content(self) -> tuple[Rule, Options]:
        """What says when it fires and what becomes of it: all but the name."""
        return self.rule, self.options


@dataclass(frozen=True)
class Definition:
    """A model and its schedules. `file`: the file's path as it was given, for messages; empty where there
    is none.
    """

    model: Model
    schedules: tuple[ScheduleSpec, ...]
    file: str
