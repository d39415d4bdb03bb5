"""Column guesses: which column is the time, the id, when the label is known, and what is left out."""

from collections.abc import Sequence

import numpy as np

from core.defining.guess import Guess, looks_like_id, words_of
from core.defining.leaks import LATER, Leak, leaks
from core.defining.sample import Column, Sample

TIME_WORDS = ("timestamp", "time", "datetime", "date", "ts", "at", "day", "when", "created", "scheduled")
LATER_WORDS = ("status", "decided", "resolved", "closed", "landed", "settled", "known", "label", "updated")
CODE_WORDS = frozenset(
    "agent branch category code company group id item kind line product region sector shop site station "  # noqa: SIM905
    "store type zip zone".split()
)
MOST_CODES = 200
FREE_TEXT = 0.5


def time_columns(sample: Sample) -> list[Column]:
    """What can be read as times, the likeliest first."""
    order = [column for column in sample.columns if column.times is not None and _may_be_time(column)]
    return sorted(order, key=lambda column: -_time_points(column))


def guess_time(sample: Sample) -> Guess | None:
    columns = time_columns(sample)
    if not columns:
        return None
    best = columns[0]
    ordered = " and the rows are in its order" if _in_order(best) else ""
    others = ", ".join(column.name for column in columns[1:])
    also = f"; {others} could be it too" if others else ", the only one"
    return Guess(best.name, f"It holds times{ordered}{also}.")


def _may_be_time(column: Column) -> bool:
    if not column.kind.startswith(("timestamp", "date", "string")):
        return bool({*words_of(column.name)} & {*TIME_WORDS})  # whole numbers are times by their name only
    return column.distinct > 1


def _time_points(column: Column) -> float:
    words = words_of(column.name)
    named = next((3 - place / 10 for place, word in enumerate(TIME_WORDS) if word in words), 0.0)
    exact = 1.0 if column.name.lower() in TIME_WORDS else 0.0
    return named + exact + 6 * _in_order(column) - 4 * any(word in words for word in LATER_WORDS)


def _in_order(column: Column) -> bool:
    assert column.times is not None
    times = column.times[np.isfinite(column.times)]
    return len(times) > 1 and bool((np.diff(times) >= 0).all()) and times[-1] > times[0]


def guess_id(sample: Sample) -> Guess | None:
    """The first column whose name and values identify a row."""
    for column in sample.columns:
        if looks_like_id(column, sample):
            return Guess(column.name, "Every row has its own value, and its name says so.")
    return None


def guess_categorical(sample: Sample, features: Sequence[str]) -> Guess | None:
    """Whole numbers that are codes by their name; texts and truths are categories without a word."""
    found = [
        column.name
        for column in sample.columns
        if column.name in features
        and column.whole
        and 2 < column.distinct <= MOST_CODES
        and {*words_of(column.name)} & CODE_WORDS
    ]
    return Guess(found, "Whole numbers whose names say that they are codes.") if found else None


def label_times(sample: Sample, time: Column) -> list[Column]:
    """Columns that may say when the label was known, the likeliest first."""
    assert time.times is not None
    others = [column for column in time_columns(sample) if column.name != time.name]
    return [column for column in others if _share_later(column, time) > 0]


def guess_label_time(sample: Sample, time: Column, found: Sequence[Leak]) -> Guess | None:
    """A time that tells the target is when the outcome was settled; so is one that never comes before."""
    leaking = {leak.column: leak.why for leak in found if leak.sure}
    for column in label_times(sample, time):
        if column.name in leaking and _share_later(column, time) > LATER:
            return Guess(column.name, f"{leaking[column.name]} It is taken as when the label was known.")
    return None


def _share_later(column: Column, time: Column) -> float:
    assert column.times is not None
    assert time.times is not None
    with np.errstate(invalid="ignore"):
        return float((column.times > time.times).mean())


def left_out(
    sample: Sample, target: Column, task: str, time: Column | None, taken: Sequence[str]
) -> tuple[list[Leak], list[Leak]]:
    """(Leaks and doubts, what no model can use), among the columns that have no part of their own."""
    rest = [column for column in sample.columns if column.name not in taken]
    useless = [word for column in rest if (word := _useless(column, sample)) is not None]
    usable = [column for column in rest if column.name not in {one.column for one in useless}]
    return leaks(target, task, time, usable), useless


def _useless(column: Column, sample: Sample) -> Leak | None:
    if not column.single:
        return Leak(column.name, f"It holds {column.kind.split('<')[0]}s, not single values.")
    if column.bytes:
        return Leak(column.name, "It holds bytes, which no model can use.")
    if column.empty:
        return Leak(column.name, "It is empty in every row looked at.")
    if looks_like_id(column, sample):
        return Leak(column.name, "Every row has its own value: nothing to learn from.")
    if (
        column.textual
        and column.times is None
        and column.distinct > max(MOST_CODES, FREE_TEXT * sample.taken)
    ):
        return Leak(
            column.name, f"It is free text: {column.distinct:,} different ones in {sample.taken:,} rows."
        )
    return None
