"""The page of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.domain.runs import Step
from core.domain.views.runs import RunLine


@dataclass(frozen=True)
class RunPage:
    """`usual`: the median time of the same model's runs of that kind that succeeded."""

    line: RunLine
    steps: Sequence[Step]
    usual: timedelta | None
    earlier: Sequence[RunLine]
