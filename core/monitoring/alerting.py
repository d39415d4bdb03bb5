"""Alerting: alerts open, are kept up and resolve, in the transaction of what they tell of."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from core.domain.alerts import Alert, Alerts
from core.domain.runs import BAD_ENDS, BESIDE, EXCLUSIVE, Run, Runs
from core.domain.schedules import Schedule
from core.domain.wording import at, capital, in_a_line
from core.monitoring import crossing
from core.monitoring.crossing import Crossing
from core.monitoring.health import overdue
from core.monitoring.triggering import Points

ENDED = {"failed": "failed", "timed_out": "timed out", "lost": "was lost"}
WHAT = {"retrain": "a retraining", "monitor": "a look at the rows", "backfill": "a backfill"}


def of_windows(points: Points) -> dict[str, Crossing | None]:
    """What the windows say, by kind of alert."""
    return {
        "performance": crossing.performance(points.model, points.windows),
        "drift": crossing.drift(points.model, points.windows, points.drifts),
        "promotion": crossing.promotion(points.model, points.bought),
    }


def settle(
    alerts: Alerts, model_id: int, found: Mapping[str, Crossing | None], as_of: datetime, now: datetime
) -> None:
    """Bring the alerts of the kinds in `found` to what was found as of a moment; None: not crossed.

    `now`: the wall clock, by which a mute ends.
    """
    present = {alert.kind: alert for alert in alerts.unresolved(model_id)}
    for kind, crossed in found.items():
        alert = present.get(kind)
        if alert is None and crossed is not None:
            _open(alerts, model_id, kind, crossed, as_of, now)
        elif alert is not None:
            after = _kept_up(alert.at(now), crossed) if crossed else alert.resolve(as_of)
            if after != alert:
                alerts.change(after)


def say_done(alerts: Alerts, model_id: int, kind: str, words: str) -> None:
    """Keep with the alert of a kind, if one is not resolved, what was done about it."""
    for alert in alerts.unresolved(model_id):
        if alert.kind == kind and alert.done != words:
            alerts.change(replace(alert, done=words))


def run_ended(alerts: Alerts, runs: Runs, run: Run, now: datetime) -> None:
    """A run that ended badly opens an alert; the next of its sort to succeed resolves it, or, of a look at
    the rows, one that makes versions: it begins by that.

    One that changes nothing of the model tells who asked for it, and nobody else.
    """
    if run.kind in BESIDE:
        return
    open_ = next((one for one in alerts.unresolved(run.model_id) if one.kind == "run failed"), None)
    if open_ is not None and open_.run_id is not None:
        sort = _sort(runs.get(open_.run_id))
        made_good = sort == "monitor" and run.state == "succeeded" and run.kind in EXCLUSIVE
        if sort != _sort(run) and not made_good:
            return
    if run.state in BAD_ENDS:
        if open_ is not None:
            open_ = replace(open_, run_id=run.id)
            alerts.change(open_)
        settle(alerts, run.model_id, {"run failed": _failed(run)}, now, now)
    elif run.state == "succeeded":
        settle(alerts, run.model_id, {"run failed": None}, now, now)


def run_late(due: datetime | None, schedule: Schedule | None, now: datetime) -> Crossing | None:
    """The alert of a due time (the oldest without its entry) that should have had one for a minute."""
    if due is None or schedule is None or not overdue(due, now):
        return None
    zone = schedule.rule.zone
    words = f"A retraining was due {at(due, zone)} ({zone}) and has not begun."
    return Crossing(words, words)


def _open(
    alerts: Alerts, model_id: int, kind: str, crossed: Crossing, as_of: datetime, now: datetime
) -> None:
    alert = Alert(0, model_id, kind, "open", as_of, crossed.why, crossed.since_windows, run_id=crossed.run_id)
    until = alerts.muted(model_id)
    alerts.open(alert.mute(until) if until is not None and until > now else alert)


def _kept_up(alert: Alert, crossed: Crossing) -> Alert:
    return replace(alert, why=crossed.why, since_windows=crossed.since_windows)


def _failed(run: Run) -> Crossing:
    said = in_a_line(run.error) or in_a_line(run.reason)
    words = f"Run {run.id}, {WHAT.get(run.kind, run.kind)}, {ENDED[run.state]}"
    why = f"{words}: {capital(said)}".rstrip(".") + "." if said else f"{words}."
    return Crossing(words, why, run_id=run.id)


def _sort(run: Run) -> str:
    """Runs that make versions answer for each other, others for their own kind."""
    return "version" if run.kind in EXCLUSIVE else run.kind
