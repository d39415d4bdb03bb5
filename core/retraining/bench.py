"""Bench: where a retraining fits, scores and freezes: its job, its tools and the rows that it knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from core.domain.clock import iso, micros, moment
from core.domain.errors import RunFailed
from core.domain.labels import labels, scored_class
from core.domain.learning import Artifact, Fitted, Snapshot
from core.domain.making import Making, used_seed
from core.domain.metrics import score
from core.domain.models import Kept
from core.domain.proof import Probe
from core.domain.reports import Report
from core.domain.rows import Rows
from core.domain.scripts import Made
from core.domain.sources import Source
from core.domain.versions import Scores
from core.domain.wording import count
from core.retraining import adopting, strategies, warm
from core.retraining.accepting import accept_predictions
from core.retraining.environment import made_of
from core.retraining.fits import Before, Fit, Ingredients, news
from core.retraining.fitting import fit, predict
from core.retraining.job import Job, Tools
from core.retraining.judging import Judged, Paired, history_start, split
from core.retraining.oddities import oddities
from core.retraining.own_recipes import is_own
from core.retraining.probing import probe, threads
from core.retraining.weighing import left_out


@dataclass(frozen=True)
class Bench:
    """The rows of a retraining: all known ones, and the learnable ones in the order in which a snapshot has
    them. Beside the model's columns they have those that its champion takes, so that it can be judged.
    """

    job: Job
    tools: Tools
    rows: Rows
    learnable: Rows
    files: Mapping[str, Sequence[int]] | None  # the stamp of the files that hold them, if that says it all

    @classmethod
    def of(cls, job: Job, source: Source, tools: Tools) -> "Bench":
        model, files = job.kept.model, source.stamp()
        alone = model.source.url is None and model.id is None and job.stop is None
        wide = job.kept.beside(job.champion.features if job.champion else ())
        columns = None if wide is job.kept else wide.columns
        rows = source.as_known(job.as_of).read(None, job.as_of, columns)
        if job.stop is not None:
            rows = rows.slice(0, job.stop) if job.rows is None else rows.take(job.rows)
        learnable = rows.where(rows.learnable(job.as_of) & ~left_out(model, rows.time))
        same = files if alone and source.stamp() == files else None
        return cls(job, tools, rows, tools.snapshots.arrange(wide, learnable, job.as_of, None), same)

    def plan(self) -> Judged:
        """Which learnable rows judge and which are learnt first; nothing is judged under `always`."""
        job, model = self.job, self.job.kept.model
        if model.gate == "always":
            return Judged(np.empty(0, np.int64), np.empty(0, np.int64), None)
        known_to = micros(job.champion.train_to) if job.champion else None
        return split(self.learnable, known_to, job.median, model.judge_at_least, job.as_of, self.back)

    def back(self, from_us: int) -> int | None:
        return history_start(self.job.kept.model, from_us, self.rows)

    def stands_still(self) -> bool:
        """Whether a warm start has no row to continue its champion by, and nothing else to begin anew for."""
        job, champion = self.job, self.job.champion
        if champion is None or job.kept.model.strategy != "warm_start":
            return False
        if news(champion, self.learnable).any():
            return False
        before = self.before()
        return before is None or next(warm.why_another(job.kept, before, self.code()), None) is None

    def fit(
        self,
        rows: Rows,
        start: int | None,
        since: int,
        report: Report,
        judged: tuple[Fit, Rows] | None = None,
    ) -> "Timed":
        """Fit by the strategy on rows from `start` on, half-lives counted back from `since`.

        `judged`: at a refit, what was fitted first and the rows that judged it.
        """
        if (adopted := self.job.adopted) is not None:
            return Timed(Fit(adopted.fitted, adopted.fitted, rows, {}), 0.0, start)
        if not len(rows):
            raise RunFailed(
                f"No labelled row lies within the history ({self.job.kept.model.history}) before "
                f"{told(self.job.as_of)}; the newest is of {told(int(self.learnable.time[-1]))}.",
                'Learn from a longer history, or write as_of = "data" if the source lags behind.',
            )
        kept, begun = self.job.kept, self.tools.timer()
        learn = partial(self.learn, report=report)
        given = Ingredients(kept, _of(kept, rows), since, self.before(), learn, self.code, judged)
        made = strategies.make(given)
        seconds = self.tools.timer() - begun
        odd, why = oddities(made.learnt, kept.features), str(made.lineage.get("why", ""))
        size = f"{len(made.learnt):,} rows × {len(kept.features)} columns, {kept.model.learner}"
        report.fact("; ".join(words for words in (size, why, odd) if words))
        return Timed(made, seconds, start)

    def code(self) -> Mapping[str, object]:
        """Of what is fitted now; of a script, once it ran."""
        model = self.job.kept.model
        return self.made().code if model.script is not None else made_of(model, None).code

    def fit_all(self, report: Report, judged: tuple[Fit, Rows] | None = None) -> "Timed":
        """Fit on everything learnable up to as of, as far back as the history goes."""
        start = self.back(self.job.as_of)
        return self.fit(self.learnable.between(start, None), start, self.job.as_of, report, judged)

    def learn(self, rows: Rows, since: int, report: Report) -> Fitted:
        """One fit from scratch: what the recipe, or the person's own script, makes of rows."""
        job, seed, previous = self.job, used_seed(self.job.kept.model), self.job.champion
        if job.kept.model.script is None or self.tools.trainer is None:
            fitted = fit(job.kept, rows, seed, since)
            recipe = job.kept.model.recipe
            return accept_predictions(fitted, job.kept, rows, recipe) if is_own(recipe) else fitted
        return self.tools.trainer.train(job.kept, rows, seed, previous.saved if previous else None, report)

    def before(self) -> Before | None:
        """The champion with its estimator, where the strategy goes on from it."""
        champion = self.job.champion
        if champion is None or not strategies.goes_on(self.job.kept):
            return None
        making = self.tools.making(champion.number)
        leave_out = making.model.leave_out if making else ()
        return Before(champion, self.tools.artifacts.load(champion.saved), leave_out)

    def beside_scratch(
        self, made: Fit, rows: Rows, since: int, judged: Rows, report: Report
    ) -> dict[str, Scores]:
        """What a fit from scratch on the same rows scores, where the strategy makes something else."""
        if not made.lineage or (made.lineage["full"] and made.single is made.fitted):
            return {}
        alone = made.single if made.lineage["full"] else self.learn(rows, since, report)
        return {"scratch": self.score(alone, judged)}

    def freeze(self, last: "Timed", report: Report) -> Snapshot:
        """The rows that were learnt, kept; none where nobody knows them."""
        if self.job.adopted is not None:
            return adopting.NO_ROWS
        report.step("freeze")
        found = self.tools.snapshots.freeze(
            self.job.kept, self.learnable, self.job.as_of, last.start, self.files
        )
        report.fact(f"{found.rows:,} rows in {count(len(found.chunks), 'piece')}")
        return found

    def made(self) -> Made:
        """What made the version."""
        if self.job.adopted is not None:
            return self.job.adopted.made
        model, trainer = self.job.kept.model, self.tools.trainer
        return trainer.made(model) if trainer is not None else made_of(model, None)

    def probe(self, last: "Timed") -> Probe | None:
        """What it says of a few rows of its snapshot; None where nobody knows its rows."""
        if self.job.adopted is not None:
            return None
        return probe(last.made.fitted, self.job.kept, self.learnable.between(last.start, None))

    def making(self, probed: Probe | None, artifact: Artifact) -> Making | None:
        """What the version can be made of again; None where nobody knows."""
        if probed is None:
            return None
        return Making.of(self.job.kept, threads(), self.tools.probes.save(artifact.file, probed))

    def score(self, fitted: Fitted, judged: Rows) -> Scores:
        kept = self.job.kept
        said = predict(fitted, kept, judged, None)
        return score(kept.model.task, labels(judged, kept.model), said, scored_class(kept))

    def pair(self, fitted: Fitted, judged: Rows) -> Paired:
        """What a challenger and the champion say of the judged rows."""
        kept, champion, theirs = self.job.kept, self.job.champion, None
        if champion is not None:
            theirs = predict(self.tools.artifacts.load(champion.saved), kept, judged, champion.number)
        ours = predict(fitted, kept, judged, None)
        return Paired(judged, labels(judged, kept.model), ours, theirs, scored_class(kept))


@dataclass(frozen=True)
class Timed:
    """A fit, the seconds that it took, and where its history began."""

    made: Fit
    seconds: float
    start: int | None


def _of(kept: Kept, rows: Rows) -> Rows:
    """The model's own columns of rows."""
    there = set(rows.table.column_names)
    return replace(rows, table=rows.table.select([name for name in kept.columns if name in there]))


def told(us: int) -> str | None:
    """A moment (microseconds) as words and JSON have it."""
    return iso(moment(us))
