"""A backfill over a real home: each window scored by the champion of its day, then a retraining."""

from datetime import datetime

import numpy as np
import pytest

from core.domain.errors import NotAllowed, StaleClaim
from core.domain.runs import Run
from core.domain.versions import Version
from core.engine.work import work
from tests.home_kit import NOW, Place, Places, Quiet, day, days_of_rows

LAST = 9
"""The last closed window of ten days; the first version is made after windows 0 to 2."""


def ten_days(skipped: tuple[int, ...] = (), each: int = 1) -> dict[str, np.ndarray]:
    """Ten days of rows and one row; `each` of them have the same time."""
    columns = days_of_rows(10, skipped)
    columns["t"] = columns["t"][np.arange(len(columns["t"])) // each * each]
    return columns


def lived(places: Places, skipped: tuple[int, ...] = (), each: int = 1, **said: object) -> Place:
    return places.of(ten_days(skipped, each), **{"judge_at_least": 5, **said})


def backfill(place: Place, every: int = 1, **span: int) -> Run:
    return place.backfill(every, **span)


def windows(place: Place) -> dict[int, int | None]:
    """Index of each scored window -> the version that scored it."""
    with place.home.reading() as stores:
        return {window.index: window.version for window in stores.windows.all(place.kept.id) if window.scored}


def lives(versions: list[Version]) -> list[tuple[datetime | None, datetime | None]]:
    return [(version.live_from, version.live_to) for version in versions]


@pytest.mark.parametrize(
    ("every", "begins"), [(1, [3, 4, 5, 6, 7, 8, 9]), (2, [3, 5, 7, 9]), (3, [3, 6, 9]), (7, [3]), (0, [3])]
)
def test_every_nth_scored_window_is_followed_by_a_retraining(
    places: Places, every: int, begins: list[int]
) -> None:
    place = lived(places)
    run = backfill(place, every)
    versions = place.versions()
    assert (run.state, run.reason, run.version) == ("succeeded", "Lived through 7 windows.", len(begins))
    ends = [*map(day, begins[1:]), None]
    assert lives(versions) == list(zip(map(day, begins), ends, strict=True))
    assert [version.train_to for version in versions] == [day(k) for k in begins]
    assert {version.trigger for version in versions} == {"backfill"}
    champion = {index: sum(begin <= index for begin in begins) for index in range(3, LAST + 1)}
    assert windows(place) == champion


def test_second_backfill_of_the_same_windows_says_that_nothing_was_left(places: Places) -> None:
    place = lived(places)
    backfill(place, 3)
    before = place.versions()
    again = backfill(place, 3)
    assert (again.state, again.reason) == ("succeeded", "Nothing was left to live through, of 7 windows.")
    assert place.versions() == before


def test_first_version_learns_from_the_initial_windows_alone(places: Places) -> None:
    place = lived(places)
    backfill(place, 0)
    (first,) = place.versions()
    assert (first.rows, first.train_from, first.train_to) == (72, day(0), day(3))
    assert 2 not in windows(place)


def test_empty_window_is_neither_scored_nor_followed_by_a_retraining(places: Places) -> None:
    place = lived(places, skipped=(5,))
    assert backfill(place).reason == "Lived through 6 windows."
    assert list(windows(place)) == [3, 4, 6, 7, 8, 9]
    assert [version.live_from for version in place.versions()] == [day(k) for k in (3, 4, 5, 7, 8, 9)]
    with place.home.reading() as stores:
        empty = stores.windows.all(place.kept.id)[5]
    assert (empty.index, empty.rows, empty.metrics) == (5, 0, {})


def test_under_hold_the_first_goes_live_and_later_ones_stay_candidates(places: Places) -> None:
    place = lived(places, gate="hold")
    backfill(place, 2)
    versions = place.versions()
    assert [version.state for version in versions] == ["champion", "candidate", "candidate", "candidate"]
    assert set(windows(place).values()) == {1}
    assert versions[0].live_from == day(3)
    assert all(version.judged["rows"] for version in versions[1:])


def test_under_hold_the_first_serves_a_window_that_begins_at_the_last_row_it_learnt(places: Places) -> None:
    """Windows by rows may part rows of one time."""
    place = lived(places, each=2, gate="hold", window="25 rows", initial=1)
    backfill(place, 0)
    assert windows(place) == dict.fromkeys(range(1, 10), 1)


def test_judged_backfill_scores_windows_with_whoever_passed(places: Places) -> None:
    place = lived(places, gate="better")
    backfill(place)
    versions = place.versions()
    assert len(versions) == 7
    passed = [version for version in versions if version.live_from is not None]
    assert {version.state for version in versions} - {"champion", "retired", "rejected"} == set()
    assert {version.number for version in passed} == set(windows(place).values())
    for index, number in windows(place).items():
        newest = max(v.number for v in passed if v.live_from and v.live_from <= day(index))
        assert number == newest


@pytest.mark.parametrize("before", [5, 6])
def test_resumed_backfill_gives_what_one_over_the_whole_gives(places: Places, before: int) -> None:
    once, twice = lived(places), lived(places)
    backfill(once, 2)
    backfill(twice, 2, to=before)
    assert max(windows(twice)) == before - 1
    backfill(twice, 2)
    assert windows(twice) == windows(once)
    assert lives(twice.versions()) == lives(once.versions())
    assert [v.snapshot for v in twice.versions()] == [v.snapshot for v in once.versions()]


def test_backfill_again_makes_nothing_anew(places: Places) -> None:
    place = lived(places)
    backfill(place, 3)
    before = place.versions()
    assert backfill(place, 3).state == "succeeded"
    assert place.versions() == before


def test_backfill_is_refused_where_a_version_made_by_hand_is_live(places: Places) -> None:
    place = lived(places)
    manual = place.work("retrain", as_of=day(6))
    assert manual.version == 1
    with pytest.raises(NotAllowed, match="v1, made by hand or by a schedule, is live from 2026-01-07"):
        backfill(place)
    assert len(place.versions()) == 1
    assert 3 not in windows(place)


def test_later_version_made_by_hand_stays_champion(places: Places) -> None:
    place = lived(places)
    place.work("retrain", as_of=day(6))
    assert backfill(place, 1, to=6).reason == "Lived through 3 windows."
    manual, *made = place.versions()
    assert (manual.state, manual.live_from, manual.live_to) == ("champion", day(6), None)
    assert {version.state for version in made} == {"retired"}
    assert lives(made) == [(day(3), day(4)), (day(4), day(5)), (day(5), day(6))]
    with place.home.reading() as stores:
        champion = stores.versions.live_at(place.kept.id, day(20))
    assert champion == manual


def test_backfill_before_the_first_version_says_what_is_missing(places: Places) -> None:
    place = lived(places, initial=12)
    run = backfill(place)
    assert (run.state, run.version) == ("succeeded", None)
    assert (
        run.reason
        == "No window to live through in the range asked: 10 are closed, 0 of them after the first 12."
    )


def test_backfill_that_could_make_no_version_says_why(places: Places) -> None:
    place = lived(places, leave_out=(("1900-01-01", "2100-01-01"),))
    assert backfill(place).reason == (
        "Lived through 7 windows, and no version came of it: "
        "No row with a label is known yet, outside of leave_out."
    )
    assert place.versions() == []


def test_window_by_rows_counts_once_half_of_it_is_there(places: Places) -> None:
    """Of 241 rows the last window has 1 of 24, 3 of 34, 13 of 38, 19 of 37."""
    for size, last in ((24, 9), (34, 6), (38, 5), (37, 6)):
        place = lived(places, window=f"{size} rows", initial=3)
        backfill(place, 0)
        assert list(windows(place)) == list(range(3, last + 1)), size
        assert place.versions()[0].rows == 3 * size


def test_version_by_rows_knows_none_of_the_next_window_though_its_time_is_the_same(places: Places) -> None:
    place = lived(places, window="24 rows", each=10)
    backfill(place)
    assert [version.rows for version in place.versions()] == [24 * k for k in range(3, 10)]


@pytest.mark.parametrize(("every", "versions"), [(0, 1), (1, 3)])
def test_backfill_whose_run_was_given_up_keeps_nothing_more(
    places: Places, every: int, versions: int
) -> None:
    place = lived(places)
    run = place.queue("backfill", options={"every": every})

    class GivenUp(Quiet):
        def progress(self, share: float, words: str) -> None:  # noqa: ARG002
            if words.startswith("window 4"):
                with place.home.transaction() as t:
                    t.runs.end(run.id, run.token, "lost", NOW)

    with pytest.raises(StaleClaim):
        work(run, place.shop, GivenUp())
    assert list(windows(place)) == [3, 4, 5]
    assert len(place.versions()) == versions
    with place.home.reading() as stores:
        assert stores.runs.get(run.id).state == "lost"
    backfill(place, every)
    assert list(windows(place)) == list(range(3, LAST + 1))
