"""Rows out: what the tables and charts of a page are made of, with whole numbers and times, one row each."""

import json
from collections.abc import Mapping, Sequence

from core.domain.asides import Bought
from core.domain.models import Model
from core.domain.notes import Note
from core.domain.versions import Version, stints
from core.domain.views.alerts import AlertLine
from core.domain.views.performance import PerformancePage
from core.domain.views.run import RunPage
from core.domain.views.runs import RunLine
from core.domain.views.schedules import ScheduleLine
from core.domain.views.standing import Standing
from core.domain.views.versions import VersionsPage
from core.domain.windows import Window
from pages._parts.taking_out import Row

COMPARED = ("train_from", "train_to", "rows", "recipe", "seed", "seconds", "trigger", "reason", "snapshot")
"""What of two versions stands side by side, besides their scores and parameters."""


def overview_rows(standings: Sequence[Standing]) -> list[Row]:
    return [
        {
            **one.plain(),
            "value": one.value,
            "at_promotion": one.promoted,
            "limit": one.model.limit,
            "labelled_rows": one.labels[0],
            "rows": one.labels[1],
            "drift": one.drift.verdict if one.drift else None,
            "champion_since": one.champion.live_from if one.champion else None,
            "last_run": one.last.run.id if one.last else None,
            "last_run_state": one.last.run.state if one.last else None,
        }
        for one in standings
    ]


def window_rows(page: PerformancePage, shown: Sequence[Window]) -> list[Row]:
    return [
        {
            "model": page.standing.model.name,
            "start": window.start,
            "end": window.end,
            "rows": window.rows,
            "labelled": window.labelled,
            "closed": window.closed,
            "complete": window.complete,
            "version": window.version,
            **window.metrics,
            **{
                f"{guess}_{metric}": value
                for guess, metrics in window.baseline.items()
                for metric, value in metrics.items()
            },
        }
        for window in shown
    ]


def version_rows(page: VersionsPage) -> list[Row]:
    return [
        {
            "model": page.standing.model.name,
            "version": version.number,
            "state": version.state,
            "created": version.created,
            "live_from": version.live_from,
            "live_to": version.live_to,
            "trigger": version.trigger,
            "train_from": version.train_from,
            "train_to": version.train_to,
            "rows": version.rows,
            "judged_rows": version.judged.get("rows"),
            "judged_beside": version.parent,
            **version.scores,
            **_prefixed("champion_", version.champion_scores),
            "recipe": version.recipe,
            "parameters": json.dumps(version.parameters),
            "seed": version.seed,
            "seconds": version.seconds,
            "snapshot": version.snapshot,
            "strategy": version.strategy,
            "experiment": version.experiment,
            "verdict": version.verdict.get("answer"),
            **_prefixed(
                "difference_", {name: version.verdict.get(name) for name in ("low", "high", "smallest")}
            ),
            "difference": version.verdict.get("difference"),
            "reason": version.reason,
            **_noted(page.notes.get(version.number)),
        }
        for version in page.versions
    ]


def stint_rows(page: VersionsPage) -> list[Row]:
    return [
        {
            "model": page.standing.model.name,
            "version": one.number,
            "from": one.start,
            "to": one.end,
            "by": one.by,
            "rollback": one.rollback,
            "why": one.why,
            **_bought(page.bought_since.get(one.start)),
        }
        for one in stints(page.promotions)
    ]


def _bought(bought: Bought | None) -> Row:
    """What a promotion bought, over the version before it; empty where there is none."""
    names = ("previous", "windows", "rows", "difference", "low", "high", "answer")
    return {f"bought_{name}": getattr(bought, name, None) for name in names}


def run_rows(lines: Sequence[RunLine]) -> list[Row]:
    return [
        {
            "run": line.run.id,
            "model": line.model,
            "kind": line.run.kind,
            "trigger": line.run.trigger,
            "state": line.run.state,
            "due": line.run.due,
            "queued": line.run.queued,
            "started": line.run.started,
            "ended": line.run.ended,
            "attempt": line.run.attempt,
            "version": line.run.version,
            "version_state": line.version_state,
            "metric": line.metric,
            "score": (line.scores or {}).get(line.metric),
            "champion_score": (line.champion_scores or {}).get(line.metric),
            "reason": line.run.reason,
            "error": line.run.error,
        }
        for line in lines
    ]


def step_rows(page: RunPage) -> list[Row]:
    return [
        {
            "run": page.line.run.id,
            "step": step.name,
            "started": step.started,
            "ended": step.ended,
            "facts": step.facts,
        }
        for step in page.steps
    ]


def ledger_rows(lines: Sequence[ScheduleLine]) -> list[Row]:
    """Every due time that the time line shows: what became of it, or that it is planned."""
    return [row for line in lines for row in (*_entered(line), *_planned(line))]


def _entered(line: ScheduleLine) -> list[Row]:
    return [
        {
            "model": line.model,
            "schedule": line.schedule.name,
            "due": entry.due,
            "outcome": entry.outcome,
            "entered": entry.at,
            "run": entry.run_id,
            "run_state": run.run.state if run else None,
            "reason": entry.reason,
        }
        for entry, run in line.entries
    ]


def _planned(line: ScheduleLine) -> list[Row]:
    return [
        {"model": line.model, "schedule": line.schedule.name, "due": due, "outcome": "planned"}
        for due in line.ahead
    ]


def compared_rows(model: Model, versions: Sequence[Version]) -> list[Row]:
    """Two versions or more, line by line, the newest first.

    Of two, scores are of the same rows where the first was judged beside the second.
    """
    scores = [dict(one.scores) for one in versions]
    if len(versions) == 2 and versions[0].parent == versions[1].number and versions[0].champion_scores:
        scores[1] = dict(versions[0].champion_scores)
    names = [name for name in model.metrics if any(name in one for one in scores)]
    lines: list[tuple[str, list[object]]] = [(name, [one.get(name) for one in scores]) for name in names]
    lines += [(name, [getattr(one, name) for one in versions]) for name in COMPARED]
    parameters = dict.fromkeys(name for one in versions for name in one.parameters)
    lines += [(f"parameter {name}", [one.parameters.get(name) for one in versions]) for name in parameters]
    return [
        {
            "model": model.name,
            "what": what,
            **{f"v{one.number}": value for one, value in zip(versions, values, strict=True)},
        }
        for what, values in lines
    ]


def alert_rows(lines: Sequence[AlertLine]) -> list[Row]:
    return [
        {
            "alert": line.alert.id,
            "model": line.model.name,
            "kind": line.alert.kind,
            "state": line.alert.state,
            "opened": line.alert.opened,
            "resolved": line.alert.resolved,
            "windows": line.alert.since_windows,
            "why": line.alert.why,
            "done": line.alert.done,
            "note": line.alert.note,
        }
        for line in lines
    ]


def _noted(note: Note | None) -> dict[str, object]:
    return {"note": note.text if note else None, "tags": ", ".join(note.tags) if note else None}


def _prefixed(prefix: str, values: Mapping[str, object]) -> dict[str, object]:
    return {prefix + name: value for name, value in values.items()}
