"""A retraining over the real stores: what is judged, what is learnt, and what is kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.domain.clock import iso, micros, moment
from core.domain.errors import RunFailed
from core.domain.gate_rules import GateRules
from core.domain.learning import Artifact
from core.domain.spans import Span
from core.retraining.fitting import fit, predict
from tests.home_kit import Place, days_of_rows, place_of
from tests.retraining_kit import Bench, day, late_labels, scores_of


@pytest.mark.parametrize(
    ("gate", "before", "after", "state"),
    [
        ("not_worse", "dummy", "linear", "champion"),
        ("not_worse", "linear", "dummy", "rejected"),
        ("better", "dummy", "linear", "champion"),
        ("better", "linear", "dummy", "rejected"),
        ("always", "linear", "dummy", "champion"),
        ("hold", "dummy", "linear", "candidate"),
    ],
)
def test_gate_decides_between_two_versions(
    bench: Bench, gate: str, before: str, after: str, state: str
) -> None:
    bench.made(6, recipe=before)
    second = bench.made(10, recipe=after, gate=gate)
    assert (second.state, second.parent) == (state, 1)
    first = bench.place.versions()[0]
    promoted = state == "champion"
    assert first.state == ("retired" if promoted else "champion")
    assert first.live_to == (moment(day(10)) if promoted else None)
    assert second.live_from == (moment(day(10)) if promoted else None)
    assert bool(second.scores) == bool(second.champion_scores) == (gate != "always")
    answers = {"always": "none", "hold": "better"}
    assert second.verdict["answer"] == answers.get(gate, "better" if promoted else "worse")
    assert first.verdict["answer"] == "none"
    assert second.verdict["rows"] == second.judged.get("rows")


@pytest.mark.parametrize(("gate", "state"), [("not_worse", "champion"), ("better", "rejected")])
def test_tie_passes_unless_the_gate_asks_for_better(
    place_at: Callable[..., Place], gate: str, state: str
) -> None:
    columns = days_of_rows(12)
    bench = Bench(place_at({**columns, "y": np.full(len(columns["y"]), 7.0)}, recipe="dummy"))
    bench.made(6)
    second = bench.made(10, gate=gate)
    assert second.state == state
    assert second.scores["rmse"] == second.champion_scores["rmse"] == 0
    assert gate != "better" or second.reason == "tie"


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (GateRules(segments=("kind",)), "for kind b worse by"),
        (GateRules(range=(-1.0, 1.0)), "predictions lie outside -1 to 1, the furthest at"),
    ],
)
def test_rules_of_the_gate_reject_a_challenger_that_is_better_as_a_whole(
    place_at: Callable[..., Place], rules: GateRules, words: str
) -> None:
    """y is 9 x, but of kind b 0, which the champion's mean says well and a line does not."""
    columns = days_of_rows(25)
    kind = np.arange(len(columns["t"])) % 6 == 0
    columns |= {"kind": np.where(kind, "b", "a"), "y": np.where(kind, 0.0, 3 * columns["y"])}
    bench = Bench(place_at(columns, recipe="dummy"))
    bench.made(6)
    said = {"gate": "not_worse", "judge_at_least": 200, "recipe": "linear"}
    assert bench.retrain(bench.job(24, **said)).promotes
    job = bench.job(24, gate_rules=rules, **said)
    second = bench.keep(job, bench.retrain(job))
    assert second is not None
    assert second.state == "rejected"
    assert words in second.reason
    assert second.verdict["answer"] == "better"
    assert str(second.verdict["note"]) in second.reason


def test_first_version_waits_for_its_initial_windows(bench: Bench) -> None:
    for at, words in ((1.5, "2 are still missing"), (2.9, "1 is still missing")):
        result = bench.retrain(bench.job(at))
        assert result.version is None
        assert result.reason == f"The first version needs 3 closed windows; {words}."
        assert bench.keep(bench.job(at), result) is None
    assert bench.made(3).number == 1


@pytest.mark.parametrize("gate", ["not_worse", "better", "always"])
def test_first_version_is_champion_from_its_as_of_on(bench: Bench, gate: str) -> None:
    first = bench.made(6, gate=gate)
    assert (first.state, first.live_from, first.train_to) == ("champion", moment(day(6)), moment(day(6)))
    assert (first.rows, first.train_from) == (6 * 24, moment(day(0)))
    assert (first.champion_scores, first.parent) == ({}, None)
    assert first.judged.get("rows") == (None if gate == "always" else 24)


def test_first_version_under_hold_waits_for_a_person(bench: Bench) -> None:
    first = bench.made(6, gate="hold")
    assert (first.state, first.live_from) == ("candidate", None)
    assert first.judged["rows"] == 24


def test_first_version_of_too_few_rows_is_made_unjudged(bench: Bench) -> None:
    first = bench.made(6, gate="not_worse", judge_at_least=100)
    assert (first.state, first.scores, first.judged) == ("champion", {}, {})
    assert first.rows == 6 * 24
    assert "144 new labelled rows are too few" in first.reason


def test_too_few_new_rows_make_no_version_and_say_so(bench: Bench) -> None:
    bench.made(6, gate="not_worse")
    job = bench.job(6.75, gate="not_worse")
    result = bench.retrain(job)
    assert (result.version, result.promotes) == (None, False)
    assert result.reason == ("18 new labelled rows are too few: half of them judge, and 10 are needed.")
    assert bench.keep(job, result) is None
    assert len(bench.place.versions()) == 1
    assert bench.made(7, gate="not_worse").judged["rows"] == 12


@pytest.mark.parametrize("refit", [True, False])
def test_both_are_scored_on_the_same_rows_that_neither_has_seen(bench: Bench, refit: bool) -> None:
    first = bench.made(6, recipe="dummy")
    second = bench.made(10, gate="not_worse", refit=refit)
    kept = bench.kept()
    rows = bench.learnable(kept, day(10))
    rest, judged = rows.slice(0, 9 * 24), rows.slice(9 * 24, 10 * 24)
    assert int(judged.time[0]) >= micros(first.train_to)
    assert (second.judged["rows"], second.judged["from"], second.judged["to"]) == (
        24,
        iso(moment(int(judged.time[0]))),
        iso(moment(int(judged.time[-1]))),
    )
    assert second.champion_scores == pytest.approx(bench.scored(first, kept, judged))
    assert second.scores == pytest.approx(scores_of(fit(kept, rest, 0), kept, judged))
    after = bench.scored(second, kept, judged)
    assert (after == pytest.approx(second.scores)) == (not refit)  # a refit has seen them since
    assert (second.rows, "left_out" in second.judged) == ((240, False) if refit else (216, True))


def test_label_that_came_late_judges_though_its_row_is_old(place_at: Callable[..., Place]) -> None:
    bench = Bench(place_at(late_labels(20), label_time="known"))
    bench.made(9)
    second = bench.made(13, gate="not_worse", refit=False, judge_at_least=40)
    kept = bench.kept()
    rows = bench.learnable(kept, day(13))
    unseen = rows.where(~rows.learnable(day(9)))
    assert second.judged["rows"] == 40
    judged = set(rows.time.tolist()) - set(bench.rebuilt(second).time.tolist())
    assert judged == set(unseen.time[-40:].tolist())
    assert min(judged) < day(6)
    assert second.champion_scores == pytest.approx(
        bench.scored(bench.place.versions()[0], kept, unseen.slice(len(unseen) - 40, len(unseen)))
    )


@pytest.mark.parametrize("history", [None, "2 days", "3 windows"])
@pytest.mark.parametrize("after", ["linear", "dummy"])
def test_left_out_ranges_give_the_exact_training_rows_from_the_snapshot(
    place_at: Callable[..., Place], history: str | None, after: str
) -> None:
    """Rejected, or passed without a refit: the judged rows lie in the snapshot and were not learnt."""
    bench = Bench(place_at(late_labels(20), label_time="known"))
    span = None if history is None else Span.parse(history)
    bench.made(9, gate="always", history=span)
    second = bench.made(13, gate="not_worse", refit=False, history=span, recipe=after, judge_at_least=40)
    assert after == "linear" or second.state == "rejected"
    left_out = second.judged["left_out"]
    assert isinstance(left_out, list)
    assert len(left_out) > 1  # late labels are among the judged
    learnt, kept = bench.rebuilt(second), bench.kept(recipe=after)
    assert (len(learnt), moment(int(learnt.time[0]))) == (second.rows, second.train_from)
    assert sum(stop - first for first, stop in left_out) == second.judged["rows"]
    again = fit(kept, learnt, second.seed)
    rows = bench.learnable(kept, day(15))
    version = Artifact(second.artifact, second.artifact_sha256)
    said = predict(bench.place.shop.artifacts.load(version), kept, rows, None).prediction
    assert said.tolist() == predict(again, kept, rows, None).prediction.tolist()


def test_refitted_version_gives_its_training_rows_too(bench: Bench) -> None:
    bench.made(6, recipe="dummy")
    second = bench.made(10, gate="not_worse", history=Span(4, "days"))
    assert second.state == "champion"
    learnt = bench.rebuilt(second)
    assert (len(learnt), second.rows) == (96, 96)
    assert learnt.time.tolist() == [day(6) + k * 3_600_000_000 for k in range(96)]


def test_candidate_of_hold_was_judged_and_is_refitted_on_everything(bench: Bench) -> None:
    bench.made(6, recipe="dummy")
    held = bench.made(10, gate="hold")
    assert held.reason.startswith("a person decides; rmse ")
    assert (held.rows, held.judged["rows"], "left_out" in held.judged) == (240, 24, False)
    assert bench.place.versions()[0].state == "champion"


@pytest.mark.parametrize("first", [False, True])
def test_champion_that_changed_meanwhile_leaves_a_candidate_that_says_why(bench: Bench, first: bool) -> None:
    if not first:
        bench.made(6, recipe="dummy")
    job = bench.job(10, gate="not_worse")
    result = bench.retrain(job)
    assert result.promotes
    other = bench.made(9, gate="always")
    late = bench.keep(job, result)
    assert late is not None
    assert (late.state, late.live_from) == ("candidate", None)
    was, became = ("none", "v1") if first else ("v1", "v2")
    assert late.reason == f"the champion changed from {was} to {became} while this one was judged"
    champion = [version.number for version in bench.place.versions() if version.state == "champion"]
    assert champion == [other.number]


def test_rejected_version_stays_rejected_though_the_champion_changed(bench: Bench) -> None:
    bench.made(6)
    job = bench.job(10, gate="not_worse", recipe="dummy")
    result = bench.retrain(job)
    bench.made(9, gate="always")
    late = bench.keep(job, result)
    assert late is not None
    assert late.state == "rejected"


def test_nothing_after_as_of_is_read(place_at: Callable[..., Place], tmp_path: Path) -> None:
    """The same version, whether the source ends at as of or goes on with rows that say something else."""
    bench = Bench(place_at(days_of_rows(20)))
    first = bench.made(10, gate="not_worse")
    columns = days_of_rows(20)
    columns["y"][240:] = 1e9
    other = tmp_path / "other"
    other.mkdir()
    spoilt = Bench(place_of(other, columns, judge_at_least=10))
    second = spoilt.made(10, gate="not_worse")
    assert (second.scores, second.snapshot, second.rows) == (first.scores, first.snapshot, first.rows)
    spoilt.place.home.close()


def test_history_without_a_labelled_row_says_when_the_newest_was(bench: Bench) -> None:
    job = bench.job(5, history=Span(1, "days"))
    late = replace(job, as_of=day(400), median=24)
    with pytest.raises(RunFailed, match="No labelled row lies within the history"):
        bench.retrain(replace(late, kept=bench.kept(history=Span(1, "days"), gate="always")))
