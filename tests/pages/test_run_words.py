"""What the Runs page says of a run that rebuilt a version."""

from datetime import UTC, datetime

import pytest

from core.domain.proof import Proof
from core.domain.runs import Run
from core.domain.views.runs import RunLine
from pages._parts.words import DIFFERS, REBUILT, State, result, what_happened

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("proof", "state", "happened"),
    [
        (Proof(12, 1, NOW, True, 0.0), REBUILT, "Rebuilt v12: the same"),
        (
            Proof(12, 1, NOW, True, 0.0, ("package numpy: 1.0 recorded, 2.0 present",)),
            REBUILT,
            "Rebuilt v12: the same; package numpy: 1.0 recorded, 2.0 present",
        ),
        (Proof(12, 1, NOW, False, 0.25), DIFFERS, "Rebuilt v12: differs by up to 0.25"),
        (Proof(12, 1, NOW, False, None), DIFFERS, "No rebuilding of v12 was possible"),
        (Proof(12, 1, NOW, False, 0.0), DIFFERS, "Rebuilt v12: not as it was recorded"),
    ],
)
def test_a_rebuilding_says_whether_it_was_the_same(proof: Proof, state: State, happened: str) -> None:
    run = Run(1, 1, "reproduce", "manual", "succeeded", NOW, version=12, reason=proof.reason)
    line = RunLine(run, "m", "rmse", version_state="rejected")
    assert result(line) == state
    assert what_happened(line) == happened
