"""Every view over one home: one query a page, over points and rows of tables, never rows of data."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.clock import micros
from core.domain.errors import NotThere
from core.domain.views.alerts import AlertLine
from core.domain.views.drift import DriftPage
from core.domain.views.health import HealthLine, HealthPage
from core.domain.views.performance import PerformancePage
from core.domain.views.run import RunPage
from core.domain.views.runs import RunLine
from core.domain.views.schedules import ScheduleLine
from core.domain.views.standing import Standing
from core.domain.views.version import VersionDetail, VersionPage
from core.domain.views.versions import VersionsPage
from storage.columns import Row
from storage.database import Home
from storage.views.alerts import ALERTS, alert_line
from storage.views.drift import DRIFT_COLUMNS, drift_page
from storage.views.health import HEALTH, HEALTH_LINE, health_line, health_page
from storage.views.performance import PERFORMANCE_COLUMNS, performance_page
from storage.views.run import RUN_AND_EARLIER, run_page
from storage.views.runs import EXPERIMENTS, RUNS, run_line, run_values
from storage.views.schedules import SCHEDULES, schedule_line
from storage.views.stamp import STAMP
from storage.views.standing import standing_of, standings
from storage.views.version import DETAILS, VERSION_COLUMNS, details_of, version_page
from storage.views.versions import VERSIONS_COLUMNS, versions_page


@dataclass(frozen=True)
class Views:
    """`now` is an aware datetime; nothing here asks a clock."""

    home: Home

    def overview(self, now: datetime) -> list[Standing]:
        """How every model stands, by name."""
        return [standing_of(row, now) for row in self._query(standings())]

    def standing(self, name: str, now: datetime) -> Standing:
        """How one model stands; NotThere if no such model is kept."""
        return standing_of(self._of_model(name), now)

    def performance(self, name: str, now: datetime) -> PerformancePage:
        """NotThere if no such model is kept."""
        row = self._of_model(name, *PERFORMANCE_COLUMNS)
        return performance_page(standing_of(row, now), row)

    def drift(self, name: str, now: datetime) -> DriftPage:
        """NotThere if no such model is kept."""
        row = self._of_model(name, *DRIFT_COLUMNS)
        return drift_page(standing_of(row, now), row)

    def versions(self, name: str, now: datetime) -> VersionsPage:
        """NotThere if no such model is kept."""
        row = self._of_model(name, *VERSIONS_COLUMNS)
        return versions_page(standing_of(row, now), row)

    def version(self, name: str, number: int, now: datetime) -> VersionPage:
        """One version; NotThere if there is no such model or version."""
        row = self._of_model(name, *VERSION_COLUMNS, number=number)
        if row["this_version"] is None:
            raise NotThere(f"{name} has no version {number}.", "The Versions page lists those there are.")
        return version_page(standing_of(row, now), row, self.home)

    def details(self, name: str, numbers: Sequence[int]) -> dict[int, VersionDetail]:
        """What is kept of versions beside their rows, by number; of those that are there."""
        rows = self._query(DETAILS, name=name, numbers=json.dumps(list(numbers)))
        return {row["number"]: details_of(row) for row in rows}

    def experiments(self) -> list[str]:
        """The names of experiments that models or versions bear."""
        return [row["name"] for row in self._query(EXPERIMENTS)]

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
        return [run_line(row) for row in self._query(RUNS, **run_values(since, states, limit, experiment))]

    def run(self, id: int) -> RunPage:
        """One run with its steps and the earlier ones of its model; NotThere if there is no such run."""
        rows = list(self._query(RUN_AND_EARLIER, id=id))
        if not rows or rows[0]["id"] != id:
            raise NotThere(f"There is no run {id}.", "The Runs page lists them.")
        return run_page(rows)

    def schedules(self, now: datetime, back: timedelta, ahead: timedelta) -> list[ScheduleLine]:
        """Every schedule, with its ledger from `now - back` on and its due times until `now + ahead`."""
        rows = self._query(SCHEDULES, since=micros(now - back))
        return [schedule_line(row, now, now + ahead) for row in rows]

    def alerts(self, now: datetime, resolved: int = 100) -> list[AlertLine]:
        """Every alert that is not resolved, and the last ones that are, as they stand; the newest first."""
        return [alert_line(row, now) for row in self._query(ALERTS, resolved=resolved)]

    def health_line(self) -> HealthLine:
        return health_line(next(self._query(HEALTH_LINE)))

    def health(self, now: datetime) -> HealthPage:
        """How the home does; what ended badly in the last week."""
        return health_page(next(self._query(HEALTH, since=micros(now - timedelta(days=7)))), now)

    def stamp(self, name: str | None = None) -> str:
        """Something that differs once a page could show something else, of one model or of all.

        Progress within a step is left aside.
        """
        return str(next(self._query(STAMP, name=name))["stamp"])

    def _of_model(self, name: str, *columns: str, **values: object) -> Row:
        row = next(self._query(standings(*columns, one=True), name=name, **values), None)
        if row is None:
            with self.home.reading() as stores:
                raise stores.models.no_such(name)
        return row

    def _query(self, query: str, **values: object) -> Iterator[Row]:
        with self.home.reading() as stores:
            return iter(list(stores.database.query(query, values)))
