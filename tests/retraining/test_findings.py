"""Findings: what the judged rows say in detail, held against the plain metrics on the same rows."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.domain.clock import micros
from core.domain.findings import CHALLENGER, CHAMPION, Findings
from core.domain.labels import labels
from core.domain.learning import Predictions
from core.domain.metrics import score
from core.domain.models import CLASS_METRICS, REGRESSION_METRICS, Kept
from core.domain.rows import Rows
from core.retraining.findings import COLUMNS, LEAST, VALUES, findings, findings_or_none
from core.retraining.judging import Paired
from core.retraining.subsets import measure
from storage.columns import from_json, to_json
from tests.home_kit import Quiet, day, days_of_rows, place_of
from tests.learning_kit import kept_of, rows_of

CLASSES: Mapping[str, tuple[object, ...]] = {"binary": ("no", "yes"), "multiclass": (3, 5, 9)}


def said(task: str, n: int, seed: int, version: int | None = None) -> Predictions:
    """What nobody learnt, with a few rows on which nothing was said."""
    random = np.random.default_rng(seed)
    key = np.arange(n, dtype=np.uint64)
    if task == "regression":
        return Predictions(
            key, np.where(random.random(n) < 0.02, np.nan, random.normal(size=n)), version=version
        )
    classes = CLASSES[task]
    scores = random.dirichlet(np.ones(len(classes)), n)
    guess = np.array([classes[place] for place in scores.argmax(axis=1)], dtype=object)
    return Predictions(key, guess, scores, classes, version)


def judged(task: str, n: int = 600, columns: int = 2, values: int = 4) -> tuple[Kept, Paired]:
    random = np.random.default_rng(0)
    y = random.normal(size=n) if task == "regression" else random.choice(CLASSES[task], n)  # type: ignore[arg-type]
    held = {f"c{i}": random.integers(0, values, n).astype(str).tolist() for i in range(columns)}
    rows = rows_of({"x": random.normal(size=n), **held, "y": y.tolist()})
    kept = kept_of(rows.table, task=task, metric="rmse" if task == "regression" else "log_loss")
    positive = "yes" if task == "binary" else None
    pair = Paired(rows, labels(rows, kept.model), said(task, n, 1), said(task, n, 2, 7), positive)
    return kept, pair


def where(rows: Rows, column: str, value: str) -> np.ndarray:
    return np.flatnonzero(np.array(rows.table.column(column).to_pylist()) == value)


@pytest.mark.parametrize("task", ["regression", "binary", "multiclass"])
def test_measure_of_a_subset_is_the_metric_of_its_rows(task: str) -> None:
    _, pair = judged(task)
    random = np.random.default_rng(3)
    truth = pair.truth.copy()
    truth[::17] = np.nan if task == "regression" else None
    for metric in REGRESSION_METRICS if task == "regression" else CLASS_METRICS:
        of = measure(task, metric, truth, pair.challenger, pair.positive)
        for size in (0, 1, 3, 40, 400):
            rows = np.sort(random.choice(len(truth), size, replace=False))
            whole = score(task, truth[rows], pair.challenger.where(rows), pair.positive)[metric]
            assert of(rows) == (whole if whole is None else pytest.approx(whole)), (metric, size)


def test_classes_that_a_version_does_not_know_count_as_the_metrics_have_it() -> None:
    truth = np.array([3, 5, 9, 11, 11, 3], dtype=object)
    told = said("multiclass", len(truth), 5)
    every = np.arange(len(truth))
    for metric in ("log_loss", "brier", "accuracy"):
        assert measure("multiclass", metric, truth, told)(every) == pytest.approx(
            score("multiclass", truth, told)[metric]
        )


@pytest.mark.parametrize("task", ["regression", "binary", "multiclass"])
def test_segments_are_scored_on_their_own_rows_for_both(task: str) -> None:
    kept, pair = judged(task)
    found = findings(kept, pair)
    assert {one.column for one in found.segments} == {"c0", "c1"}
    for one in found.segments:
        rows = where(pair.rows, one.column, str(one.value))
        assert one.rows == len(rows)
        for mine, told in ((one.challenger, pair.challenger), (one.champion, pair.champion)):
            assert told is not None
            whole = score(task, pair.truth[rows], told.where(rows), pair.positive)[kept.model.metric]
            assert mine == pytest.approx(whole)


def test_small_values_and_what_is_beyond_the_most_are_left_out() -> None:
    kept, pair = judged("regression", n=900, columns=COLUMNS + 3, values=20)
    found = findings(kept, pair)
    assert len({one.column for one in found.segments}) == COLUMNS
    assert min(one.rows for one in found.segments) >= LEAST
    for column in {one.column for one in found.segments}:
        assert sum(one.column == column for one in found.segments) <= VALUES


def test_rows_that_differ_most_are_the_furthest_apart_with_what_both_said() -> None:
    kept, pair = judged("regression")
    assert pair.champion is not None
    found = findings(kept, pair).apart
    gaps = np.abs(pair.challenger.prediction - pair.champion.prediction)
    assert [one.apart for one in found] == pytest.approx(np.sort(gaps[np.isfinite(gaps)])[::-1][:20])
    first = int(np.nanargmax(gaps))
    assert found[0].time == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        microseconds=int(pair.rows.time[first])
    )
    assert found[0].features["c0"] == pair.rows.table.column("c0")[first].as_py()
    assert (found[0].truth, found[0].challenger) == (pair.truth[first], pair.challenger.prediction[first])


def test_curve_of_true_chances_lies_on_the_diagonal_and_of_turned_ones_does_not() -> None:
    random = np.random.default_rng(0)
    chance = random.random(20_000)
    y = np.where(random.random(20_000) < chance, "yes", "no")
    rows = rows_of({"x": chance, "y": y.tolist()})
    kept = kept_of(rows.table, task="binary", metric="log_loss")

    def of(p: np.ndarray, version: int | None) -> Predictions:
        guess = np.where(p > 0.5, "yes", "no").astype(object)
        return Predictions(np.zeros(len(p), np.uint64), guess, np.c_[1 - p, p], ("no", "yes"), version)

    pair = Paired(rows, labels(rows, kept.model), of(chance, None), of(1 - chance, 1), "yes")
    curves = {one.of: one for one in findings(kept, pair).curves}
    assert np.abs(np.subtract(curves[CHALLENGER].said, curves[CHALLENGER].came)).max() < 0.05
    assert np.abs(np.subtract(curves[CHAMPION].said, curves[CHAMPION].came)).max() > 0.5


def test_errors_are_counted_once_each() -> None:
    kept, pair = judged("regression")
    errors = findings(kept, pair).errors
    assert errors is not None
    assert sum(errors.challenger) == np.isfinite(pair.challenger.prediction).sum()
    assert len(errors.edges) == len(errors.challenger) + 1 == len(errors.champion) + 1


@pytest.mark.parametrize("task", ["regression", "binary", "multiclass"])
def test_first_version_has_findings_of_its_own_alone(task: str) -> None:
    kept, pair = judged(task)
    found = findings(kept, Paired(pair.rows, pair.truth, pair.challenger, None, pair.positive))
    assert found.segments
    assert {one.champion for one in found.segments} == {None}
    assert not found.apart
    assert {one.of for one in found.curves} <= {CHALLENGER}


@pytest.mark.parametrize("task", ["regression", "binary", "multiclass"])
def test_findings_come_back_from_json_as_they_were(task: str) -> None:
    kept, pair = judged(task)
    found = findings(kept, pair)
    again = Findings.of(from_json(to_json(found.plain())))
    assert again.plain() == found.plain()
    assert again.apart[0].time == found.apart[0].time


def test_moments_of_rows_are_those_of_the_data() -> None:
    kept, pair = judged("regression")
    assert {micros(one.time) for one in findings(kept, pair).apart} <= set(pair.rows.time.tolist())


def test_retraining_keeps_the_findings_with_the_version_and_says_the_scores_that_the_gate_went_by(
    tmp_path: Path,
) -> None:
    rows = days_of_rows(20)
    rows["shop"] = np.where(np.arange(len(rows["t"])) % 2 > 0, "north", "south")
    place = place_of(tmp_path, rows, gate="not_worse", judge_at_least=60)
    place.work("retrain", as_of=day(8))
    place.work("retrain", as_of=day(18))
    first, second = place.versions()
    with place.home.reading() as stores:
        found = [stores.judgements.get(place.kept.id, one.number) for one in (first, second)]
    assert found[0] is not None
    assert found[1] is not None
    assert not found[0].apart
    assert found[1].rows == second.judged["rows"] == sum(one.rows for one in found[1].segments)
    of_all = np.sqrt(sum(one.rows * (one.challenger or 0) ** 2 for one in found[1].segments) / found[1].rows)
    assert of_all == pytest.approx(second.scores["rmse"])
    place.home.close()


def test_findings_that_cannot_be_told_fail_nothing_and_are_said() -> None:
    kept, pair = judged("regression")
    said = Facts()
    assert findings_or_none(kept, Paired(pair.rows, pair.truth[:3], pair.challenger, None), said) is None
    assert "could not be kept" in said.facts[0]


class Facts(Quiet):
    """A report that remembers its facts."""

    def __init__(self) -> None:
        self.facts: list[str] = []

    def fact(self, words: str) -> None:
        self.facts.append(words)
