"""Comparing: everything that the judged rows say of a challenger beside the champion, before the gate."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from core.domain.cells import categories
from core.domain.gate_rules import GateRules
from core.domain.learning import Predictions
from core.domain.metrics import score
from core.domain.models import Model
from core.domain.shares import usable
from core.retraining.chance import Difference, paired
from core.retraining.judging import Paired

Scores = Mapping[str, float | None]

ENOUGH = 30
"""Rows of a segment's value, from which on it is compared."""


@dataclass(frozen=True)
class Segment:
    """The difference on the judged rows where a categorical feature has one value; None: it is missing."""

    column: str
    value: str | None
    difference: Difference

    def plain(self) -> dict[str, object]:
        names = ("rows", "difference", "low", "high", "answer")
        said = {name: value for name, value in asdict(self.difference).items() if name in names}
        return {"column": self.column, "value": self.value, **said}


@dataclass(frozen=True)
class Outside:
    """Predictions that leave the range that a gate's rules name: how many of how many, the furthest one."""

    count: int
    rows: int
    furthest: float


@dataclass(frozen=True)
class Compared:
    """`champion`, `difference`: None without a champion. `segments`: every value that was compared, at a
    confidence that takes their number into account. `silent`: the labelled rows of which the champion says
    something and the challenger nothing; the difference knows nothing of them.
    """

    scores: Scores
    champion: Scores | None = None
    difference: Difference | None = None
    segments: tuple[Segment, ...] = ()
    outside: Outside | None = None
    silent: int = 0


def compare(model: Model, pair: Paired, as_of: int) -> Compared:
    """`as_of`: microseconds; with the model's seed it says which resamples are drawn."""
    mine = score(model.task, pair.truth, pair.challenger, pair.positive)
    outside = outside_of(model.gate_rules, pair.challenger)
    if pair.champion is None:
        return Compared(mine, outside=outside)
    theirs = score(model.task, pair.truth, pair.champion, pair.positive)
    seed = [model.seed, as_of % 2**63]
    whole = difference(model, pair, np.arange(len(pair.rows)), model.gate_rules.confidence, seed)
    return Compared(mine, theirs, whole, segments(model, pair, seed), outside, _silent(model, pair))


def _silent(model: Model, pair: Paired) -> int:
    assert pair.champion is not None
    ours, theirs = (
        usable(model.task, model.metric, pair.truth, said) for said in (pair.challenger, pair.champion)
    )
    return int((theirs & ~ours).sum())


def difference(
    model: Model, pair: Paired, rows: np.ndarray, confidence: float, seed: list[int]
) -> Difference:
    """On the judged rows at ascending positions (m,)."""
    assert pair.champion is not None
    mask = np.zeros(len(pair.rows), dtype=bool)
    mask[rows] = True
    return paired(
        model.task,
        model.metric,
        pair.truth[mask],
        pair.challenger.where(mask),
        pair.champion.where(mask),
        pair.rows.time[mask],
        confidence,
        seed,
        pair.positive,
    )


def segments(model: Model, pair: Paired, seed: list[int]) -> tuple[Segment, ...]:
    """Each value with enough rows. By Bonferroni, all intervals together hold at the rules' confidence."""
    found = [one for column in model.gate_rules.segments for one in _values(pair, column)]
    sure = 1 - (1 - model.gate_rules.confidence) / max(len(found), 1)
    return tuple(
        Segment(column, value, difference(model, pair, rows, sure, [*seed, place]))
        for place, (column, value, rows) in enumerate(found, start=1)
    )


def _values(pair: Paired, column: str) -> Iterator[tuple[str, str | None, np.ndarray]]:
    if column not in pair.rows.table.column_names:
        return
    places, names = categories(pair.rows.table.column(column).combine_chunks())
    for place, value in enumerate([None, *names], start=-1):
        rows = np.flatnonzero(places == place)
        if len(rows) >= ENOUGH:
            yield column, value, rows


def outside_of(rules: GateRules, said: Predictions) -> Outside | None:
    """None: no range is given, or all lie within it."""
    if rules.range is None:
        return None
    low, high = rules.range
    beyond = np.maximum(low - said.prediction, said.prediction - high)  # NaN compares as not beyond
    count = int((beyond > 0).sum())
    furthest = float(said.prediction[np.nanargmax(beyond)]) if count else 0.0
    return Outside(count, len(said), furthest) if count else None
