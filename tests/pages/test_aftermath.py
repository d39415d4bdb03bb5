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
    assert f"v{number} does worse than v{before} would have: MAE +4.0 ±" in said
    assert f"Roll back to v{before}?" in said


def test_what_each_promotion_bought_stands_beside_the_history(harmed: tuple[Runtime, int, int]) -> None:
    full, _, before = harmed
    said = words(visit("versions.py", model=MODEL))
    assert "What it bought" in said
    assert "Cost 4.0 ±" in said
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
    seen.button(key="rollback").click().run()
    assert f"v{number} had MAE **" in words(seen)
    assert f"What v{number} bought since, in MAE: cost 4.0 ±" in words(seen)
