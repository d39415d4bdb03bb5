"""Leaks: columns that give the answer away, each with how it shows.

A column tells the target where the target's most frequent class (or mean) among its values, learnt on some
blocks of the rows, is right on the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.defining.sample import Column

TELLS = 0.95
"""Of what the simplest guess gets wrong, a leak gets this share right."""
DOUBTFUL = 0.8
EXPLAINS = 0.98
"""Of the target's variance, in a regression."""
BLOCKS = 10
MOST_BINS = 256
MOST_LEVELS = 50
CHANCE = 1e-9
LATER = 0.2
DAY = 86_400e6
CHECKED = 2_000
MOST_NUMERIC = 60


@dataclass(frozen=True)
class Leak:
    """A column and why it is left out. `sure`: left out unless a person keeps it; else only pointed at."""

    column: str
    why: str
    sure: bool = True


def leaks(target: Column, task: str, time: Column | None, among: Sequence[Column]) -> list[Leak]:
    """Which of the columns `among` give the target away, in their order."""
    found: dict[str, Leak] = {}
    judge = _Regression(target) if task == "regression" else _Classes(target)
    if task == "regression":
        with np.errstate(all="ignore"):  # of numbers near the largest that there are
            for leak in _arithmetic(target, [column for column in among if _varies(column)]):
                found.setdefault(leak.column, leak)
    for column in among:
        one = None if column.name in found else _leak(column, judge, target.name, time)
        if one is not None:
            found[column.name] = one
    return [found[column.name] for column in among if column.name in found]


def _leak(column: Column, judge: "_Classes | _Regression", target: str, time: Column | None) -> Leak | None:
    if named_as_prediction(column.name):
        return Leak(column.name, "It looks like what another model predicted.")
    if column.times is not None and time is not None and time.times is not None:
        return _by_distance(column, time, judge, target)
    share, guess = judge.told(_levels(column))
    if share >= judge.sure:
        return Leak(column.name, judge.words(target, share, guess))
    if share >= judge.doubtful:
        return Leak(column.name, judge.words(target, share, guess), sure=False)
    return judge.settles(column, target)


def _by_distance(column: Column, time: Column, judge: "_Classes | _Regression", target: str) -> Leak | None:
    assert column.times is not None
    assert time.times is not None
    distance = column.times - time.times
    share, guess = judge.told(_levels_of(np.floor(distance / DAY)))
    if share >= judge.doubtful:
        told = judge.words(target, share, guess).removeprefix("It alone ")
        return Leak(column.name, f"Its distance from {time.name} {told}")
    with np.errstate(invalid="ignore"):
        later = float((distance > 0).mean())
    if later > LATER:
        return Leak(
            column.name, f"It is later than {time.name} in {100 * later:.0f} % of rows: not known by then."
        )
    return None


class _Classes:
    """How well levels tell a class."""

    sure, doubtful = TELLS, DOUBTFUL

    def __init__(self, target: Column):
        self._known = target.codes >= 0
        self._codes = np.where(self._known, target.codes, 0)
        self._classes, self._values = max(1, target.distinct), target.values
        counts = np.bincount(self._codes[self._known], minlength=self._classes)
        self._base = float(counts.max() / max(1, counts.sum()))
        self._shares = counts / max(1, counts.sum())

    def told(self, levels: np.ndarray) -> tuple[float, float]:
        """(Of the simplest guess's errors, the share that is mended; of the rows, the share told right)."""
        if self._base >= 1 or self._classes > 1_000:
            return 0.0, 0.0
        right = total = 0
        for learnt, asked in _folds(self._known):
            best = self._best(levels[learnt], self._codes[learnt], int(levels.max(initial=0)) + 1)
            right += int((best[levels[asked]] == self._codes[asked]).sum())
            total += int(asked.sum())
        share = right / max(1, total)
        return (share - self._base) / (1 - self._base), share

    def _best(self, levels: np.ndarray, codes: np.ndarray, n: int) -> np.ndarray:
        counts = np.bincount(levels * self._classes + codes, minlength=n * self._classes)
        table = counts.reshape(n, self._classes)
        best: np.ndarray = np.where(table.sum(1) > 0, table.argmax(1), int(self._shares.argmax()))
        return best

    def words(self, target: str, share: float, right: float) -> str:  # noqa: ARG002
        return (
            f"It alone tells {target} in {percent(right)} of rows; the simplest guess {percent(self._base)}."
        )

    def settles(self, column: Column, target: str) -> Leak | None:
        """A value with which only one class ever comes, too often for chance: it may be filled in later."""
        if column.distinct > MOST_LEVELS or self._classes > MOST_LEVELS:
            return None
        levels = np.where(column.codes < 0, column.distinct, column.codes)[self._known]
        keys = levels * self._classes + self._codes[self._known]
        counts = np.bincount(keys, minlength=(column.distinct + 1) * self._classes)
        table = counts.reshape(column.distinct + 1, self._classes)
        rows = table.sum(1)
        for level in np.argsort(-rows):
            code = int(table[level].argmax())
            only = rows[level] and table[level, code] == rows[level]
            if only and rows[level] >= len(levels) / 100 and self._shares[code] ** int(rows[level]) < CHANCE:
                value = "is missing" if level == column.distinct else f"is {column.values[level]}"
                said = f"Wherever it {value} ({int(rows[level]):,} rows looked at), {target} is always"
                return Leak(
                    column.name,
                    f"{said} {self._values[code]}. Leave it out if it is filled in only afterwards.",
                    sure=False,
                )
        return None


class _Regression:
    """How well levels tell a number."""

    sure, doubtful = EXPLAINS, EXPLAINS

    def __init__(self, target: Column):
        assert target.numbers is not None
        self._known = np.isfinite(target.numbers)
        self._y = np.where(self._known, target.numbers, 0.0)

    def told(self, levels: np.ndarray) -> tuple[float, float]:
        """(Share of the variance that is explained, twice)."""
        lost = total = 0.0
        for learnt, asked in _folds(self._known):
            n = int(levels.max(initial=0)) + 1
            mean = float(self._y[learnt].mean()) if learnt.any() else 0.0
            counts = np.bincount(levels[learnt], minlength=n)
            sums = np.bincount(levels[learnt], self._y[learnt], minlength=n)
            guess = np.where(counts > 0, sums / np.maximum(counts, 1), mean)
            lost += float(((self._y[asked] - guess[levels[asked]]) ** 2).sum())
            total += float(((self._y[asked] - mean) ** 2).sum())
        share = 1 - lost / total if total else 0.0
        return share, share

    def words(self, target: str, share: float, right: float) -> str:  # noqa: ARG002
        return f"It alone tells {target} nearly: {percent(share)} of how it varies."

    def settles(self, column: Column, target: str) -> Leak | None:  # noqa: ARG002
        return None


def _folds(known: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(rows learnt, rows asked), by blocks in turn: neighbouring rows are often copies of each other."""
    odd = (np.arange(len(known)) * BLOCKS // max(1, len(known))) % 2 == 1
    yield known & odd, known & ~odd
    yield known & ~odd, known & odd


def _levels(column: Column) -> np.ndarray:
    """Each row's level: its value, or for numbers of many values its bin; a missing one has its own."""
    if column.numbers is not None and column.distinct > MOST_BINS:
        return _levels_of(column.numbers)
    return np.where(column.codes < 0, column.distinct, column.codes)


def _levels_of(numbers: np.ndarray) -> np.ndarray:
    there = np.isfinite(numbers)
    values = np.unique(numbers[there])
    edges = (
        values
        if len(values) <= MOST_BINS
        else np.unique(np.quantile(numbers[there], np.linspace(0, 1, MOST_BINS)))
    )
    return np.where(there, np.searchsorted(edges, np.where(there, numbers, 0.0), "left"), len(edges) + 1)


def _varies(column: Column) -> bool:
    return column.numbers is not None and column.times is None and column.distinct > 1


def _arithmetic(target: Column, among: Sequence[Column]) -> Iterator[Leak]:
    """The target is another column, or the sum, difference or product of others, in every row."""
    assert target.numbers is not None
    y = target.numbers
    rows = np.flatnonzero(np.isfinite(y))[:CHECKED]
    if len(rows) < 10 or len(np.unique(y[rows])) < 3:
        return
    columns = [column for column in among if np.isfinite(_of(column)[rows]).all()][:MOST_NUMERIC]
    values = {column.name: _of(column)[rows] for column in columns}
    yield from _straight(target.name, y[rows], values)
    for (one, first), (two, second) in combinations(values.items(), 2):
        for sign, whole in (("+", first + second), ("−", first - second), ("×", first * second)):
            if _same(whole, y[rows]) or (sign == "−" and _same(-whole, y[rows])):
                pair = (two, one) if sign == "−" and not _same(whole, y[rows]) else (one, two)
                why = f"{pair[0]} {sign} {pair[1]} = {target.name} in every row looked at."
                yield Leak(one, why)
                yield Leak(two, why)
    yield from _sum_of_many(target.name, y[rows], values)


def _straight(target: str, y: np.ndarray, values: dict[str, np.ndarray]) -> Iterator[Leak]:
    for name, value in values.items():
        if _same(value, y):
            yield Leak(name, f"It is {target} itself in every row looked at.")
        elif abs(float(np.corrcoef(value, y)[0, 1] if value.std() else 0.0)) > 1 - 1e-9:
            yield Leak(name, f"It is {target} in another unit: they move as one.")


def _sum_of_many(target: str, y: np.ndarray, values: dict[str, np.ndarray]) -> Iterator[Leak]:
    names = list(values)
    if len(names) < 3 or len(y) < 4 * len(names):
        return
    x = np.stack([values[name] for name in names], 1)
    weights = np.linalg.lstsq(x, y, rcond=None)[0]
    parts = [name for name, weight in zip(names, weights, strict=True) if abs(weight - 1) < 1e-6]
    if len(parts) > 2 and _same(sum((values[name] for name in parts), np.zeros(len(y))), y):
        for name in parts:
            yield Leak(name, f"{' + '.join(parts)} = {target} in every row looked at.")


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.allclose(one, other, rtol=1e-9, atol=1e-9 * max(1.0, float(np.abs(other).max()))))


def _of(column: Column) -> np.ndarray:
    assert column.numbers is not None
    return column.numbers


def named_as_prediction(name: str) -> bool:
    low = name.lower()
    return low.startswith("predict") or low in ("y_pred", "y_hat", "yhat", "y_score", "y_prob", "score")


def percent(share: float) -> str:
    """99.4 %; never 100 % where it is not all."""
    shown = f"{100 * share:.1f}"
    return f"{'99.9' if shown == '100.0' and share < 1 else shown} %"
