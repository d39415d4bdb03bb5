"""The gate over challengers that were really fitted: luck is not promoted, and what is broken is rejected."""

from collections.abc import Callable

import numpy as np
import pytest

from core.domain.labels import labels
from core.domain.models import Kept
from core.domain.rows import Rows
from core.retraining.comparing import compare
from core.retraining.fitting import fit, predict
from core.retraining.gate import Verdict, decide
from core.retraining.judging import Paired
from tests.learning_kit import kept_of, rows_of

LEARNT, JUDGED = 300, 300
Columns = dict[str, np.ndarray]


def some(seed: int) -> Columns:
    random = np.random.default_rng([11, seed])
    x, z = random.normal(size=(2, LEARNT + JUDGED))
    return {"x": x, "z": z, "y": np.sin(2 * x) + z + random.normal(size=len(x)) / 2}


def kept(**said: object) -> Kept:
    return kept_of(
        rows_of(some(0)).table, recipe="random_forest", recipe_parameters={"n_estimators": 8}, **said
    )


def judged(gate: str, seed: int, learnt: Columns | None = None) -> Verdict:
    """A challenger of another seed, or of other rows, beside a champion, on rows that neither has seen."""
    columns, model = some(seed), kept()
    rows = rows_of(columns)
    new, old = rows.slice(LEARNT, LEARNT + JUDGED), rows.slice(0, LEARNT)

    def said(of: Rows, by: int) -> object:
        return predict(fit(model, of, by), model, new, None)

    ours = said(old if learnt is None else rows_of(learnt).slice(0, LEARNT), 1)
    pair = Paired(new, labels(new, model.model), ours, said(old, 2))  # type: ignore[arg-type]
    return decide(gate, "rmse", model.model.gate_rules, compare(model.model, pair, seed))


def shuffled(columns: Columns, seed: int) -> Columns:
    return {**columns, "y": np.random.default_rng([12, seed]).permutation(columns["y"])}


def in_another_unit(columns: Columns, seed: int) -> Columns:  # noqa: ARG001
    """What it learnt has `z` in thousandths."""
    return {**columns, "z": 1000 * columns["z"]}


def emptied(columns: Columns, seed: int) -> Columns:  # noqa: ARG001
    return {**columns, "z": np.zeros(LEARNT + JUDGED)}


BROKEN: dict[str, Callable[[Columns, int], Columns]] = {
    "labels shuffled": shuffled,
    "a column in another unit": in_another_unit,
    "a column of zeros": emptied,
}


def promoted_by_luck(times: int) -> int:
    return sum(judged("better", seed).passes for seed in range(times))


def rejected(how: str, times: int) -> int:
    return sum(not judged("not_worse", seed, BROKEN[how](some(seed), seed)).passes for seed in range(times))


def test_challengers_that_differ_by_seed_alone_are_rarely_promoted_under_better() -> None:
    assert promoted_by_luck(15) <= 3


@pytest.mark.trial
def test_of_200_challengers_that_differ_by_seed_alone_at_most_16_are_promoted_under_better() -> None:
    assert promoted_by_luck(200) <= 16


@pytest.mark.parametrize("how", BROKEN)
def test_challenger_that_learnt_from_a_broken_batch_is_rejected_by_not_worse(how: str) -> None:
    assert rejected(how, 4) == 4


@pytest.mark.trial
@pytest.mark.parametrize("how", BROKEN)
def test_95_of_100_that_learnt_from_a_broken_batch_are_rejected_by_not_worse(how: str) -> None:
    assert rejected(how, 100) >= 95
