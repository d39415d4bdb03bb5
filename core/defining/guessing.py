"""Guessing: a model file proposed from a sample of its rows, each key with the reason for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.defining.column_guesses import (
    guess_categorical,
    guess_id,
    guess_label_time,
    guess_time,
    label_times,
    left_out,
    time_columns,
)
from core.defining.guess import Guess
from core.defining.leaks import Leak, percent
from core.defining.sample import Column, Sample
from core.defining.target_guesses import guess_positive, guess_target, guess_task, target_columns
from core.defining.window_guess import Content, guess_as_of, guess_window
from core.domain.errors import BadInput

RARE = 0.2
"""Of a class with a smaller share, accuracy says little."""
WEEKLY = "0 3 * * 1"


@dataclass(frozen=True)
class Given:
    """What a person has chosen already; None: to be guessed."""

    time: str | None = None
    target: str | None = None
    task: str | None = None


@dataclass(frozen=True)
class Proposal:
    """What is guessed of a sample.

    `keys`: of the model file, in its order; a key that is not there keeps its default. `leaks`: columns that
    give the answer away; those that are `sure` are left out. `useless`: columns that no model can use, left
    out too. `times`, `targets`, `label_times`: what else each may be, the likeliest first. `content`: what
    the windows would hold; None without a column of times.
    """

    sample: Sample
    keys: Mapping[str, Guess]
    leaks: tuple[Leak, ...]
    useless: tuple[Leak, ...]
    times: tuple[str, ...]
    targets: tuple[str, ...]
    label_times: tuple[str, ...]
    content: Content | None

    def value(self, key: str) -> Any:
        return self.keys[key].value if key in self.keys else None

    @property
    def excluded(self) -> tuple[str, ...]:
        """Columns that are left out by default, in the source's order, a label time among them too."""
        out = {leak.column for leak in self.leaks if leak.sure} | {leak.column for leak in self.useless}
        out -= {self.value("id")}
        return tuple(name for name in self.sample.names if name in out)


def propose(sample: Sample, zone: str, now: int, given: Given | None = None) -> Proposal:
    """Guess every key. BadInput without rows, or where no column can be the target; the time may stay
    unknown.
    """
    if not sample.taken:
        raise BadInput("It holds no rows.", "Name a source that holds some.")
    given = given or Given()
    time_guess = Guess(given.time, "You chose it.") if given.time else guess_time(sample)
    time = sample[time_guess.value] if time_guess else None
    time = time if time is not None and time.times is not None else None
    target_guess = (
        Guess(given.target, "You chose it.")
        if given.target
        else guess_target(sample, time.name if time else None)
    )
    if target_guess is None:
        raise BadInput(
            "No column could be predicted: each holds one value, or another in every row.",
            "Give rows with a column that says what became of them.",
        )
    target = sample[target_guess.value]
    task = Guess(given.task, "You chose it.") if given.task else guess_task(target)
    task = task if task.value != "regression" or target.numbers is not None else guess_task(target)
    keys = {"task": task, "target": target_guess}
    if time_guess is not None:
        keys["time"] = time_guess
    return _whole(sample, keys, target, time, zone, now)


def _whole(
    sample: Sample, keys: dict[str, Guess], target: Column, time: Column | None, zone: str, now: int
) -> Proposal:
    task = keys["task"].value
    id_guess = guess_id(sample)
    if id_guess is not None and id_guess.value not in (target.name, time.name if time else None):
        keys["id"] = id_guess
    parts = [keys[key].value for key in ("target", "time", "id") if key in keys]
    found, useless = left_out(sample, target, task, time, parts)
    later = () if time is None else tuple(column.name for column in label_times(sample, time))
    label_time = None if time is None else guess_label_time(sample, time, found)
    if label_time is not None:
        keys["label_time"] = label_time
    positive = guess_positive(target) if task == "binary" else None
    if positive is not None:
        keys["positive"] = positive
    out = {*parts, keys["label_time"].value if "label_time" in keys else None}
    out |= {leak.column for leak in (*found, *useless)}
    features = [name for name in sample.names if name not in out]
    if (codes := guess_categorical(sample, features)) is not None:
        keys["categorical"] = codes
    keys["metric"] = _metric(task, target)
    windows = None
    if time is not None:
        keys["window"], windows = guess_window(time, sample.rows, zone)
        keys["initial"] = Guess(windows.initial, "The first version learns from so many windows.")
        if (as_of := guess_as_of(time, windows, now)) is not None:
            keys["as_of"] = as_of
    return Proposal(
        sample,
        keys,
        tuple(found),
        tuple(useless),
        tuple(column.name for column in time_columns(sample)),
        tuple(column.name for column in target_columns(sample, time.name if time else None)),
        later,
        windows,
    )


def _metric(task: str, target: Column) -> Guess:
    if task == "regression":
        return Guess("rmse", "The usual error, in the unit of the target.")
    counts = [int((target.codes == code).sum()) for code in range(min(target.distinct, 2))]
    share = min(counts) / max(1, int((target.codes >= 0).sum()))
    if task == "binary" and share < RARE:
        return Guess(
            "roc_auc", f"Only {percent(share)} of rows are of the rarer class: accuracy would say little."
        )
    return Guess("accuracy", "The share of rows that are told right.")
