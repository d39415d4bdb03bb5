"""The gate: whether a challenger becomes champion, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

Scores = Mapping[str, float | None]


@dataclass(frozen=True)
class Verdict:
    """`state_if_not`: the version's state where it does not pass, "rejected" or "candidate"."""

    passes: bool
    state_if_not: str
    reason: str


def decide(
    gate: str, metric: str, lower_is_better: bool, challenger: Scores, champion: Scores | None
) -> Verdict:
    """Compare the metric of both on the same rows. `champion` None: there is none yet.

    always: passes. hold: a candidate, for a person. better: a tie, or a metric that is not defined, is
    rejected as "tie". not_worse: both pass, but for a challenger that alone has no value. `bias` is best at
    0.
    """
    words = _against(metric, challenger.get(metric), None if champion is None else champion.get(metric))
    if gate == "hold":
        return Verdict(False, "candidate", f"a person decides{f'; {words}' if champion else ''}")
    if gate == "always":
        return Verdict(True, "rejected", "gate always: not judged")
    if champion is None:
        return Verdict(True, "rejected", "first version")
    lead = _lead(metric, lower_is_better, challenger.get(metric), champion.get(metric))
    if gate == "better":
        return Verdict(bool(lead and lead > 0), "rejected", words if lead else "tie")
    if lead is None:
        broken = champion.get(metric) is not None
        return Verdict(
            not broken, "rejected", f"{metric} is not defined {'for the challenger' if broken else 'here'}"
        )
    return Verdict(lead >= 0, "rejected", words)


def _lead(
    metric: str, lower_is_better: bool, challenger: float | None, champion: float | None
) -> float | None:
    """By how much the challenger is better; None: cannot tell."""
    if challenger is None or champion is None:
        return None
    if metric == "bias":
        return abs(champion) - abs(challenger)
    return champion - challenger if lower_is_better else challenger - champion


def _against(metric: str, challenger: float | None, champion: float | None) -> str:
    a, b = _digits(challenger, champion)
    return f"{metric} {a} against {b} on the same rows"


def _digits(a: float | None, b: float | None) -> tuple[str, str]:
    """Both in as few digits, three at least, as tell them apart, and with the same decimals."""
    for digits in range(3, 10):
        words = _number(a, digits), _number(b, digits)
        if words[0] != words[1] or a == b:
            break
    if any("e" in word for word in words if word != "undefined"):
        return words
    decimals = max(len(word.partition(".")[2]) for word in words)
    return _fixed(a, decimals), _fixed(b, decimals)


def _fixed(value: float | None, decimals: int) -> str:
    return "undefined" if value is None else f"{value:.{decimals}f}"


def _number(value: float | None, digits: int) -> str:
    if value is None:
        return "undefined"
    return f"{value:.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"
