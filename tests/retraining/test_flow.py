"""A retraining over the real stores: what is judged, what is learnt, and what is kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.domain.clock import iso, micros, moment
from core.domain.errors import RunFailed
from core.domain.labels import labels
from core.domain.learning import Artifact
from core.domain.metrics import score
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.spans import Span
from core.domain.versions import Scores, Version
from core.monitoring.grid import median_rows
from core.monitoring.known import know
from core.retraining.fitting import fit, predict
from core.retraining.flow import Job, Result, Tools, keep, retrain
from tests.home_kit import NOW, Place, Quiet, days_of_rows, place_of

BEGIN = datetime(2026, 1, 1)


def day(k: float) -> int:
    return micros(BEGIN.astimezone(NOW.tzinfo).replace(tzinfo=NOW.tzinfo) + timedelta(days=k))


@dataclass
class Bench:
    """Retrains a model as if its file said something else, at a moment of data time."""

    place: Place

    def kept(self, **said: object) -> Kept:
        kept = self.place.kept
        return replace(kept, model=replace(kept.model, **said))  # type: ignore[arg-type]

    def job(self, at: float, **said: object) -> Job:
        kept, as_of = self.kept(**said), day(at)
        known = know(kept, self.place.shop.open_source(kept), as_of)
        with self.place.home.reading() as stores:
            champion = stores.versions.champion(kept.id)
        closed = sum(window.closed for window in known.windows)
        missing = kept.model.initial - closed if champion is None else 0
        run = self.place.queue("retrain")
        with self.place.home.transaction() as t:
            t.runs.end(run.id, run.token, "succeeded", NOW)
        return Job(kept, as_of, champion, "manual", run.id, missing, median_rows(known.windows))

    def retrain(self, job: Job) -> Result:
        shop = self.place.shop
        tools = Tools(shop.artifacts, shop.snapshots, shop.timer)
        return retrain(job, shop.open_source(job.kept), tools, Quiet(), NOW)

    def keep(self, job: Job, result: Result) -> Version | None:
        with self.place.home.transaction() as t:
            return keep(t, job, result, job.as_of, NOW, by="gate")

    def made(self, at: float, **said: object) -> Version:
        job = self.job(at, **said)
        version = self.keep(job, self.retrain(job))
        assert version is not None
        return version

    def learnable(self, kept: Kept, as_of: int) -> Rows:
        rows = self.place.shop.open_source(kept).read(None, as_of)
        return rows.where(rows.learnable(as_of))

    def scored(self, version: Version, kept: Kept, rows: Rows) -> Scores:
        """What the version's artifact scores on rows."""
        fitted = self.place.shop.artifacts.load(Artifact(version.artifact, version.artifact_sha256))
        return scores_of(fitted, kept, rows)

    def rebuilt(self, version: Version) -> Rows:
        """The rows that the version's last fit learnt, from its snapshot."""
        with self.place.home.reading() as stores:
            snapshot = stores.snapshots.get(version.model_id, version.snapshot)
        rows = self.place.shop.snapshots.rows(snapshot)
        learnt = np.ones(len(rows), dtype=bool)
        for first, stop in version.judged.get("left_out", []):  # type: ignore[attr-defined]
            learnt[first:stop] = False
        return rows.where(learnt)


def scores_of(fitted: object, kept: Kept, rows: Rows) -> Scores:
    return score(kept.model.task, labels(rows, kept.model), predict(fitted, kept, rows, None), None)  # type: ignore[arg-type]


def late_labels(days: int) -> dict[str, np.ndarray]:
    """As `days_of_rows`; of seven labels five are known eight days later, two at once."""
    columns = days_of_rows(days)
    late = np.arange(len(columns["t"])) % 7 < 5
    return {**columns, "known": columns["t"] + np.where(late, 8 * 24, 0) * np.timedelta64(1, "h")}


@pytest.fixture
def place_at(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    places: list[Place] = []

    def make(columns: dict[str, np.ndarray], **said: object) -> Place:
        places.append(place_of(tmp_path, columns, judge_at_least=10, **said))
        return places[-1]

    yield make
    for place in places:
        place.home.close()


@pytest.fixture
def bench(place_at: Callable[..., Place]) -> Bench:
    return Bench(place_at(days_of_rows(20)))


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
