"""The gate: whether a challenger becomes champion, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.gate_rules import GateRules
from core.retraining.comparing import Compared
from core.retraining.gate_words import against, by_chance, out_of_range, silent_on, too_few, worse_on


@dataclass(frozen=True)
class Verdict:
    """`state_if_not`: the version's state where it does not pass, "rejected" or "candidate". `about`: what
    was found, as JSON holds it (`Version.verdict`).
    """

    passes: bool
    state_if_not: str
    reason: str
    about: Mapping[str, object] = field(default_factory=dict, compare=False)


def decide(gate: str, metric: str, rules: GateRules, found: Compared) -> Verdict:
    """What becomes of a challenger that was judged.

    better: passes if it is better beyond chance by more than the margin; where that cannot be told, or the
    metric is not defined, it is rejected as "tie". not_worse: passes unless it is worse beyond chance by
    more than the margin; where too few blocks tell nothing of chance, unless it is plainly so; a challenger
    that alone has no value does not pass. Neither lets a segment get worse beyond chance, nor a prediction
    leave the range, nor a row without a word where the champion has one. hold: a candidate, for a person.
    The first version passes.
    """
    words = _words(metric, rules, found)
    wrong = _wrong(rules, found)
    if gate == "hold":
        said = "; ".join(["a person decides", *([words] if found.champion is not None else []), *wrong])
        return Verdict(False, "candidate", said, _about(metric, rules, found, wrong))
    if found.champion is None:
        return Verdict(True, "rejected", "first version", _about(metric, rules, found, wrong))
    passes, reason = _passes(gate, metric, rules, found)
    reason = reason or words
    if passes and wrong:
        passes, reason = False, "; ".join([reason, *wrong])
    return Verdict(passes, "rejected", reason, _about(metric, rules, found, wrong))


def unjudged(metric: str, why: str) -> dict[str, object]:
    """`Version.verdict` where nothing was judged."""
    return {
        **_about(metric, GateRules(), Compared({}), []),
        "answer": "none",
        "confidence": None,
        "note": why,
    }


def _passes(gate: str, metric: str, rules: GateRules, found: Compared) -> tuple[bool, str]:
    """By the metric alone; with a reason where it is another than both values."""
    one, champion = found.difference, found.champion
    assert champion is not None
    if one is None or one.difference is None:
        if gate == "better":
            return False, "tie"
        broken = champion.get(metric) is not None and found.scores.get(metric) is None
        return not broken, f"{metric} is not defined {'for the challenger' if broken else 'here'}"
    if gate == "better":
        return one.low is not None and one.low > rules.margin, "tie" if one.answer == "tie" else ""
    most = one.difference if one.high is None else one.high
    return most >= -rules.margin, ""


def _words(metric: str, rules: GateRules, found: Compared) -> str:
    if found.champion is None:
        return ""
    both = against(metric, found.scores.get(metric), found.champion.get(metric))
    return both + (by_chance(found.difference, rules.margin) if found.difference else "")


def _wrong(rules: GateRules, found: Compared) -> list[str]:
    """What the rules forbid and the challenger does."""
    worse = [one for one in found.segments if one.difference.answer == "worse"]
    said = [silent_on(found), out_of_range(found, rules.range) if rules.range else ""]
    said += [worse_on(worse, len(found.segments)) if worse else ""]
    return [words for words in said if words]


def _about(metric: str, rules: GateRules, found: Compared, wrong: list[str]) -> dict[str, object]:
    one = found.difference
    answer = "first" if one is None else "none" if one.difference is None else one.answer
    few = one is not None and one.difference is not None and one.low is None
    notes = [*([too_few(one)] if few and one else []), *wrong]
    names = ("difference", "low", "high", "rows", "blocks", "smallest")
    return {
        "answer": answer,
        "metric": metric,
        **{name: None if one is None else getattr(one, name) for name in names},
        "confidence": rules.confidence,
        "segments": [segment.plain() for segment in found.segments],
        "note": "; ".join(notes),
    }
