"""Which versions score which windows aside."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.clock import micros, moment
from core.domain.shadows import Shadow
from core.domain.versions import Promotion, stints
from core.monitoring.aftermath import A_WHILE, Pair, changes, due
from core.monitoring.grid import Slice

HOUR = 3_600_000_000
START = datetime(2026, 1, 1, tzinfo=UTC)


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def window(index: int, rows: int = 5, closed: bool = True) -> Slice:
    """Windows of two hours."""
    begin = micros(at(2 * index))
    return Slice(index, begin, begin + 2 * HOUR, 5 * index, 5 * index + rows, closed)


def promotions(*lives: tuple[int, float]) -> list[Promotion]:
    """(version, hour from which it is live), in that order."""
    return [Promotion(1, number, at(hour), at(hour), "gate", "", None) for number, hour in lives]


def shadow(number: int, since: float, until: float | None = None) -> Shadow:
    end = None if until is None else at(until)
    return Shadow(1, number, at(since), at(since), "ann", "", "candidate", end)


def test_first_champion_has_none_beside_it() -> None:
    assert due(promotions((1, 0)), [], [window(k) for k in range(5)]) == []


def test_champion_before_scores_the_first_windows_of_the_new_one() -> None:
    windows = [window(k) for k in range(20)]
    found = due(promotions((1, 0), (2, 5)), [], windows)  # window 2 was under way then
    assert found == [Pair(1, k) for k in range(3, 3 + A_WHILE)]


def test_it_stops_where_another_takes_over_and_that_one_takes_its_place() -> None:
    found = due(promotions((1, 0), (2, 4), (3, 8)), [], [window(k) for k in range(6)])
    assert found == [Pair(1, 2), Pair(1, 3), Pair(2, 4), Pair(2, 5)]


def test_empty_and_open_windows_are_not_scored_aside_and_do_not_count() -> None:
    windows = [window(k, rows=0 if k == 3 else 5, closed=k < 5) for k in range(6)]
    assert due(promotions((1, 0), (2, 4)), [], windows) == [Pair(1, 2), Pair(1, 4)]


def test_one_that_was_replaced_at_its_own_moment_was_never_before() -> None:
    (change,) = changes(promotions((1, 0), (2, 4), (3, 4)))
    assert (change.version, change.previous) == (3, 1)


def test_same_version_again_is_no_change() -> None:
    assert changes(promotions((1, 0), (1, 4))) == []


def test_challenger_scores_what_begins_while_it_is_one_and_others_serve() -> None:
    lives = promotions((1, 0), (2, 8), (7, 12))
    found = due(lives, [shadow(7, 3, 11), shadow(7, 12)], [window(k) for k in range(8)])
    assert [pair for pair in found if pair.number == 7] == [Pair(7, k) for k in range(2, 6)]


NUMBERS = st.integers(1, 4)
LIVES = st.lists(st.tuples(NUMBERS, st.integers(0, 40)), max_size=6).map(
    lambda lives: promotions(*sorted(lives, key=lambda one: one[1]))
)
SHADOWS = st.lists(st.tuples(NUMBERS, st.integers(0, 40), st.integers(0, 20) | st.none()), max_size=3).map(
    lambda some: [shadow(n, since, None if long is None else since + long) for n, since, long in some]
)
WINDOWS = st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=25).map(
    lambda some: [window(k, rows, closed) for k, (rows, closed) in enumerate(some)]
)


@given(LIVES, SHADOWS, WINDOWS)
def test_who_serves_a_window_never_scores_it_aside(
    lives: list[Promotion], shadows: list[Shadow], windows: list[Slice]
) -> None:
    starts = {one.index: moment(one.start) for one in windows}
    for pair in due(lives, shadows, windows):
        served = [one for one in lives if one.live_from <= starts[pair.index]]
        assert served
        assert served[-1].number != pair.number


@given(LIVES, WINDOWS)
def test_each_change_of_champion_is_judged_by_its_own_first_windows(
    lives: list[Promotion], windows: list[Slice]
) -> None:
    found = set(due(lives, [], windows))
    for before, stint in zip(stints(lives), stints(lives)[1:], strict=False):
        own = [
            one.index
            for one in windows
            if one.rows and one.closed and stint.start <= moment(one.start) < (stint.end or at(10_000))
        ]
        mine = {pair.index for pair in found if pair.index in own}
        assert mine == (set(own[:A_WHILE]) if before.number != stint.number else set())


@given(LIVES, SHADOWS, WINDOWS, st.integers(0, 25))
def test_what_was_due_stays_so_as_windows_come(
    lives: list[Promotion], shadows: list[Shadow], windows: list[Slice], cut: int
) -> None:
    assert set(due(lives, shadows, windows[:cut])) <= set(due(lives, shadows, windows))
