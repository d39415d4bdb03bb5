"""Strategies over the real stores: what a version continues or joins, is judged by, and is rebuilt from."""

from collections.abc import Callable

import numpy as np
import pytest

from core.domain.clock import micros
from core.domain.labels import labels
from core.domain.learning import Artifact
from core.domain.spans import Span
from core.domain.strategies import Ensemble, Warm
from core.domain.versions import Version
from core.retraining import strategies
from core.retraining.fits import Before
from core.retraining.fitting import fit, predict
from tests.home_kit import Place, days_of_rows
from tests.retraining_kit import Bench, day, late_labels, scores_of

WARM = {"strategy": "warm_start", "recipe": "sgd"}
JOINED = {"strategy": "ensemble", "ensemble": Ensemble(3, "recent")}


def test_warm_start_learns_what_the_champion_did_not_know(bench: Bench) -> None:
    bench.made(6, **WARM)
    second = bench.made(10, **WARM)
    assert (second.strategy, second.rows, micros(second.train_from)) == ("warm_start", 4 * 24, day(6))  # type: ignore[arg-type]
    assert (second.lineage["continues"], second.lineage["full"]) == (1, False)


def test_warm_start_goes_on_from_the_champion_where_a_challenger_between_was_rejected(bench: Bench) -> None:
    bench.made(6, **WARM)
    middle = bench.made(8, **WARM, gate="better", warm=Warm(epochs=1000), recipe_parameters={"eta0": 1e-9})
    assert middle.state == "rejected"
    third = bench.made(10, **WARM)
    assert (third.lineage["continues"], third.rows) == (1, 4 * 24)


def test_judged_warm_start_is_fitted_again_from_the_same_version_with_the_judged_rows(bench: Bench) -> None:
    bench.made(6, recipe="sgd", recipe_parameters={"max_iter": 1, "tol": None})
    said = {**WARM, "recipe_parameters": {"max_iter": 1, "tol": None}, "gate": "not_worse"}
    second = bench.made(10, **said)
    assert (second.state, second.rows, second.judged["rows"]) == ("champion", 96, 24)
    assert second.lineage["continues"] == 1
    kept = bench.kept(**said)
    learnt = bench.learnable(kept, day(9))
    alone = scores_of(fit(kept, learnt, 0), kept, bench.learnable(kept, day(10)).slice(9 * 24, 10 * 24))
    assert second.lineage["scratch"] == pytest.approx(alone)
    assert second.scores != second.lineage["scratch"]


def test_ensemble_is_judged_beside_its_own_newest_fit(bench: Bench) -> None:
    for at in (6, 8):
        bench.made(at, **JOINED)
    third = bench.made(10, **JOINED, gate="not_worse")
    assert third.lineage["members"] == [1, 2, 3]
    assert sum(third.lineage["weights"]) == pytest.approx(1)  # type: ignore[arg-type]
    kept = bench.kept(**JOINED)
    rows = bench.learnable(kept, day(10))
    alone = scores_of(fit(kept, rows.slice(0, 9 * 24), 0), kept, rows.slice(9 * 24, 10 * 24))
    assert third.lineage["scratch"] == pytest.approx(alone)


@pytest.mark.parametrize("said", [WARM, JOINED], ids=["warm", "ensemble"])
def test_nothing_is_compared_with_scratch_where_nothing_judges(bench: Bench, said: dict[str, object]) -> None:
    bench.made(6, **said)
    assert "scratch" not in bench.made(10, **said).lineage


def test_warm_start_without_a_new_row_makes_no_version_and_says_so(bench: Bench) -> None:
    bench.made(6, **WARM)
    result = bench.retrain(bench.job(6, **WARM))
    assert result.version is None
    assert result.reason == "No labelled row has come since v1 learnt, to continue it by."


def test_warm_start_begins_anew_for_other_parameters_though_no_row_came(bench: Bench) -> None:
    bench.made(6, **WARM)
    second = bench.made(6, **WARM, recipe_parameters={"alpha": 0.01})
    assert "other parameters" in str(second.lineage["why"])


@pytest.mark.parametrize("said", [WARM, JOINED], ids=["warm", "ensemble"])
def test_range_left_out_since_leaves_with_all_that_learnt_it(bench: Bench, said: dict[str, object]) -> None:
    out = (("2026-01-03", "2026-01-04"),)
    bench.made(6, **said)
    assert bench.made(8, **said, leave_out=out).lineage["continues"] is None
    assert bench.made(10, **said, leave_out=out).lineage["continues"] == 2


def test_warm_start_learns_each_row_once_where_labels_came_late(place_at: Callable[..., Place]) -> None:
    """Rows that the champion knew lie between those that judged v2, which was not fitted again."""
    bench = Bench(place_at(late_labels(15), label_time="known"))
    made = [
        bench.made(12, **WARM),
        bench.made(13, **WARM, gate="not_worse", refit=False),
        bench.made(14, **WARM),
    ]
    assert [one.lineage["continues"] for one in made] == [None, 1, 2]
    learnt: list[int] = []
    for one, previous in zip(made, [None, *made], strict=False):
        with bench.place.home.reading() as stores:
            rows = bench.place.shop.snapshots.rows(stores.snapshots.get(one.model_id, one.snapshot))
        before = Before(previous, fitted=None) if previous else None  # type: ignore[arg-type]
        learnt += strategies.learnt(one, rows, before).time.tolist()
    assert sorted(learnt) == bench.learnable(bench.kept(), day(14)).time.tolist()


@pytest.mark.parametrize("gate", ["always", "not_worse"])
def test_rows_left_out_are_neither_learnt_nor_judged_nor_in_the_snapshot(bench: Bench, gate: str) -> None:
    out = (("2026-01-03", "2026-01-04"), ("2026-01-10", "2026-01-10"))
    bench.made(6, leave_out=out)
    second = bench.made(10, leave_out=out, gate=gate)
    learnt = bench.rebuilt(second).time
    days = sorted({int((time - day(0)) // (24 * 3_600_000_000)) for time in learnt.tolist()})
    assert days == [0, 1, 4, 5, 6, 7, 8]
    if gate == "not_worse":
        assert second.judged["to"] == "2026-01-09T23:00:00+00:00"
    windows = bench.place.shop.open_source(bench.kept()).read(None, day(10))
    assert len(windows) == 240  # they are scored all the same


def test_source_all_of_which_is_left_out_makes_no_version_and_says_so(bench: Bench) -> None:
    result = bench.retrain(bench.job(6, leave_out=(("2026-01-01", "2027-01-01"),)))
    assert result.version is None
    assert result.reason == "No row with a label is known yet, outside of leave_out."


def test_half_life_counts_back_from_the_first_judged_row_while_judging(
    place_at: Callable[..., Place],
) -> None:
    """The mean of labels that lean to the newest tells from where their age was counted."""
    columns = days_of_rows(12)
    bench = Bench(place_at({**columns, "y": np.arange(float(len(columns["y"])))}, recipe="dummy"))
    bench.made(6)
    second = bench.made(10, gate="not_worse", refit=False, half_life=Span(1, "days"))
    kept = bench.kept(half_life=Span(1, "days"))
    rows = bench.learnable(kept, day(10))
    first = rows.slice(0, 9 * 24)
    weight = 0.5 ** ((day(9) - first.time) / (24 * 3_600_000_000))
    mean = np.average(labels(first, kept.model), weights=weight)
    fitted = bench.place.shop.artifacts.load(Artifact(second.artifact, second.artifact_sha256))
    assert predict(fitted, kept, rows, None).prediction[0] == pytest.approx(mean)


@pytest.mark.parametrize("refit", [True, False])
@pytest.mark.parametrize("gate", ["always", "not_worse"])
@pytest.mark.parametrize(
    "said",
    [
        {**WARM, "half_life": Span(3, "days")},
        {**JOINED, "half_life": Span(3, "days")},
        {**WARM, "leave_out": (("2026-01-08", "2026-01-08"),)},
        {"half_life": Span(3, "days"), "history": Span(5, "days")},
    ],
    ids=["warm", "ensemble", "left out", "weighed"],
)
def test_version_of_any_strategy_is_rebuilt_from_snapshot_and_definition(
    bench: Bench, said: dict[str, object], gate: str, refit: bool
) -> None:
    for at in (5, 7):
        bench.made(at, **said)
    version = bench.made(10, **said, gate=gate, refit=refit)
    kept, shop = bench.kept(**said), bench.place.shop

    def loaded(one: Version) -> object:
        return shop.artifacts.load(Artifact(one.artifact, one.artifact_sha256))

    with bench.place.home.reading() as stores:
        rows = shop.snapshots.rows(stores.snapshots.get(version.model_id, version.snapshot))
        number = version.lineage.get("continues")
        other = stores.versions.get(version.model_id, number) if isinstance(number, int) else None
    before = Before(other, loaded(other)) if other else None  # type: ignore[arg-type]
    assert (before is not None) == ("strategy" in said)
    assert len(strategies.learnt(version, rows, before)) == version.rows
    asked = bench.learnable(kept, day(12))
    again = strategies.again(kept, version, rows, before)
    one, two = (predict(fitted, kept, asked, None).prediction for fitted in (again, loaded(version)))  # type: ignore[arg-type]
    assert one.tolist() == two.tolist()
