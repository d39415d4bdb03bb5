"""Views: what a page is shown, by one query a page.

They read points and rows of tables, never rows of data.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from statistics import median
from typing import Any

from core.defining.plain import from_plain
from core.domain.clock import micros, moment
from core.domain.errors import NotThere
from core.domain.models import Model
from core.domain.read_models import (
    AlertLine,
    Champion,
    DriftPage,
    HealthLine,
    HealthPage,
    PerformancePage,
    RunLine,
    RunPage,
    ScheduleLine,
    Standing,
    VersionDetail,
    VersionMark,
    VersionPage,
    VersionsPage,
)
from core.domain.rhythm import Rhythm
from core.domain.runs import Run, Step
from core.domain.schedules import Entry
from core.domain.windows import Window
from core.monitoring.health import Signs, judge, overdue
from core.monitoring.rhythm import waits
from core.scheduling.ledger import next_fire, to_come
from core.scheduling.words import in_words
from storage import view_queries as sql
from storage.alerts import alert_of
from storage.asides_view import ASIDE_COLUMNS, bought_now, told
from storage.columns import Row, from_json, when
from storage.database import Home
from storage.drift_view import DRIFT_COLUMNS, drift_line, drift_page
from storage.health_view import health_page, oldest_due
from storage.runs import EXPERIMENT, run_of
from storage.schedules import schedule_of
from storage.version_view import (
    DETAILS,
    NOTES,
    PROOFS,
    REBUILDING,
    VERSION_COLUMNS,
    details_of,
    notes_of,
    proofs_of,
    version_page,
)
from storage.versions import promotion_of, version_of
from storage.windows import window_of

EARLIER = 8
AHEAD = 400
"""The most due times to come that a time line draws for one schedule."""


@dataclass(frozen=True)
class Views:
    """Every view over one home. `now` is an aware datetime; nothing here asks a clock."""

    home: Home

    def overview(self, now: datetime) -> list[Standing]:
        """How every model stands, by name."""
        return [_standing(row, now) for row in self._query(sql.standings())]

    def performance(self, name: str, now: datetime) -> PerformancePage:
        """NotThere if no such model is kept."""
        row = self._of_model(name, sql.ALL_WINDOWS, sql.VERSION_MARKS, sql.ALL_PROMOTIONS)
        marks = [
            VersionMark(
                mark["number"],
                mark["state"],
                mark["trigger"],
                moment(mark["train_to"]),
                when(mark["live_from"]),
            )
            for mark in from_json(row["version_marks"])
        ]
        windows = [_window_from(values) for values in from_json(row["all_windows"])]
        return PerformancePage(
            _standing(row, now),
            windows,
            marks,
            [promotion_of(values) for values in from_json(row["all_promotions"])],
        )

    def drift(self, name: str, now: datetime) -> DriftPage:
        """NotThere if no such model is kept."""
        row = self._of_model(name, *DRIFT_COLUMNS)
        return drift_page(_standing(row, now), row)

    def versions(self, name: str, now: datetime) -> VersionsPage:
        """NotThere if no such model is kept."""
        parts = (sql.ALL_VERSIONS, sql.ALL_PROMOTIONS, NOTES, PROOFS, REBUILDING, *ASIDE_COLUMNS)
        row = self._of_model(name, *parts)
        standing = _standing(row, now)
        promotions = [promotion_of(values) for values in from_json(row["all_promotions"])]
        return VersionsPage(
            standing,
            [version_of(values) for values in from_json(row["all_versions"])],
            promotions,
            notes_of(from_json(row["notes"])),
            proofs_of(from_json(row["proofs"])),
            from_json(row["rebuilding"]),
            *told(standing.model, promotions, row),
        )

    def version(self, name: str, number: int, now: datetime) -> VersionPage:
        """One version; NotThere if there is no such model or version."""
        row = self._of_model(name, *VERSION_COLUMNS, number=number)
        if row["this_version"] is None:
            raise NotThere(f"{name} has no version {number}.", "The Versions page lists those there are.")
        return version_page(_standing(row, now), row)

    def details(self, name: str, numbers: Sequence[int]) -> dict[int, VersionDetail]:
        """What is kept of versions beside their rows, by number; of those that are there."""
        rows = self._query(DETAILS, name=name, numbers=json.dumps(list(numbers)))
        return {row["number"]: details_of(row) for row in rows}

    def standing(self, name: str, now: datetime) -> Standing:
        """How one model stands; NotThere if no such model is kept."""
        return _standing(self._of_model(name), now)

    def experiments(self) -> list[str]:
        """The names of experiments that models or versions bear."""
        return [row["name"] for row in self._query(sql.EXPERIMENTS)]

    def runs(
        self,
        since: datetime,
        states: Sequence[str] | None = None,
        limit: int = 500,
        experiment: str | None = None,
    ) -> list[RunLine]:
        """Runs that were open at some time since a moment, newest first; of the given states, or all; of an
        experiment, or all.
        """
        where = "(r.ended is null or r.ended >= :since) and (:states is null or"
        of_experiment = f"(:experiment is null or {EXPERIMENT} = :experiment)"
        rows = self._query(
            f"{sql.RUN_LINES} where {of_experiment} and {where}"
            " r.state in (select value from json_each(:states)))"
            " order by coalesce(r.started, r.queued) desc, r.id desc limit :limit",
            since=micros(since),
            limit=limit,
            states=sql.json_list(states),
            experiment=experiment,
        )
        return [_run_line(row) for row in rows]

    def run(self, id: int) -> RunPage:
        """One run with its steps and the earlier ones of its model; NotThere if there is no such run."""
        rows = list(self._query(sql.RUN_AND_EARLIER, id=id))
        if not rows or rows[0]["id"] != id:
            raise NotThere(f"There is no run {id}.", "The Runs page lists them.")
        lines = [_run_line(row) for row in rows]
        steps = [
            Step(step["name"], moment(step["started"]), when(step["ended"]), step["facts"])
            for step in from_json(rows[0]["steps"])
        ]
        return RunPage(lines[0], steps, _usual(lines[1:]), lines[1 : 1 + EARLIER])

    def schedules(self, now: datetime, back: timedelta, ahead: timedelta) -> list[ScheduleLine]:
        """Every schedule, with its ledger from `now - back` on and its due times until `now + ahead`."""
        rows = self._query(sql.SCHEDULES, since=micros(now - back))
        return [_schedule_line(row, now, now + ahead) for row in rows]

    def alerts(self, now: datetime, resolved: int = 100) -> list[AlertLine]:
        """Every alert that is not resolved, and the last ones that are, as they stand; the newest first."""
        rows = self._query(sql.ALERTS, resolved=resolved)
        return [AlertLine(alert_of(row).at(now), from_plain(from_json(row["definition"]))) for row in rows]

    def health_line(self) -> HealthLine:
        row = next(self._query(sql.HEALTH_LINE))
        return HealthLine(
            from_json(row["models"]), row["running"], row["waiting"], when(row["beat"]), row["alerts"]
        )

    def health(self, now: datetime) -> HealthPage:
        """How the home does; what ended badly in the last week."""
        row = next(self._query(sql.HEALTH, since=micros(now - timedelta(days=7))))
        opened, bad = ([_run_line(line) for line in from_json(row[name])] for name in ("open", "bad"))
        return health_page(row, opened, bad, now)

    def stamp(self, name: str | None = None) -> str:
        """Something that differs once a page could show something else, of one model or of all.

        Progress within a step is left aside.
        """
        return str(next(self._query(sql.STAMP, name=name))["stamp"])

    def _of_model(self, name: str, *columns: str, **values: object) -> Row:
        row = next(self._query(sql.standings(*columns, one=True), name=name, **values), None)
        if row is None:
            raise NotThere(f"There is no model {name!r}.", "The overview lists those that there are.")
        return row

    def _query(self, query: str, **values: object) -> Iterator[Row]:
        with self.home.reading() as stores:
            return iter(list(stores.database.query(query, values)))


def _standing(row: Row, now: datetime) -> Standing:
    model = from_plain(from_json(row["definition"]))
    schedules = [schedule_of(values).woken(now) for values in from_json(row["schedules"])]
    promotions = [promotion_of(values) for values in from_json(row["promotions"])]  # the newest first
    recent = [_window_from(values) for values in reversed(from_json(row["recent"]))]
    champion = _champion(row["champion"])
    last = [_run_from(values) for values in from_json(row["last_runs"])]
    due = oldest_due(schedules)
    drift = drift_line(from_json(row["last_drift"])) if row["last_drift"] else None
    signs = Signs(
        model,
        champion.number if champion else None,
        recent,
        last,
        due if overdue(due, now) else None,
        schedules,
        row["closed"],
        waits=waits(model, Rhythm.of(from_json(row["rhythm"])) if row["rhythm"] else Rhythm(), now),
        drift=drift,
        awaiting=row["awaiting"],
        bought=bought_now(model, promotions[::-1], row),
    )
    labelled, rows = from_json(row["labels"])
    return Standing(
        id=row["id"],
        model=model,
        health=judge(signs),
        champion=champion,
        recent=recent,
        promoted=_promoted(model, champion, row["first_lived"]),
        promotions=promotions,
        labels=(labelled or 0, rows or 0),
        schedules=schedules,
        next_due=min((due for schedule in schedules if (due := next_fire(schedule, now))), default=None),
        last=_line_of(row, "last_line", model),
        open=_line_of(row, "open_line", model),
        drift=drift,
        awaiting=row["awaiting"],
    )


def _promoted(model: Model, champion: Champion | None, first_lived: str | None) -> float | None:
    if champion is None:
        return None
    judged = champion.scores.get(model.metric)
    lived: dict[str, float | None] = from_json(first_lived) if first_lived else {}
    return judged if judged is not None else lived.get(model.metric)


def _champion(text: str | None) -> Champion | None:
    if text is None:
        return None
    values = from_json(text)
    return Champion(
        values["number"], moment(values["created"]), when(values["live_from"]), from_json(values["scores"])
    )


def _schedule_line(row: Row, now: datetime, until: datetime) -> ScheduleLine:
    schedule = schedule_of(row).woken(now)
    ahead = list(islice(to_come(schedule, now, until), AHEAD))
    entries = [_entry(values, row) for values in from_json(row["entries"])]
    return ScheduleLine(
        schedule, row["model"], in_words(schedule.rule), entries, ahead, next_fire(schedule, now)
    )


def _entry(values: Row, row: Row) -> tuple[Entry, RunLine | None]:
    entry = Entry(
        row["id"],
        row["model_id"],
        moment(values["due"]),
        values["outcome"],
        moment(values["at"]),
        values["run_id"],
        values["reason"],
    )
    run = values["run"]
    return entry, _run_line({**run, "model": row["model"], "definition": row["definition"]}) if run else None


def _line_of(row: Row, column: str, model: Model) -> RunLine | None:
    values = from_json(row[column]) if row[column] else None
    return _run_line({**values, "model": model.name, "definition": row["definition"]}) if values else None


def _run_line(row: Row) -> RunLine:
    made = from_json(row["made"]) if isinstance(row["made"], str) else row["made"] or {}
    return RunLine(
        _run_from(row),
        row["model"],
        from_json(row["definition"]).get("metric") or "",
        step=row["step"],
        step_number=row["step_number"],
        version_state=made.get("state"),
        version_reason=made.get("reason"),
        scores=_scores(made, "scores"),
        champion_scores=_scores(made, "champion_scores"),
    )


def _scores(made: dict[str, Any], key: str) -> dict[str, float | None] | None:
    return from_json(made[key]) if key in made else None


def _run_from(row: Row) -> Run:
    return run_of({name: row[name] for name in sql.RUN_FIELDS})


def _window_from(values: list[Any]) -> Window:
    return window_of(dict(zip(sql.WINDOW_FIELDS, values, strict=True)))


def _usual(lines: Sequence[RunLine]) -> timedelta | None:
    took = [
        (line.run.ended - line.run.started).total_seconds()
        for line in lines
        if line.run.state == "succeeded" and line.run.started and line.run.ended
    ]
    return timedelta(seconds=median(took)) if took else None
