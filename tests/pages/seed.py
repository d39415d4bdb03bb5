"""Fills a home with models in every state, through the stores alone."""

import math
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from core.domain.clock import micros
from core.domain.learning import Snapshot
from core.domain.models import Kept, Model
from core.domain.runs import Asked, Run
from core.domain.schedules import Entry, Rule
from core.domain.sources import Schema, SourceSpec, Survey
from core.domain.spans import Span
from core.domain.versions import Version
from core.domain.windows import Window
from storage.database import Home
from storage.stores import Stores
from tests.pages.seed_drift import tell_drift
from tests.pages.seed_versions import tell_judgement, with_verdict

WEEK = timedelta(weeks=1)
ARTIFACT = sha256(b"estimator").hexdigest()


@dataclass(frozen=True)
class Story:
    """How a model has done: `drift` is added to its error each week; `labelled` None: no labels come."""

    name: str
    task: str = "regression"
    metric: str = "rmse"
    base: float = 9.0
    drift: float = 0.0
    limit: float | None = 14.0
    guess: float = 20.0
    weeks: int = 60
    every: int = 3  # weeks between retrainings; 0: never after the first
    labels: bool = True
    last: str = "succeeded"
    cron: str | None = "0 3 * * 1"
    paused: str | None = None
    running: bool = False
    columns: int = 8  # whose drift is known; 0: none
    moves: float = 0.0  # how far they move; 0: as usual


STORIES = (
    Story("air-time", base=9.4),
    Story("air-time-frozen", base=8.8, drift=0.13, every=0, moves=0.6),
    Story("hotel-cancellations", "binary", "accuracy", 0.80, -0.0015, 0.72, 0.765, every=4, moves=1.0),
    Story("parcel-delay", "multiclass", "f1", 0.69, limit=0.6, guess=0.4, last="failed", cron="0 9 * * 2"),
    Story("energy-load", "regression", "mae", 41.2, limit=50, guess=80, running=True, cron="40 9 * * *"),
    Story("churn-weekly", "binary", "roc_auc", 0.8, labels=False, weeks=14, every=0, limit=None),
    Story(
        "price-elasticity", base=118.0, limit=None, guess=160.0, paused="The data end here.", last="timed_out"
    ),
    Story("brand-new", weeks=0, cron=None),
)


def seed(home: Home, now: datetime, stories: tuple[Story, ...] = STORIES) -> None:
    """Every story as a model of its own; weeks end at `now`."""
    with home.transaction() as stores:
        for story in stories:
            _tell(stores, story, now)
            home.path("artifacts", f"{stores.models.get(story.name).id}.skops").write_bytes(b"estimator")
        if stories:
            stores.leases.take("this one", now)


def model_of(story: Story) -> Model:
    return Model(
        story.name,
        story.task,
        "y",
        "t",
        Span(7, "days"),
        SourceSpec("rows.parquet"),
        "/rows",
        metric=story.metric,
        limit=story.limit,
        features=("a", "b", "c"),
        zone="Europe/Berlin",
    )


def _tell(stores: Stores, story: Story, now: datetime) -> None:
    start = now - story.weeks * WEEK - timedelta(days=1)
    survey = Survey(
        Schema({"t": "timestamp[us]", "y": "double", "a": "double", "b": "double", "c": "string"}),
        1000 * story.weeks,
        micros(start),
        micros(now),
        0,
    )
    kept = stores.models.add(model_of(story), survey, micros(start), start, None)
    if story.weeks:
        _live(stores, kept, story, start, now)
    if story.cron:
        _schedule(stores, kept, story, now)
    if story.running:
        _running(stores, kept, now)


def _live(stores: Stores, kept: Kept, story: Story, start: datetime, now: datetime) -> None:
    chance = random.Random(story.name)
    snapshot = Snapshot("7f3a0c29e", micros(start), 1000, ())
    stores.snapshots.add(kept.id, snapshot)
    live: int | None = None
    windows = []
    for week in range(story.weeks):
        begin = start + week * WEEK
        if week == 12 or (week > 12 and story.every and (week - 12) % story.every == 0):
            live = _retrain(stores, kept, story, begin, now, chance, live)
        windows.append(_window(story, week, begin, live, chance))
    windows.append(
        replace(
            _window(story, story.weeks, start + story.weeks * WEEK, live, chance),
            closed=False,
            complete=False,
            scored=False,
            metrics={},
            baseline={},
        )
    )
    stores.windows.save(kept.id, windows)
    if story.columns:
        tell_drift(stores, kept.id, story.name, windows, story.columns, story.moves)
    if story.last != "succeeded":
        _end(stores, kept, story.last, now - timedelta(minutes=42))


def _window(story: Story, week: int, begin: datetime, live: int | None, chance: random.Random) -> Window:
    labelled = 1000 if story.labels else 0
    scored = live is not None and story.labels
    value = _value(story, week, chance)
    return Window(
        week,
        begin,
        begin + WEEK,
        1000,
        labelled,
        True,
        True,
        live,
        scored,
        {story.metric: value, "r2": 0.4} if scored else {},
        {"mean" if story.task == "regression" else "majority": {story.metric: story.guess}} if scored else {},
        "digest",
    )


def _value(story: Story, week: int, chance: random.Random) -> float:
    swing = 0.06 * story.base * (math.sin(week / 3) + chance.uniform(-0.7, 0.7))
    return round(story.base + max(0, week - 12) * story.drift + swing, 4)


def _retrain(
    stores: Stores,
    kept: Kept,
    story: Story,
    at: datetime,
    now: datetime,
    chance: random.Random,
    live: int | None,
) -> int:
    """A run that makes a version; the number of the one that is live after it."""
    run = _start(stores, kept, at, "schedule" if live else "backfill", now)
    new, old = _value(story, 12, chance), _value(story, 12, chance)
    rising = story.metric in ("rmse", "mae")
    better = live is None or (new < old if rising else new > old)
    made = Version(
        kept.id,
        0,
        "candidate" if better else "rejected",
        at,
        run.id,
        run.trigger,
        at - 12 * WEEK,
        at,
        12_000,
        {story.metric: new, "r2": 0.41} if live else {},
        {story.metric: old, "r2": 0.39} if live else {},
        {"rows": 1000, "from": (at - WEEK).isoformat(), "to": at.isoformat()} if live else {},
        "better on the judged rows" if better else "worse on the judged rows",
        live,
        "7f3a0c29e",
        "hist_gradient_boosting",
        {"max_iter": 60},
        {"evermodel": "0.1.0"},
        {"scikit-learn": "1.9.1"},
        0,
        0.7,
        f"{kept.id}.skops",
        ARTIFACT,
        ("a", "b", "c"),
    )
    version = stores.versions.add(with_verdict(made, story.metric, rising))
    if live:
        tell_judgement(stores, version, story.metric, story.task)
    if better:
        stores.versions.promote(kept.id, version.number, at, at, by="gate", why=version.reason)
    stores.runs.end(
        run.id, "t", "succeeded", at + timedelta(seconds=66), version=version.number, reason=version.reason
    )
    return version.number if better or live is None else live


def _start(stores: Stores, kept: Kept, at: datetime, trigger: str, now: datetime) -> Run:
    run, _ = stores.runs.queue(Asked(kept.id, "retrain", trigger), at)
    stores.runs.claim(run.id, "t", 1, 0.0, at)
    for name, facts in (("read", "12,000 rows"), ("fit", "60 rounds")):
        stores.runs.step(run.id, "t", name, min(now, at + timedelta(seconds=1)))
        stores.runs.fact(run.id, "t", facts)
    return run


def _end(stores: Stores, kept: Kept, state: str, at: datetime) -> None:
    run = _start(stores, kept, at, "schedule", at)
    error = "The source returned no rows for 16–22 Nov. Look at rows.parquet." if state == "failed" else None
    stores.runs.end(run.id, "t", state, at + timedelta(minutes=2), error=error)


def _running(stores: Stores, kept: Kept, now: datetime) -> None:
    run = _start(stores, kept, now - timedelta(seconds=130), "manual", now)
    stores.runs.beat(run.id, "t", now, 0.6, "round 36 of 60")


def _schedule(stores: Stores, kept: Kept, story: Story, now: datetime) -> None:
    rule = Rule(cron=story.cron, zone="Europe/Berlin")
    schedule = stores.schedules.add(kept.id, rule, now - 3 * WEEK)
    stores.schedules.handle(schedule, now)
    runs = [run for run in stores.runs.latest(kept.id) if run.started and run.started > now - 2 * WEEK]
    stores.ledger.enter(
        [
            Entry(schedule.id, kept.id, run.started, "fired", run.started, run.id)
            for run in runs
            if run.started
        ]
    )
    stores.ledger.enter(
        [
            Entry(
                schedule.id,
                kept.id,
                now - timedelta(days=5, hours=3),
                "skipped",
                now - timedelta(days=5),
                None,
                "nobody was ticking",
            )
        ]
    )
    if story.paused:
        stores.schedules.pause(schedule, now, story.paused)
