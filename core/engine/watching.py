"""Watching: what follows from windows that were put right, kept in the same transaction: alerts open or
resolve, and a trigger may start a retraining.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from core.domain.clock import moment
from core.domain.home import Stores
from core.domain.limits import NO_LIMITS, Limits
from core.domain.models import Kept
from core.domain.runs import EXCLUSIVE, Asked, Run
from core.domain.triggers import BY_WINDOWS, Start
from core.domain.versions import Version
from core.domain.windows import Window
from core.engine import asides
from core.engine.lateness import waiting
from core.monitoring import alerting, buying
from core.monitoring.known import Known
from core.monitoring.triggering import Arrivals, Decision, Points, decide


def put_right(t: Stores, run: Run, kept: Kept, known: Known, windows: Sequence[Window], now: datetime) -> str:
    """After every window was put right: settle alerts, and in a monitoring ask the triggers.

    A look at an earlier moment tells nothing of the present, and a backfill tells its history window by
    window. In words what a trigger made of it.
    """
    if run.kind == "backfill" or (run.kind == "monitor" and run.as_of is not None):
        return ""
    as_of = moment(known.as_of)
    points = points_of(t, kept, known, windows)
    settle(t, kept, points, as_of, now)
    alerting.settle(t.alerts, kept.id, waiting(t, kept, now), now, now)
    return (start(t, kept, points, as_of, now) or "") if run.kind == "monitor" else ""


def settle_stored(t: Stores, kept: Kept, known: Known, now: datetime) -> None:
    """Settle alerts by the windows as they are stored."""
    settle(t, kept, points_of(t, kept, known, t.windows.all(kept.id)), moment(known.as_of), now)


def retrained(t: Stores, run: Run, version: Version | None) -> None:
    """Say with the alert that a trigger answered what its run made."""
    kind = next((kind for kind in BY_WINDOWS if kind == run.options.get("by")), None)
    if kind is not None:
        alerting.say_done(t.alerts, run.model_id, kind, made(run.id, version))


def made(run_id: int, version: Version | None) -> str:
    """What a retraining that a trigger started has made, in words."""
    if version is None:
        return f"Run {run_id} made no version."
    live = "it serves" if version.live_from is not None else f"{version.state}"
    return f"Run {run_id} made v{version.number}: {live}."


def started(t: Stores, run: Run, kept: Kept, by: Decision, as_of: datetime, version: Version | None) -> None:
    """Keep that a trigger started a retraining within a backfill."""
    t.starts.add(Start(kept.id, by.trigger.word, as_of, by.window, by.why, run.id))
    _say(t, kept, by, made(run.id, version))


def backfills(stores: Stores, versions: Collection[Version]) -> set[int]:
    """Those runs that made versions and were backfills."""
    runs = {version.run_id for version in versions}
    return {id for id in runs if stores.runs.get(id).kind == "backfill"}


def points_of(t: Stores, kept: Kept, known: Known, windows: Sequence[Window]) -> Points:
    """What triggers and alerts go by, as known at `known.as_of`."""
    as_of = moment(known.as_of)
    return Points(
        kept.model,
        t.versions.live_at(kept.id, as_of),
        windows,
        Arrivals(known.time, known.known, known.as_of),
        {one.index: one for one in t.drifts.all(kept.id)},
        t.starts.last(kept.id, as_of),
        buying.present(asides.points_of(t, kept, windows, as_of)),
    )


def settle(t: Stores, kept: Kept, points: Points, as_of: datetime, now: datetime) -> None:
    """The alerts that windows tell of."""
    alerting.settle(t.alerts, kept.id, alerting.of_windows(points), as_of, now)


def start(t: Stores, kept: Kept, points: Points, as_of: datetime, now: datetime) -> str | None:
    """Queue a retraining where a trigger says so; in words what came of it, None where no rule is crossed."""
    decisions = decide(kept.model.triggers, points, as_of)
    if not decisions:
        return None
    busy = _in_the_way(t.runs.open(), kept.id)
    chosen = next((one for one in decisions if one.held is None), None)
    for one in decisions:
        if one is not chosen or busy:
            _say(t, kept, one, f"No retraining: {one.held or busy or _other(chosen)}.")
    if chosen is None or busy:
        return "; ".join(f"{one.why}, no retraining: {one.held or busy}" for one in decisions)
    asked = Asked(
        kept.id,
        "retrain",
        chosen.trigger.word,
        options={"why": chosen.why, "by": chosen.trigger.when},
        limits=_limits(t, kept),
    )
    run, _ = t.runs.queue(asked, now)
    t.starts.add(Start(kept.id, chosen.trigger.word, as_of, chosen.window, chosen.why, run.id))
    _say(t, kept, chosen, f"Run {run.id} retrains it.")
    return f"{chosen.why}: run {run.id} retrains it"


def _say(t: Stores, kept: Kept, decision: Decision, words: str) -> None:
    alerting.say_done(t.alerts, kept.id, decision.trigger.when, words)


def _other(chosen: Decision | None) -> str:
    return f"one was started for another reason, {chosen.why}" if chosen else "none was started"


def _in_the_way(runs: Sequence[Run], model_id: int) -> str | None:
    mine = [run for run in runs if run.model_id == model_id and run.kind in EXCLUSIVE]
    return f"run {mine[0].id} is under way already" if mine else None


def _limits(t: Stores, kept: Kept) -> Limits:
    """Those of the model's first schedule, which say how long its retrainings may take."""
    schedules = t.schedules.of(kept.id)
    return schedules[0].options.limits if schedules else NO_LIMITS
