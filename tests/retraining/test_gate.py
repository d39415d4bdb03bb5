"""The gate: which challenger passes, and in which words."""

from dataclasses import replace

import pytest

from core.domain.gate_rules import GateRules
from core.retraining.chance import Difference
from core.retraining.comparing import Compared, Outside, Segment
from core.retraining.gate import Verdict, decide, unjudged

RULES = GateRules()


def difference(by: float | None, half: float | None = 0.1, rows: int = 168, blocks: int = 24) -> Difference:
    """`half`: None where too few blocks tell nothing of chance."""
    if by is None or half is None:
        return Difference(by, None, None, 0.95, rows, blocks, None, "tie")
    answer = "better" if by > half else "worse" if by < -half else "tie"
    return Difference(by, by - half, by + half, 0.95, rows, blocks, half, answer)


def found(challenger: float | None, champion: float | None, half: float | None = 0.1) -> Compared:
    """Of an rmse: lower is better."""
    by = None if challenger is None or champion is None else champion - challenger
    blocks = 2 if half is None else 24
    return Compared({"rmse": challenger}, {"rmse": champion}, difference(by, half, blocks=blocks))


def rmse(
    gate: str,
    challenger: float | None,
    champion: float | None,
    half: float | None = 0.1,
    rules: GateRules = RULES,
) -> Verdict:
    return decide(gate, "rmse", rules, found(challenger, champion, half))


@pytest.mark.parametrize(("gate", "passes"), [("better", True), ("not_worse", True), ("hold", False)])
def test_challenger_that_is_better_beyond_chance_passes_every_gate_but_hold(gate: str, passes: bool) -> None:
    verdict = rmse(gate, 57.1, 58.3, 0.8)
    assert verdict.passes is passes
    assert verdict.reason.endswith("rmse 57.1 against 58.3 on the same rows, better by 1.2 (0.4 to 2.0)")


def test_challenger_that_is_worse_beyond_chance_is_rejected_with_the_numbers() -> None:
    for gate in ("better", "not_worse"):
        assert rmse(gate, 58.3, 57.1, 0.8) == Verdict(
            False, "rejected", "rmse 58.3 against 57.1 on the same rows, worse by 1.2 (0.4 to 2.0)"
        )


@pytest.mark.parametrize(("challenger", "champion"), [(57.1, 58.3), (58.3, 57.1), (3.0, 3.0)])
def test_what_chance_may_have_made_is_a_tie_under_better_and_passes_not_worse(challenger, champion) -> None:
    assert rmse("better", challenger, champion, 2.0) == Verdict(False, "rejected", "tie")
    assert rmse("not_worse", challenger, champion, 2.0).passes


def test_a_tie_that_passes_says_that_nothing_was_shown() -> None:
    reason = (
        "rmse 57.1 against 58.3 on the same rows, no difference beyond chance: better by 1.2 (−0.8 to 3.2)"
    )
    assert rmse("not_worse", 57.1, 58.3, 2.0).reason == reason
    same = rmse("not_worse", 3.0, 3.0, 0.0).reason
    assert same == "rmse 3 against 3 on the same rows, the same on every row"


def test_too_few_blocks_are_a_tie_under_better_and_leave_not_worse_to_the_plain_comparison() -> None:
    assert rmse("better", 50.0, 58.3, None) == Verdict(False, "rejected", "tie")
    assert rmse("not_worse", 58.2, 58.3, None).passes
    worse = rmse("not_worse", 58.3, 58.2, None)
    assert not worse.passes
    few = "too few rows to tell chance: they make 2 independent stretches of time, and 3 are needed"
    assert worse.reason == f"rmse 58.3 against 58.2 on the same rows; {few}"
    assert worse.about["note"] == few


def test_margin_is_asked_of_better_and_allowed_to_not_worse() -> None:
    rules = replace(RULES, margin=1.0)
    assert not rmse("better", 57.4, 58.3, 0.2, rules).passes
    assert rmse("better", 57.4, 58.3, 0.2, rules).reason.endswith(
        ", better by 0.90 (0.70 to 1.10), not beyond the margin of 1"
    )
    assert not rmse("better", 57.2, 58.3, 0.2, rules).passes  # not beyond chance by more than the margin
    assert rmse("better", 57.0, 58.3, 0.2, rules).passes
    assert rmse("not_worse", 59.2, 58.3, 0.2, rules).passes
    assert rmse("not_worse", 59.4, 58.3, 0.2, rules).passes
    assert not rmse("not_worse", 59.6, 58.3, 0.2, rules).passes
    assert rmse("not_worse", 59.2, 58.3, None, rules).passes
    assert not rmse("not_worse", 59.4, 58.3, None, rules).passes


def test_metric_that_is_not_defined_is_a_tie_under_better_and_promotes_under_not_worse() -> None:
    for champion in (None, 1.0):
        assert rmse("better", None, champion) == Verdict(False, "rejected", "tie")
    assert rmse("not_worse", None, None).passes
    assert rmse("not_worse", 1.0, None).passes
    assert rmse("not_worse", None, None).reason == "rmse is not defined here"


def test_challenger_that_alone_has_no_value_never_replaces_one_that_has() -> None:
    assert rmse("not_worse", None, 1.0) == Verdict(
        False, "rejected", "rmse is not defined for the challenger"
    )


def test_hold_leaves_a_candidate_with_the_numbers() -> None:
    verdict = rmse("hold", 57.1, 58.3, 0.8)
    assert (verdict.passes, verdict.state_if_not) == (False, "candidate")
    words = "rmse 57.1 against 58.3 on the same rows, better by 1.2 (0.4 to 2.0)"
    assert verdict.reason == f"a person decides; {words}"
    assert decide("hold", "rmse", RULES, Compared({})) == Verdict(False, "candidate", "a person decides")


@pytest.mark.parametrize("gate", ["better", "not_worse"])
def test_first_version_passes(gate: str) -> None:
    verdict = decide(gate, "rmse", RULES, Compared({"rmse": 5.0}))
    assert verdict == Verdict(True, "rejected", "first version")
    assert verdict.about["answer"] == "first"


def segment(value: str | None, by: float, half: float = 0.5) -> Segment:
    return Segment("hotel", value, difference(by, half, rows=412))


def test_challenger_that_is_worse_on_a_segment_is_rejected_and_the_segment_is_named() -> None:
    better = found(57.1, 58.3, 0.8)
    segments = (segment("City", 2.0), segment("Resort", -5.8, 3.7), segment(None, -0.2))
    for gate in ("better", "not_worse"):
        verdict = decide(gate, "rmse", RULES, replace(better, segments=segments))
        assert not verdict.passes
        assert verdict.reason == (
            "rmse 57.1 against 58.3 on the same rows, better by 1.2 (0.4 to 2.0); but beyond chance for "
            "hotel Resort worse by 5.8 (2.1 to 9.5) over 412 rows (3 values compared)"
        )
        assert decide(gate, "rmse", RULES, replace(better, segments=segments[::2])).passes


def test_many_segments_are_counted_once_a_few_are_named() -> None:
    segments = tuple(segment(f"h{place}", -5.0) for place in range(5))
    reason = decide("not_worse", "rmse", RULES, replace(found(57.1, 58.3), segments=segments)).reason
    assert "h2 worse by" in reason
    assert reason.endswith(", 2 more (5 values compared)")
    assert "h3" not in reason


def test_predictions_out_of_range_are_rejected_and_counted() -> None:
    rules = replace(RULES, range=(0, 2000))
    verdict = decide("not_worse", "rmse", rules, replace(found(57.1, 58.3), outside=Outside(3, 168, -12.41)))
    assert not verdict.passes
    assert verdict.reason.endswith("; 3 of 168 predictions lie outside 0 to 2000, the furthest at -12.41")
    first = decide("not_worse", "rmse", rules, Compared({"rmse": 1.0}, outside=Outside(3, 168, -12.41)))
    assert first.passes
    assert "3 of 168" in str(first.about["note"])


def test_verdict_is_kept_with_its_numbers() -> None:
    segments = (segment("City", 2.0),)
    about = decide("better", "rmse", RULES, replace(found(57.0, 58.0, 0.25), segments=segments)).about
    assert about == {
        "answer": "better", "metric": "rmse", "difference": 1.0, "low": 0.75, "high": 1.25, "rows": 168,
        "blocks": 24, "smallest": 0.25, "confidence": 0.95, "note": "",
        "segments": [{
            "column": "hotel", "value": "City", "rows": 412, "difference": 2.0, "low": 1.5, "high": 2.5,
            "answer": "better",
        }],
    }  # fmt: skip
    nothing = unjudged("rmse", "gate always: not judged")
    assert nothing.keys() == about.keys()
    assert (nothing["answer"], nothing["difference"], nothing["note"]) == (
        "none", None, "gate always: not judged"
    )  # fmt: skip
    assert rmse("better", None, 1.0).about["answer"] == "none"


def test_both_values_of_a_reason_have_the_same_decimals() -> None:
    reason = decide(
        "better", "log_loss", RULES,
        Compared({"log_loss": 0.505}, {"log_loss": 0.52}, difference(0.015, 0.012)),
    ).reason  # fmt: skip
    assert reason == "log_loss 0.505 against 0.520 on the same rows, better by 0.015 (0.003 to 0.027)"
    assert rmse("better", 9.94, 11.9).reason.startswith("rmse 9.94 against 11.90 on the same rows, ")
    assert rmse("better", 12_345.6, 99_999.0).reason.startswith("rmse 12346 against 99999 on the same rows, ")


def test_words_show_enough_digits_to_tell_apart() -> None:
    assert rmse("better", 0.80641, 0.80644, 1e-5).reason.startswith(
        "rmse 0.80641 against 0.80644 on the same"
    )
    assert rmse("better", 123456.0, 234567.0).reason.startswith("rmse 123456 against 234567 on the same rows")


def test_an_end_of_the_interval_that_is_beyond_0_never_reads_as_0() -> None:
    assert rmse("better", 50.0, 58.4, 8.1).reason.endswith("better by 8.4 (0.3 to 16.5)")


@pytest.mark.parametrize("gate", ["better", "not_worse", "hold"])
def test_challenger_that_says_nothing_of_rows_on_which_the_champion_does_never_passes(gate: str) -> None:
    verdict = decide(gate, "rmse", RULES, replace(found(3.0, 4.0), silent=28))
    assert not verdict.passes
    assert verdict.reason.endswith("; but it says nothing of 28 judged rows of which the champion does")
    assert "nothing of 28" in str(verdict.about["note"])
