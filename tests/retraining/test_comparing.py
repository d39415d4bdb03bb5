"""What the judged rows say of two: as a whole, on each value of a segment, and of their range."""

import numpy as np
import pyarrow as pa
import pytest

from core.domain.gate_rules import GateRules
from core.domain.models import Model
from core.retraining.chance import paired
from core.retraining.comparing import Compared, compare
from core.retraining.judging import Paired
from tests.learning_kit import kept_of, rows_of
from tests.retraining.series import predictions

N = 1200


def pair(shift: float = 0.0, seed: int = 0) -> Paired:
    """A challenger as good as the champion but on hotel "Resort", a third of the rows, wrong by `shift`."""
    random = np.random.default_rng(seed)
    hotel = np.array(["City", "Resort", "Lodge"])[np.arange(N) % 3].astype(object)
    hotel[:40], hotel[40:60] = None, "Tent"
    truth = random.normal(size=N)
    champion, challenger = (truth + random.normal(size=N) for _ in range(2))
    challenger = challenger + np.where(hotel == "Resort", shift, 0.0)
    rows = rows_of({"hotel": pa.array(hotel, pa.string()), "stars": pa.array(np.arange(N) % 2), "y": truth})
    return Paired(rows, truth, predictions(challenger), predictions(champion))


def model(**rules: object) -> Model:
    return kept_of(pair().rows.table, gate_rules=GateRules(**rules), categorical=("stars",)).model  # type: ignore[arg-type]


def test_both_scores_and_the_difference_are_of_all_rows() -> None:
    two = pair(shift=3.0)
    found = compare(model(), two, 7)
    assert found.difference is not None
    assert found.champion is not None
    assert found.difference.rows == N
    assert found.difference.answer == "worse"
    assert found.difference.difference == pytest.approx(found.champion["rmse"] - found.scores["rmse"])  # type: ignore[operator]
    assert (found.segments, found.outside) == ((), None)


def test_a_challenger_without_a_champion_is_only_scored() -> None:
    two = pair()
    found = compare(model(segments=("hotel",)), Paired(two.rows, two.truth, two.challenger, None), 7)
    assert found == Compared(found.scores)
    assert found.scores["rmse"] == pytest.approx(1, abs=0.1)


def test_as_of_and_the_model_s_seed_say_which_resamples_are_drawn() -> None:
    two = pair()
    assert compare(model(), two, 7) == compare(model(), two, 7)
    assert compare(model(), two, 7).difference != compare(model(), two, 8).difference
    assert compare(model(), two, -1).difference is not None  # before 1970


def test_each_value_with_enough_rows_is_compared_missing_ones_too() -> None:
    found = compare(model(segments=("hotel", "stars", "gone")), pair(shift=3.0), 7)
    answers = {(one.column, one.value): one.difference.answer for one in found.segments}
    assert answers[("hotel", "Resort")] == "worse"
    assert answers[("hotel", "City")] == answers[("hotel", "Lodge")] == "tie"
    assert {value for column, value in answers if column == "hotel"} == {None, "City", "Resort", "Lodge"}
    assert {value for column, value in answers if column == "stars"} == {"0", "1"}


def test_intervals_of_segments_take_their_number_into_account() -> None:
    two = pair()
    found = compare(model(segments=("hotel",)), two, 7)
    assert {one.difference.confidence for one in found.segments} == {1 - 0.05 / 4}
    (city,) = (one for one in found.segments if one.value == "City")
    mask = np.array([value == "City" for value in two.rows.table.column("hotel").to_pylist()])
    alone = paired(
        "regression", "rmse", two.truth[mask], two.challenger.where(mask), two.champion.where(mask),  # type: ignore[union-attr]
        two.rows.time[mask], 0.95, 0,
    )  # fmt: skip
    assert alone.difference == city.difference.difference
    assert city.difference.smallest > 1.1 * alone.smallest  # type: ignore[operator]


def test_a_challenger_that_is_as_good_everywhere_is_rarely_worse_on_a_segment() -> None:
    said = model(segments=("hotel", "stars"))
    worse = [
        any(one.difference.answer == "worse" for one in compare(said, pair(seed=seed), 7).segments)
        for seed in range(20)
    ]
    assert sum(worse) <= 3


def test_predictions_outside_the_range_are_counted_and_the_furthest_is_named() -> None:
    two = pair()
    said = two.challenger.prediction
    low, high = np.sort(said)[[2, -2]]
    outside = compare(model(range=(float(low), float(high))), two, 7).outside
    assert outside is not None
    assert (outside.count, outside.rows) == (3, N)
    assert outside.furthest in (said.min(), said.max())
    assert compare(model(range=(float(said.min()), float(said.max()))), two, 7).outside is None


def test_rows_on_which_only_the_challenger_says_nothing_are_counted() -> None:
    two = pair()
    said = two.challenger.prediction.copy()
    said[:90], theirs = np.nan, two.champion.prediction.copy()  # type: ignore[union-attr]
    theirs[:20] = np.nan
    found = compare(model(), Paired(two.rows, two.truth, predictions(said), predictions(theirs)), 7)
    assert found.silent == 70
    assert compare(model(), two, 7).silent == 0
