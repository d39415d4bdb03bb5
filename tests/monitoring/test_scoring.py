"""Scoring: predictions are made once and found again when rows come late."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.learning import Predictions
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.sources import Survey
from core.domain.versions import Version
from core.monitoring.scoring import Scorer, shipped
from core.retraining.fitting import keys
from storage.predictions import WindowPredictions
from tests.learning_kit import HOUR, kept_of, rows_of

ROWS = rows_of({"x": np.arange(6.0), "y": np.zeros(6)})
KEPT = kept_of(ROWS.table)


@dataclass
class Model:
    """Says ten times x, and counts how often it was asked; what it says may be changed."""

    asked: int = 0
    factor: float = 10.0
    versions: list[int] = field(default_factory=list)

    def predict(self, kept: Kept, version: Version, pieces: Iterable[Rows]) -> Iterator[Predictions]:
        self.asked += 1
        self.versions.append(version.number)
        for rows in pieces:
            x = np.array(rows.table.column("x").to_pylist())
            yield Predictions(
                keys(kept, rows),
                self.factor * x,
                np.column_stack([x, -x]),
                ("a", "b"),
                version=version.number,
            )


def version(number: int) -> Version:
    fields: Any = dict.fromkeys(Version.__dataclass_fields__)
    return Version(**{**fields, "number": number})


def scorer_of(folder: Path, model: Model | None) -> Scorer:
    return Scorer(WindowPredictions(folder), keys, model.predict if model else None)


def said(scorer: Scorer, rows: Rows, number: int = 1, index: int = 0) -> list[float] | None:
    found = scorer.of(KEPT, index, version(number), lambda: [rows.slice(0, 2), rows.slice(2, len(rows))])
    return None if found is None else found.prediction.tolist()


def test_predictions_are_made_once_and_kept(tmp_path: Path) -> None:
    model = Model()
    assert said(scorer_of(tmp_path, model), ROWS) == [0, 10, 20, 30, 40, 50]
    model.factor = 77  # what is said a second time would differ
    assert said(scorer_of(tmp_path, model), ROWS) == [0, 10, 20, 30, 40, 50]
    assert model.asked == 1


def test_late_rows_between_are_scored_and_the_others_say_the_same(tmp_path: Path) -> None:
    model = Model()
    scorer = scorer_of(tmp_path, model)
    early = ROWS.take(np.array([0, 2, 3, 5]))
    assert said(scorer, early) == [0, 20, 30, 50]
    assert said(scorer, ROWS) == [0, 10, 20, 30, 40, 50]
    assert model.asked == 2
    model.factor = 77
    assert said(scorer, early) == [0, 20, 30, 50]  # among more that are kept
    assert model.asked == 2


def test_order_of_rows_of_one_time_may_change(tmp_path: Path) -> None:
    model = Model()
    scorer = scorer_of(tmp_path, model)
    tied = replace(ROWS, time=np.zeros(6, np.int64))
    said(scorer, tied)
    model.factor = 77
    other = np.array([3, 0, 5, 1, 2, 4])
    found = scorer.of(KEPT, 0, version(1), lambda: [tied.take(other)])
    assert found is not None
    assert found.prediction.tolist() == [30, 0, 50, 10, 20, 40]
    assert found.scores is not None
    assert found.scores[:, 0].tolist() == [3, 0, 5, 1, 2, 4]
    assert found.key.tolist() == keys(KEPT, tied.take(other)).tolist()


def test_row_that_repeats_has_one_prediction_each_time(tmp_path: Path) -> None:
    model = Model()
    scorer = scorer_of(tmp_path, model)
    twice = rows_of({"x": [1.0, 1.0, 2.0], "y": [0.0, 0.0, 0.0]}, [0, 0, HOUR])
    said(scorer, twice)
    assert said(scorer, twice) == [10, 10, 20]
    assert model.asked == 1
    thrice = rows_of({"x": [1.0, 1.0, 1.0, 2.0], "y": [0.0] * 4}, [0, 0, 0, HOUR])
    assert said(scorer, thrice) == [10, 10, 10, 20]
    assert model.asked == 2  # a third one was not kept yet


def test_another_version_and_another_window_are_scored_anew(tmp_path: Path) -> None:
    model = Model()
    scorer = scorer_of(tmp_path, model)
    for number, index in ((1, 0), (2, 0), (1, 1)):
        said(scorer, ROWS, number, index)
    assert model.versions == [1, 2, 1]
    assert said(scorer, ROWS, 2, 0) is not None
    assert model.asked == 3


def test_changed_feature_is_another_row(tmp_path: Path) -> None:
    model = Model()
    scorer = scorer_of(tmp_path, model)
    said(scorer, ROWS)
    other = rows_of({"x": [0.0, 1, 2, 3, 4, 9], "y": np.zeros(6)})
    assert said(scorer, other) == [0, 10, 20, 30, 40, 90]


def test_who_may_not_predict_only_looks_up(tmp_path: Path) -> None:
    blind = scorer_of(tmp_path, None)
    assert said(blind, ROWS) is None
    said(scorer_of(tmp_path, Model()), ROWS.slice(0, 5))
    assert said(blind, ROWS.slice(1, 4)) == [10, 20, 30]
    assert said(blind, ROWS) is None  # one is missing
    assert said(blind, ROWS.slice(1, 4), number=2) is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12), st.data())
def test_any_rows_among_those_kept_are_found(
    tmp_path_factory: pytest.TempPathFactory, facts: list[tuple[int, int]], data: st.DataObject
) -> None:
    model = Model()
    scorer = scorer_of(tmp_path_factory.mktemp("kept"), model)
    facts.sort(key=lambda fact: fact[0])
    rows = rows_of({"x": [float(x) for _, x in facts], "y": [0.0] * len(facts)}, [t for t, _ in facts])
    said(scorer, rows)
    chosen = data.draw(st.permutations(range(len(facts))).flatmap(lambda p: st.just(p[: 1 + len(p) // 2])))
    part = rows.take(np.array(chosen))
    assert said(scorer, part) == [10.0 * facts[place][1] for place in chosen]
    assert model.asked == 1


def shipped_of(prediction: Any, score: Any = None, **model: Any) -> Predictions | None:
    table = {"y": prediction, "p": prediction, **({} if score is None else {"s": score})}
    kept = kept_of(rows_of(table).table, prediction="p", score=None if score is None else "s", **model)
    labels = tuple(dict.fromkeys(value for value in prediction if value is not None))
    kept = replace(kept, survey=Survey(kept.survey.schema, 0, None, None, 0, labels))
    rows = rows_of(table)
    return shipped(kept, [rows.slice(0, 1), rows.slice(1, len(rows))])


def test_predictions_that_the_source_carries_are_taken() -> None:
    found = shipped_of([1.5, None, 3.0])
    assert found is not None
    assert np.array_equal(found.prediction, [1.5, np.nan, 3.0], equal_nan=True)
    assert found.version is None


@pytest.mark.parametrize(("positive", "first"), [(None, "yes"), ("yes", "yes"), ("no", "no")])
def test_score_that_the_source_carries_is_for_the_positive_class(positive: str | None, first: str) -> None:
    found = shipped_of(["no", "yes", None], [0.25, 0.75, None], task="binary", positive=positive)
    assert found is not None
    assert found.prediction.tolist() == ["no", "yes", None]
    assert found.scores is not None
    assert found.scores[:2, list(found.classes).index(first)].tolist() == [0.25, 0.75]
    assert found.scores[:2].sum(axis=1).tolist() == [1, 1]
    assert np.isnan(found.scores[2]).all()


def test_model_without_shipped_predictions_has_none() -> None:
    assert shipped(KEPT, iter([ROWS])) is None
