"""What the tests of flows share: an hourly schedule on a real file, and what became of it."""

from datetime import UTC, datetime, timedelta

from core.domain.models import Kept
from core.domain.runs import Asked
from core.domain.schedules import Rule
from core.domain.spans import Span
from storage.database import Home
from storage.stores import Stores

SAVED = datetime(2026, 3, 1, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
HOURLY, TWO_HOURLY = Rule(every=Span(1, "hours")), Rule(every=Span(2, "hours"))


def at(hours: float) -> datetime:
    return SAVED + hours * HOUR


def entries(home: Home, kept: Kept) -> list[tuple[datetime, str, int | None, str | None]]:
    with home.reading() as t:
        return [(one.due, one.outcome, one.run_id, one.reason) for one in t.ledger.of(kept.id, None, None)]


def finish(home: Home, run_id: int | None) -> None:
    assert run_id is not None
    with home.transaction() as t:
        t.runs.claim(run_id, "token", 1, 0.0, SAVED)
        t.runs.end(run_id, "token", "succeeded", SAVED)


def ask(t: Stores, kept: Kept, kind: str) -> int:
    return t.runs.queue(Asked(kept.id, kind, "manual"), SAVED)[0].id
