"""Stints, and the candidate that waits for a person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.domain.versions import Promotion, Version, awaiting, stints

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def promotion(number: int, day: int) -> Promotion:
    return Promotion(1, number, BEGIN + timedelta(days=day), BEGIN, "ann", f"why {number}", None)


def version(number: int, state: str, parent: int | None) -> Version:
    made = (BEGIN, 1, "manual", None, BEGIN, 1, {}, {}, {}, "", parent, "s", "linear", {}, {}, {}, 0, 1.0)
    return Version(1, number, state, *made, "a.skops", "0")  # type: ignore[arg-type]


def test_version_that_came_back_has_two_stints() -> None:
    lived = stints([promotion(1, 0), promotion(2, 5), promotion(1, 9)])
    assert [(one.number, one.start.day, one.end and one.end.day) for one in lived] == [
        (1, 1, 6),
        (2, 6, 10),
        (1, 10, None),
    ]
    assert lived[2].why == "why 1"


def test_version_replaced_at_its_own_moment_was_never_live() -> None:
    assert [one.number for one in stints([promotion(1, 0), promotion(2, 5), promotion(3, 5)])] == [1, 3]


@given(st.lists(st.integers(0, 9)))
def test_stints_cover_the_time_from_the_first_promotion_on_without_gap_or_overlap(days: list[int]) -> None:
    lived = stints([promotion(number, day) for number, day in enumerate(sorted(days), 1)])
    assert all(one.end == other.start for one, other in pairwise(lived))
    assert not days or (lived[0].start == BEGIN + timedelta(days=min(days)) and lived[-1].end is None)


def test_newest_candidate_beside_the_present_champion_waits() -> None:
    versions = [version(1, "champion", None), version(2, "candidate", 1), version(3, "candidate", 1)]
    found = awaiting([*versions, version(4, "rejected", 1)], 1)
    assert found is not None
    assert found.number == 3


def test_candidate_judged_beside_another_champion_waits_no_more() -> None:
    assert awaiting([version(2, "candidate", 1), version(3, "champion", 1)], 3) is None


def test_candidate_whose_files_are_gone_does_not_wait() -> None:
    assert awaiting([replace(version(1, "candidate", None), let_go=BEGIN)], None) is None
