"""The ledger: one entry for each due time."""

from datetime import datetime, timedelta

import pytest

from core.domain.errors import IllegalChange
from core.domain.models import Kept
from core.domain.schedules import Entry, Rule
from storage.database import Home
from tests.home_kit import NOW

HOUR = timedelta(hours=1)


def add_schedule(home: Home, kept: Kept) -> int:
    with home.transaction() as t:
        return t.schedules.add(kept.id, Rule(cron="0 * * * *"), NOW).id


def entry(schedule: int, kept: Kept, due: datetime, outcome: str = "skipped") -> Entry:
    return Entry(schedule, kept.id, due, outcome, NOW, None, "because")


def test_due_time_has_one_entry(home: Home, kept: Kept) -> None:
    one, other = add_schedule(home, kept), add_schedule(home, kept)
    with home.transaction() as t:
        t.ledger.enter([entry(one, kept, NOW), entry(other, kept, NOW)])
    with pytest.raises(IllegalChange, match="already"), home.transaction() as t:
        t.ledger.enter([entry(one, kept, NOW + HOUR), entry(one, kept, NOW)])
    with home.reading() as stores:
        entries = stores.ledger.of(kept.id, None, None)
    assert entries == [entry(one, kept, NOW), entry(other, kept, NOW)]


def test_one_batch_cannot_name_a_due_time_twice(home: Home, kept: Kept) -> None:
    one = add_schedule(home, kept)
    with pytest.raises(IllegalChange), home.transaction() as t:
        t.ledger.enter([entry(one, kept, NOW), entry(one, kept, NOW, "merged")])
    with home.reading() as stores:
        assert stores.ledger.of(kept.id, None, None) == []


def test_entries_are_read_by_half_open_range_oldest_first(home: Home, kept: Kept) -> None:
    one = add_schedule(home, kept)
    with home.transaction() as t:
        t.ledger.enter([entry(one, kept, NOW + k * HOUR) for k in (3, 0, 2, 1)])
        assert [e.due for e in t.ledger.of(kept.id, NOW + HOUR, NOW + 3 * HOUR)] == [
            NOW + HOUR,
            NOW + 2 * HOUR,
        ]
        assert t.ledger.of(kept.id + 1, None, None) == []
