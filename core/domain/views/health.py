"""How the home itself does: the page of health, and the foot of the sidebar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.schedules import Lease
from core.domain.views.runs import RunLine


@dataclass(frozen=True)
class HealthLine:
    """What the foot of the sidebar says.

    `models`: their names in order; `beat`: the ticker's last sign of life. `alerts`: how many are open.
    """

    models: Sequence[str]
    running: int
    waiting: int
    beat: datetime | None
    alerts: int = 0


@dataclass(frozen=True)
class HealthPage:
    """How the home itself does.

    `lease`: who keeps the clock. `open`: runs that run or wait, the oldest first. `bad`: the last that ended
    badly, the newest first. `overdue`: model -> its oldest due time without an entry. `waits`: model -> why
    its rows or labels are late.
    """

    lease: Lease | None
    open: Sequence[RunLine]
    bad: Sequence[RunLine]
    overdue: Mapping[str, datetime]
    waits: Mapping[str, Sequence[str]]
