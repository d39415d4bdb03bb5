"""Versions side by side: two, some, many; and the history by what is chosen."""

import pytest

from tests.pages.seed import Story
from tests.pages.visiting import tables, visit, words


def _numbers(full, model="air-time"):
    return [version.number for version in full.views.versions(model, full.now()).versions]


def _pair(full):
    """A version that was judged, and the champion that it was judged with."""
    versions = full.views.versions("air-time", full.now()).versions
    newer = next(version for version in reversed(versions) if version.champion_scores)
    return newer.number, newer.parent


def _shown(seen):
    return list(seen.dataframe[0].value["Version"])


def test_two_that_were_judged_together_show_the_same_rows_and_where_they_differ(full):
    a, b = _pair(full)
    seen = visit("versions.py", model="air-time", versions=f"{a},{b}")
    assert not seen.exception
    segments = next(one for one in tables(seen) if "Where" in one)
    assert {f"v{a}", f"v{b}", "Difference"} <= set(segments.columns)
    assert any("Apart" in one for one in tables(seen))


def test_two_that_were_not_judged_together_say_what_is_missing(full):
    versions = full.views.versions("air-time", full.now()).versions
    a, b = versions[-1].number, versions[2].number
    assert versions[-1].parent != b
    said = words(visit("versions.py", model="air-time", versions=f"{a},{b}"))
    assert "They were not judged against each other" in said
    assert f"v{a} and v{b} did not score the same rows" in said


def test_no_difference_is_told_of_segments_on_other_rows(full):
    versions = full.views.versions("air-time", full.now()).versions
    a, b = versions[-1].number, versions[2].number
    seen = visit("versions.py", model="air-time", versions=f"{a},{b}")
    segments = next(one for one in tables(seen) if "Where" in one)
    assert "Difference" not in segments.columns
    assert f"Rows of v{a}" in segments.columns


def test_promotion_is_offered_of_one_or_two_that_are_ticked_and_of_no_more(full):
    numbers = _numbers(full)[:6]
    for ticked in (2, 6):
        seen = visit("versions.py", model="air-time", versions=",".join(map(str, numbers[:ticked])))
        offered = [one.label for one in seen.button if one.key == "promote"]
        assert offered == ([f"Promote v{numbers[1]} …"] if ticked == 2 else [])


def test_up_to_six_stand_in_columns_and_more_in_rows(full):
    numbers = _numbers(full)[-8:]
    six = visit("versions.py", model="air-time", versions=",".join(map(str, numbers[-6:])))
    assert not six.exception
    assert "6 are ticked" in words(six)
    more = visit("versions.py", model="air-time", versions=",".join(map(str, numbers)))
    assert "8 versions side by side" in words(more)
    assert any("What happened" in one and len(one) == 8 for one in tables(more))


def test_history_shows_what_is_chosen_and_says_where_nothing_fits(full):
    rejected = [
        one.number for one in full.views.versions("air-time", full.now()).versions if one.state == "rejected"
    ]
    assert _shown(visit("versions.py", model="air-time", state="rejected")) == [
        f"v{n}" for n in reversed(rejected)
    ]
    assert _shown(visit("versions.py", model="air-time", find="v7")) == ["v7"]
    assert _shown(visit("versions.py", model="air-time", find="v1")) == ["v1"]
    assert "No version fits." in words(visit("versions.py", model="air-time", find="nowhere"))


def test_two_hundred_versions_side_by_side_are_read_by_one_query(told):
    runtime = told(Story("long", weeks=213, every=1))
    assert len(runtime.views.versions("long", runtime.now()).versions) > 190
    asked = []
    query = type(runtime.views)._query
    try:
        type(runtime.views)._query = lambda self, sql, **values: (
            asked.append(sql) or query(self, sql, **values)
        )
        seen = visit("versions.py", model="long", versions="all")
    finally:
        type(runtime.views)._query = query
    assert not seen.exception
    assert "201 versions side by side" in words(seen)
    assert sum("all_versions" in sql for sql in asked) == 1
    assert len(asked) < 12


@pytest.mark.usefixtures("full")
def test_what_the_history_is_chosen_by_is_drawn_once_it_is_asked_for_or_chosen():
    shut = visit("versions.py", model="air-time")
    assert [box for box in shut.selectbox if box.label == "State"] == []
    button = next(one for one in shut.button if one.key == "filter")
    assert [box.label for box in button.click().run().selectbox if box.label == "State"] == ["State"]
    chosen = visit("versions.py", model="air-time", state="rejected")
    assert [box.label for box in chosen.selectbox if box.label == "State"] == ["State"]
