"""Versions: side by side, promote, roll back."""

from tests.pages.visiting import visit, words


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
