"""A version that waits for a person: said on the overview, approved or rejected on its page."""

from tests.pages.visiting import visit, words


def _hold(full, model="air-time") -> int:
    """The last rejected version, as the gate `hold` would have left it."""
    page = full.views.versions(model, full.now())
    number = next(version.number for version in reversed(page.versions) if version.state == "rejected")
    with full.home.transaction() as t:
        t.database.execute(
            "update versions set state = 'candidate', parent = ? where model_id = ? and number = ?",
            [page.standing.champion.number, page.standing.id, number],
        )
    return number


def _state(full, number, model="air-time"):
    return full.version(model, number).state


def test_waiting_version_is_said_on_the_overview_and_in_the_reason(full):
    number = _hold(full)
    assert full.views.standing("air-time", full.now()).health.why.endswith(f"v{number} waits for approval.")
    assert f"v{number} waits for approval" in words(visit("overview.py"))


def test_approval_restates_the_numbers_asks_a_reason_and_makes_it_champion(full):
    number = _hold(full)
    seen = visit("versions.py", model="air-time")
    assert "Waits for approval" in words(seen)
    seen.button(key="approve").click().run()
    assert f"v{number} had RMSE" in words(seen)
    seen.button(key="confirm").click().run()
    assert _state(full, number) == "candidate"
    seen = visit("versions.py", model="air-time")
    seen.button(key="approve").click().run()
    seen.text_input(key="reason").input("It saw the storm.")
    seen.button(key="confirm").click().run()
    assert _state(full, number) == "champion"
    assert "It saw the storm." in words(seen)
    assert not [button for button in seen.button if button.key == "approve"]


def test_rejection_keeps_the_champion_and_the_reason(full):
    number = _hold(full)
    champion = full.views.standing("air-time", full.now()).champion.number
    seen = visit("versions.py", model="air-time")
    seen.button(key="reject").click().run()
    seen.text_input(key="reason").input("Too few rows.")
    seen.button(key="confirm").click().run()
    assert _state(full, number) == "rejected"
    assert full.version("air-time", number).reason == "a person said no: Too few rows."
    assert full.views.standing("air-time", full.now()).champion.number == champion
