"""Versions and promotions: one champion, and which version was live when."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import NotThere
from core.domain.models import Kept
from core.domain.versions import Promotion, Version, before_present
from storage.database import Home
from storage.stores import Stores
from tests.home_kit import NOW, add_model, add_version


def day(k: int) -> datetime:
    return NOW + timedelta(days=k)


def promote(t: Stores, kept: Kept, number: int, at: int, rollback: bool = False) -> Promotion:
    return t.versions.promote(kept.id, number, day(at), NOW, by="gate", why="because", rollback=rollback)


def lives(t: Stores, kept: Kept) -> list[tuple[str, datetime | None, datetime | None]]:
    return [(v.state, v.live_from, v.live_to) for v in t.versions.all(kept.id)]


def test_numbers_count_within_the_model(home: Home, kept: Kept) -> None:
    with home.transaction() as t:
        other = add_model(t, "other")
        assert [add_version(t, one).number for one in (kept, kept, other, kept)] == [1, 2, 1, 3]
        assert t.versions.get(kept.id, 3).scores == {"rmse": 1.5}
        with pytest.raises(NotThere, match="The newest is 1"):
            t.versions.get(other.id, 2)


def test_model_has_one_champion_even_by_raw_sql(home: Home, kept: Kept) -> None:
    with home.transaction() as t:
        for number in (1, 2):
            add_version(t, kept)
            promote(t, kept, number, number)
        with pytest.raises(sqlite3.IntegrityError):
            t.database.execute("update versions set state = 'champion' where number = 1")
        champion = t.versions.champion(kept.id)
        assert champion is not None
        assert champion.number == 2


def test_promotion_retires_the_champion_at_that_moment(home: Home, kept: Kept) -> None:
    with home.transaction() as t:
        add_version(t, kept)
        add_version(t, kept)
        assert promote(t, kept, 1, 0).previous is None
        assert promote(t, kept, 2, 5).previous == 1
        assert lives(t, kept) == [("retired", day(0), day(5)), ("champion", day(5), None)]
        assert [p.number for p in t.versions.promotions(kept.id)] == [1, 2]


def test_backfill_behind_a_later_promotion_is_live_only_until_then(home: Home, kept: Kept) -> None:
    with home.transaction() as t:
        for _ in range(3):
            add_version(t, kept)
        promote(t, kept, 1, 9)
        promote(t, kept, 2, 2)
        promote(t, kept, 3, 4)
        assert lives(t, kept) == [
            ("champion", day(9), None),
            ("retired", day(2), day(4)),
            ("retired", day(4), day(9)),
        ]


def test_version_is_live_from_its_moment_on_and_not_at_its_end(home: Home, kept: Kept) -> None:
    with home.transaction() as t:
        for number, at in ((1, 0), (2, 5)):
            add_version(t, kept)
            promote(t, kept, number, at)
        microsecond = timedelta(microseconds=1)
        found = [
            t.versions.live_at(kept.id, when)
            for when in (day(0) - microsecond, day(0), day(5) - microsecond, day(5))
        ]
        assert [version.number if version else None for version in found] == [None, 1, 1, 2]


def test_rollback_goes_back_and_once_more_further_back(home: Home, kept: Kept) -> None:
    with home.transaction() as t:
        for number in (1, 2, 3):
            add_version(t, kept)
            promote(t, kept, number, number)
        back = []
        for at in (4, 4):  # with `as_of = "data"` two may happen at one moment of data time
            number = before_present(t.versions.promotions(kept.id))
            assert number is not None
            promote(t, kept, number, at, rollback=True)
            back.append(number)
        assert back == [2, 1]
        assert before_present(t.versions.promotions(kept.id)) is None
        champion = t.versions.champion(kept.id)
        assert champion is not None
        assert champion.number == 1


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(1, 4)), max_size=20))
def test_rollback_takes_back_the_newest_promotion_that_still_stands(acts: list[int | None]) -> None:
    standing: list[int] = []
    promotions: list[Promotion] = []
    for act in acts:
        assert before_present(promotions) == (standing[-2] if len(standing) > 1 else None)
        if act is None and len(standing) > 1:
            standing.pop()
        elif act is not None and standing[-1:] != [act]:
            standing.append(act)
        else:
            continue
        promotions.append(
            Promotion(1, standing[-1], day(len(promotions)), NOW, "gate", "", None, act is None)
        )


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One home for all examples."""
    home = Home(tmp_path_factory.mktemp("versions"))
    yield home
    home.close()


@settings(max_examples=40, deadline=None)
@given(moments=st.lists(st.integers(0, 8), min_size=1, max_size=8))
def test_each_moment_has_the_version_whose_life_holds_it(shared: Home, moments: list[int]) -> None:
    with suppress(Undone), shared.transaction() as t:
        kept = add_model(t)
        for number, at in enumerate(moments, 1):
            add_version(t, kept)
            promote(t, kept, number, at)
        for when in map(day, range(-1, 10)):
            live = t.versions.live_at(kept.id, when)
            assert holding(t.versions.all(kept.id), when) == ([live.number] if live else [])
        newest = max(range(len(moments)), key=lambda place: (moments[place], place)) + 1
        assert [v.number for v in t.versions.all(kept.id) if v.state == "champion"] == [newest]
        raise Undone


def holding(versions: list[Version], when: datetime) -> list[int]:
    """Those whose life holds a moment."""
    return [
        v.number
        for v in versions
        if v.live_from is not None and v.live_from <= when and (v.live_to is None or when < v.live_to)
    ]


class Undone(Exception):
    """Rolls an example back."""
