"""Versions: side by side, promote, roll back."""

import pytest

from tests.pages.visiting import tables, visit, words


def _champion(full, model="air-time"):
    return full.views.standing(model, full.now()).champion.number


def _rejected(full, model="air-time"):
    versions = full.views.versions(model, full.now()).versions
    return next(version for version in reversed(versions) if version.state == "rejected")


def test_two_versions_of_the_address_stand_side_by_side(full):
    number = _rejected(full).number
    assert f"v{number} beside v{number - 1}" in words(
        visit("versions.py", model="air-time", versions=f"{number},{number - 1}")
    )


def test_promotion_restates_the_numbers_and_needs_a_reason(full):
    champion, rejected = _champion(full), _rejected(full)
    seen = visit("versions.py", model="air-time", versions=f"{champion},{rejected.number}")
    seen.button(key="promote").click().run()
    assert f"v{rejected.number} had RMSE **{rejected.scores['rmse']:.2f}**" in words(seen)
    held = rejected.parent == champion
    assert (f"It was not held against v{champion}, which serves now." in words(seen)) != held
    seen.button(key="confirm").click().run()
    assert _champion(full) == champion


def test_promotion_with_a_reason_changes_the_champion(full):
    champion, rejected = _champion(full), _rejected(full)
    seen = visit("versions.py", model="air-time", versions=f"{champion},{rejected.number}")
    seen.button(key="promote").click().run()
    seen.text_input(key="reason").input("The champion learnt a storm.")
    seen.button(key="confirm").click().run()
    assert not seen.exception
    assert _champion(full) == rejected.number
    assert full.views.versions("air-time", full.now()).promotions[-1].why == "The champion learnt a storm."


def test_rollback_brings_the_champion_before_back(full):
    champion = _champion(full)
    seen = visit("versions.py", model="air-time")
    seen.button(key="rollback").click().run()
    seen.text_input(key="reason").input("It is slow.")
    seen.button(key="confirm").click().run()
    assert _champion(full) != champion


def test_all_versions_take_the_place_of_the_history(full):
    seen = visit("versions.py", model="air-time", versions="all")
    count = len(full.views.versions("air-time", full.now()).versions)
    assert not seen.exception
    assert not seen.dataframe
    assert [len(table) for table in tables(seen)] == [count]
    assert f"{count} versions side by side" in words(seen)


@pytest.mark.usefixtures("full")
def test_ticking_some_again_brings_the_history_back():
    seen = visit("versions.py", model="air-time", versions="all")
    seen.button(key="some").click().run()
    assert "versions" not in seen.query_params
    assert len(seen.dataframe) == 1
    assert " versions side by side" not in words(seen)


def test_filter_narrows_all_versions_too(full):
    newest = full.views.versions("air-time", full.now()).versions[-1].number
    seen = visit("versions.py", model="air-time", versions="all", find=f"v{newest}")
    assert [list(table["Version"]) for table in tables(seen)] == [[f"v{newest}"]]
    seen.text_input(key="find").input("no such word").run()
    assert "No version fits." in words(seen)


def test_the_only_version_is_not_said_to_have_others(full):
    (only,) = full.views.versions("air-time-frozen", full.now()).versions
    said = words(visit("versions.py", model="air-time-frozen"))
    assert f"All about v{only.number}" in said
    assert "There is one version." in said
    assert "Tick others" not in said
