"""A promotion that did harm: watch on Performance, its cost on Versions, until it is rolled back."""

import pytest

from core.domain.asides import Aside
from core.entrypoints.runtime import Runtime
from tests.pages.visiting import visit, words

MODEL = "energy-load"


@pytest.fixture
def harmed(full: Runtime) -> tuple[Runtime, int, int]:
    """(A home, the champion of a model, the champion before, which would have been better by 4)."""
    page = full.views.versions(MODEL, full.now())
    before, last = page.promotions[-2:]
    with full.home.transaction() as t:
        since = [one for one in t.windows.all(page.standing.id) if one.start >= last.live_from]
        blocks = [(140, 4.0 + step) for step in (-1.0, 1.0, 0.5, -0.5, 1.0, -1.0, 0.0)]
        asides = [
            Aside(before.number, one.index, last.number, 980, "mae", {}, {}, 4.0, blocks, "digest")
            for one in since
            if one.closed
        ]
        t.asides.save(page.standing.id, asides)
    return full, last.number, before.number


def test_watch_and_its_reason_stand_on_performance(harmed: tuple[Runtime, int, int]) -> None:
    _, number, before = harmed
    said = words(visit("performance.py", model=MODEL))
    assert "Watch" in said
    assert f"v{number} does worse than v{before} would have: MAE +4.00 ±" in said
    assert f"Roll back to v{before}?" in said


def test_what_each_promotion_bought_stands_beside_the_history(harmed: tuple[Runtime, int, int]) -> None:
    full, _, before = harmed
    said = words(visit("versions.py", model=MODEL))
    assert "What it bought" in said
    assert "Cost 4.00 ±" in said
    assert f"a rollback to v{before} is proposed" in said
    full.rollback(MODEL, "it does worse")
    assert f"Roll back to v{before}?" not in words(visit("performance.py", model=MODEL))
    assert "is proposed" not in words(visit("versions.py", model=MODEL))


def test_rollback_is_asked_with_how_the_one_that_makes_way_did_beside_it(
    harmed: tuple[Runtime, int, int],
) -> None:
    full, number, before = harmed
    assert full.version(MODEL, number).parent == before
    seen = visit("versions.py", model=MODEL)
    seen.button(key="proposed-back").click().run()
    assert f"v{number} had MAE **" in words(seen)
    assert words(seen).count("On the same 1,000 rows") == 1  # not what had once decided about the one before
    assert f"What v{number} bought since, in MAE: cost 4.00 ±" in words(seen)


def test_overview_proposes_to_roll_back_and_not_to_retrain(harmed: tuple[Runtime, int, int]) -> None:
    full, number, before = harmed
    seen = visit("overview.py")
    assert f"where-{MODEL}" in {button.key for button in seen.button if button.label == f"Look at v{number}"}
    assert f"retrain-{MODEL}" not in {button.key for button in seen.button}
    seen.button(key=f"back-{MODEL}").click().run()
    assert f"What v{number} bought since" in words(seen)
    seen.text_input(key="reason").set_value("It does harm.")
    seen.button(key="confirm").click().run()
    assert full.views.versions(MODEL, full.now()).standing.champion.number == before  # type: ignore[union-attr]
    assert f"back-{MODEL}" not in {button.key for button in visit("overview.py").button}


@pytest.mark.parametrize("page", ["performance.py", "drift.py", "versions.py"])
def test_every_page_of_the_model_has_the_way_back_in_its_head(
    harmed: tuple[Runtime, int, int], page: str
) -> None:
    _, _, before = harmed
    assert visit(page, model=MODEL).button(key="proposed-back").label == f"Roll back to v{before} …"
    assert "proposed-back" not in {button.key for button in visit(page, model="air-time").button}
