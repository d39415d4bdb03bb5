"""The lease: one process ticks, and who lost it cannot act."""

from datetime import timedelta

import pytest

from core.domain.errors import IllegalChange, StaleTick
from storage.database import Home
from storage.leases import LEASE_LASTS
from tests.home_kit import NOW

SECOND = timedelta(seconds=1)


def test_holder_keeps_its_fence_and_others_wait(home: Home) -> None:
    with home.transaction() as t:
        assert t.leases.present() is None
        first = t.leases.take("a", NOW)
        assert (first.holder, first.fence, first.started) == ("a", 1, NOW)
        again = t.leases.take("a", NOW + SECOND)
        assert (again.fence, again.beat, again.started) == (1, NOW + SECOND, NOW)
        with pytest.raises(IllegalChange, match="a is ticking"):
            t.leases.take("b", NOW + LEASE_LASTS)
        assert t.leases.present() == again


def test_silent_holder_is_replaced_and_the_fence_grows(home: Home) -> None:
    with home.transaction() as t:
        t.leases.take("a", NOW)
        second = t.leases.take("b", NOW + LEASE_LASTS)
        assert (second.holder, second.fence, second.started) == ("b", 2, NOW + LEASE_LASTS)
        third = t.leases.take("a", NOW + 2 * LEASE_LASTS)
        assert third.fence == 3


def test_gone_holder_is_replaced_at_once(home: Home) -> None:
    with home.transaction() as t:
        t.leases.take("a", NOW)
        asked: list[str] = []
        assert t.leases.take("b", NOW + SECOND, gone=lambda other: not asked.append(other)).fence == 2
        assert asked == ["a"]


@pytest.mark.parametrize("stale", [0, 1, 3])
def test_any_fence_but_the_present_one_is_stale(home: Home, stale: int) -> None:
    with home.transaction() as t:
        with pytest.raises(StaleTick):
            t.leases.check(1)
        t.leases.take("a", NOW)
        t.leases.check(1)
        t.leases.take("b", NOW + LEASE_LASTS)
        t.leases.check(2)
        with pytest.raises(StaleTick):
            t.leases.check(stale)


def test_released_lease_is_free_at_once_and_its_fence_is_stale(home: Home) -> None:
    with home.transaction() as t:
        t.leases.take("a", NOW)
        t.leases.release(1)
        with pytest.raises(StaleTick):
            t.leases.check(1)
        assert t.leases.take("b", NOW + SECOND).fence == 2


def test_stale_holder_releases_nothing(home: Home) -> None:
    with home.transaction() as t:
        t.leases.take("a", NOW)
        t.leases.take("b", NOW + LEASE_LASTS)
        t.leases.release(1)
        t.leases.check(2)


def test_there_is_only_one_lease_even_by_raw_sql(home: Home) -> None:
    import sqlite3

    with home.transaction() as t:
        t.leases.take("a", NOW)
        with pytest.raises(sqlite3.IntegrityError):
            t.database.execute("insert into leases values (2, 'b', 1, 0, 0)")
        with pytest.raises(sqlite3.IntegrityError):
            t.database.execute("insert into leases values (1, 'b', 1, 0, 0)")
