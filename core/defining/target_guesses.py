"""Target guesses: which column is predicted, of which kind, and which class scores are for."""

import numpy as np

from core.defining.guess import Guess, looks_like_id, words_of
from core.defining.leaks import named_as_prediction, percent
from core.defining.sample import Column, Sample

TARGET_NAMES = ("target", "label", "y", "outcome", "class", "response", "truth", "actual")
TARGET_WORDS = frozenset(
    "amount approved canceled cancelled cancellation churn churned clicked cnt consumption count "  # noqa: SIM905
    "converted default defaulted delay delayed demand duration employed failed failure fraud income late "
    "load paid price purchased quantity rating returned revenue sales score sold survived total won".split()
)
MOST_CLASSES = 50
FEW = 6
"""A target of at most so many whole numbers, one after the other, is one of classes."""


def target_columns(sample: Sample, time: str | None) -> list[Column]:
    """What may be predicted, the likeliest first."""
    may = [
        column
        for column in sample.columns
        if column.single
        and not column.bytes
        and column.name != time
        and column.distinct > 1
        and _may_be_target(column, sample)
    ]
    return sorted(may, key=lambda column: -_target_points(column, sample))


def guess_target(sample: Sample, time: str | None) -> Guess | None:
    columns = target_columns(sample, time)
    if not columns:
        return None
    best = columns[0]
    named = _named_as_target(best)
    reason = (
        "Its name says so."
        if named
        else "It is the last column."
        if best.name == sample.names[-1]
        else "No column is named as a target; this one could be it."
    )
    return Guess(best.name, reason if named else f"{reason} Choose another if it is not.")


def _may_be_target(column: Column, sample: Sample) -> bool:
    if column.times is not None and not column.whole:
        return False
    if column.textual:
        return column.distinct <= MOST_CLASSES
    return not looks_like_id(column, sample)


def _named_as_target(column: Column) -> bool:
    return column.name.lower() in TARGET_NAMES or bool({*words_of(column.name)} & TARGET_WORDS)


def _target_points(column: Column, sample: Sample) -> float:
    words = words_of(column.name)
    points = 10.0 if column.name.lower() in TARGET_NAMES else 0.0
    points += 5.0 * bool({*words} & TARGET_WORDS) + 1.0 * (words[:1] in (["is"], ["has"], ["was"]))
    points += 1.0 * (column.distinct == 2) + 2.0 * (column.name == sample.names[-1])
    points -= 4.0 * any(word in ("previous", "prior", "past", "last", "status") for word in words)
    return points - 8.0 * named_as_prediction(column.name) - 3.0 * ("of" in words)


def guess_task(target: Column) -> Guess:
    """Classes are texts, truths and few whole numbers; all else is a number to predict."""
    if target.kind == "bool" or target.distinct == 2:
        listed = " and ".join(str(value) for value in target.values)
        return Guess("binary", f"It has two values, {listed}." if listed else "It has two values.")
    if target.textual:
        return Guess("multiclass", f"It has {target.distinct} classes.")
    if target.whole and _few_steps(target):
        return Guess("multiclass", f"It has only {target.distinct} whole values; a number is possible too.")
    return Guess("regression", "It holds many different numbers.")


def _few_steps(target: Column) -> bool:
    assert target.numbers is not None
    seen = target.numbers[np.isfinite(target.numbers)]
    return target.distinct <= FEW and float(seen.max() - seen.min()) == target.distinct - 1


def guess_positive(target: Column) -> Guess | None:
    """The class that scores are for; None: the default needs no word."""
    values = list(target.values)
    if len(values) != 2:
        return None
    known = [1, True, "yes", "Yes", "YES", "true", "True", "1", "Y", "y", "positive"]
    found = next((value for value in values for one in known if value == one), None)
    if found is not None:
        return Guess(found, f"{found} stands for yes.")
    shares = [int((target.codes == code).sum()) for code in range(2)]
    rarer = values[int(np.argmin(shares))]
    return Guess(rarer, f"It is the rarer of the two, {percent(min(shares) / max(1, sum(shares)))} of rows.")
