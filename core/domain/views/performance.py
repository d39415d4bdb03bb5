"""The page of performance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.versions import Promotion
from core.domain.views.standing import Standing
from core.domain.windows import Window


@dataclass(frozen=True)
class VersionMark:
    """A version on a time line: when its run looked at the data, and what became of it."""

    number: int
    state: str
    trigger: str
    train_to: datetime
    live_from: datetime | None


@dataclass(frozen=True)
class PerformancePage:
    standing: Standing
    windows: Sequence[Window]  # every one, by index
    versions: Sequence[VersionMark]
    promotions: Sequence[Promotion]
