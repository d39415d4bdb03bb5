"""The gate: which challenger passes, and in which words."""

import pytest

from core.retraining.gate import Verdict, decide


def rmse(gate: str, challenger: float | None, champion: float | None) -> Verdict:
    return decide(gate, "rmse", True, {"rmse": challenger}, {"rmse": champion})


@pytest.mark.parametrize(
    ("gate", "passes"), [("better", True), ("not_worse", True), ("always", True), ("hold", False)]
)
def test_better_challenger_passes_every_gate_but_hold(gate: str, passes: bool) -> None:
    assert rmse(gate, 57.7, 58.3).passes is passes


def test_worse_challenger_is_rejected_with_both_values() -> None:
    for gate in ("better", "not_worse"):
        assert rmse(gate, 58.3, 57.7) == Verdict(False, "rejected", "rmse 58.3 against 57.7 on the same rows")


def test_both_values_of_a_reason_have_the_same_decimals() -> None:
    reason = decide("better", "log_loss", True, {"log_loss": 0.505}, {"log_loss": 0.52}).reason
    assert reason == "log_loss 0.505 against 0.520 on the same rows"
    assert rmse("better", 9.94, 11.9).reason == "rmse 9.94 against 11.90 on the same rows"
    assert rmse("better", 12_345.6, 99_999.0).reason == "rmse 12346 against 99999 on the same rows"


def test_tie_is_rejected_by_better_and_promoted_by_not_worse() -> None:
    assert rmse("better", 3.0, 3.0) == Verdict(False, "rejected", "tie")
    assert rmse("not_worse", 3.0, 3.0).passes


def test_metric_that_is_not_defined_is_a_tie_under_better_and_promotes_under_not_worse() -> None:
    for champion in (None, 1.0):
        assert rmse("better", None, champion) == Verdict(False, "rejected", "tie")
    assert rmse("not_worse", None, None).passes
    assert rmse("not_worse", 1.0, None).passes


def test_challenger_that_alone_has_no_value_never_replaces_one_that_has() -> None:
    assert rmse("not_worse", None, 1.0) == Verdict(
        False, "rejected", "rmse is not defined for the challenger"
    )


def test_hold_leaves_a_candidate() -> None:
    verdict = rmse("hold", 57.7, 58.3)
    assert (verdict.passes, verdict.state_if_not) == (False, "candidate")
    assert "57.7 against 58.3" in verdict.reason
    assert not decide("hold", "rmse", True, {}, None).passes


@pytest.mark.parametrize("gate", ["always", "better", "not_worse"])
def test_first_version_passes(gate: str) -> None:
    assert decide(gate, "rmse", True, {}, None).passes


def test_higher_is_better_where_it_is() -> None:
    assert decide("better", "accuracy", False, {"accuracy": 0.9}, {"accuracy": 0.8}).passes
    assert not decide("better", "accuracy", False, {"accuracy": 0.8}, {"accuracy": 0.9}).passes


def test_bias_is_best_at_zero() -> None:
    assert decide("better", "bias", False, {"bias": -0.5}, {"bias": 2.0}).passes
    assert not decide("not_worse", "bias", False, {"bias": -3.0}, {"bias": 2.0}).passes


def test_words_show_enough_digits_to_tell_apart() -> None:
    assert rmse("better", 0.80641, 0.80644).reason == "rmse 0.80641 against 0.80644 on the same rows"
    assert rmse("better", 123456.0, 234567.0).reason == "rmse 123456 against 234567 on the same rows"
