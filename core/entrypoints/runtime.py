"""Runtime: an opened home with the flows wired to it. Pages, commands and the server act through it alone."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from core.defining import flow as defining
from core.defining.flow import Applied, Examined
from core.domain.clock import MICROSECOND, Clock, WallClock, micros, moment
from core.domain.errors import BadInput, NotAllowed
from core.domain.home import Stores
from core.domain.learning import Artifact
from core.domain.models import Kept
from core.domain.runs import Asked, Run, Step
from core.domain.schedules import Entry, Rule, Schedule
from core.domain.versions import Promotion, Version, before_present
from core.domain.windows import Window
from core.engine import processes
from core.engine.queue import Crew, settle_lost
from core.entrypoints.settings import Settings, home_folder, load
from core.monitoring.asof import present as as_of
from core.scheduling import flow as scheduling
from core.scheduling.fire_times import due_times, preview
from core.scheduling.rules import parse_rule
from core.scheduling.words import in_words, remark
from storage.artifacts import ArtifactFiles
from storage.database import Home
from storage.leases import LEASE_LASTS
from storage.rows.opening import open_source
from storage.views import Views

if TYPE_CHECKING:
    from storage.integrity import Check

LATE = timedelta(seconds=30)
PLANNED = 10_000
"""The most due times to come that a ledger lists of one schedule."""

Done = TypeVar("Done")


@dataclass(frozen=True)
class Preview:
    """What a rule would do.

    `present`: the next times as now saved; `changed`: how many of the times differ.
    """

    words: str
    times: list[datetime]
    remark: str | None
    present: list[datetime]
    changed: int


class _Undone(Exception):
    """Rolls a transaction back that only asked what would happen."""


class HomeSources:
    """Implements core.defining.flow.Sources."""

    open = staticmethod(open_source)


class Runtime:
    """Everything that a person or a program can do with a home.

    Errors are core.domain.errors.EvermodelError.
    """

    def __init__(self, home: Home, settings: Settings, clock: Clock | None = None):
        self.home, self.settings = home, settings
        self.clock = clock or WallClock()

    @cached_property
    def views(self) -> Views:
        return Views(self.home)

    @property
    def zone(self) -> str:
        return self.settings.zone

    def now(self) -> datetime:
        return self.clock.now()

    # Models

    def examine(self, files: Sequence[Path]) -> list[Examined]:
        return defining.examine(files, HomeSources())

    def apply(self, files: Sequence[Path]) -> list[Applied]:
        examined = self.examine(files)
        with self.home.transaction() as t:
            return defining.save(t, examined, self.now())

    def would_apply(self, files: Sequence[Path]) -> list[Applied]:
        """What `apply` would do; nothing is saved."""
        examined, done = self.examine(files), list[Applied]()
        with suppress(_Undone), self.home.transaction() as t:
            done += defining.save(t, examined, self.now())
            raise _Undone
        return done

    def kept(self, name: str) -> Kept:
        with self.home.reading() as stores:
            return stores.models.get(name)

    def remove(self, name: str) -> None:
        with self.home.transaction() as t:
            defining.remove(t, t.models.get(name), self.now())

    def let_go(self, kept: Kept) -> None:
        """Delete the files of a removed model; what other models share stays."""
        from storage.letting_go import let_go

        let_go(self.home, kept)

    # Runs

    def retrain(self, name: str, by: str = "page", as_of_: datetime | None = None) -> tuple[Run, bool]:
        """Queue a retraining; (the run, True if one that was queued or running answers for it)."""
        del by  # logins, with a later issue, will say who
        with self.home.transaction() as t:
            kept = t.models.get(name)
            champion = t.versions.champion(kept.id)
            if as_of_ is not None and champion and champion.live_from and as_of_ < champion.live_from:
                raise NotAllowed(
                    f"v{champion.number} is live from {champion.live_from.isoformat()} on, "
                    "later than that as of.",
                    "Give a later --as-of.",
                )
            return t.runs.queue(Asked(kept.id, "retrain", "manual", as_of=as_of_), self.now())

    def backfill(
        self, name: str, every: int = 1, start: datetime | None = None, end: datetime | None = None
    ) -> tuple[Run, bool]:
        options = {
            "every": every,
            "from": micros(start) if start else None,
            "to": micros(end) if end else None,
        }
        return self._queue(name, "backfill", "backfill", options)

    def refuse_backfill(self, name: str, start: datetime | None = None, end: datetime | None = None) -> None:
        """NotAllowed where versions that no backfill made are live in its data time."""
        from core.entrypoints.looking import refuse_backfill

        refuse_backfill(self.home, self.kept(name), start, end, self.now())

    def monitor(self, name: str, as_of_: datetime | None = None) -> tuple[Run, bool]:
        return self._queue(name, "monitor", "manual", {}, as_of_)

    def cancel(self, run_id: int) -> Run:
        with self.home.transaction() as t:
            return t.runs.ask_cancel(run_id, self.now())

    def run(self, run_id: int) -> Run:
        self.settle_lost()
        with self.home.reading() as stores:
            return stores.runs.get(run_id)

    def run_and_steps(self, run_id: int) -> tuple[Run, str, Sequence[Step]]:
        """(The run, its model's name, its steps); NotThere if there is no such run."""
        run = self.run(run_id)
        with self.home.reading() as stores:
            return run, stores.models.by_id(run.model_id).model.name, stores.runs.steps(run_id)

    def runs(self, name: str | None = None, limit: int = 100) -> list[tuple[Run, str, Sequence[Step]]]:
        """The newest runs, of a model or of all, each as `run_and_steps`."""
        self.settle_lost()
        with self.home.reading() as stores:
            found = stores.runs.latest(stores.models.get(name).id if name is not None else None, limit)
            return [
                (run, stores.models.by_id(run.model_id).model.name, stores.runs.steps(run.id))
                for run in found
            ]

    def log(self, run_id: int) -> str:
        """What the run's process printed so far."""
        self.run(run_id)
        try:
            return processes.log_path(self.home.folder, run_id).read_text("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def settle_lost(self) -> None:
        with self.home.reading() as stores:
            runs = stores.runs.open()
        settle_lost(self.home, self.clock, runs)

    def wait(self, run_id: int, told: Callable[[Run], None], pause: Callable[[float], None]) -> Run:
        """Until a run is over: worked by the server if there is one, else here."""
        crew = Crew(self.home, self.clock, self.settings.workers, self.settings.threads)
        try:
            while not (run := self.run(run_id)).over:
                if not self.served():
                    crew.step(lambda other: other.model_id == run.model_id and other.id <= run.id)
                told(run)
                pause(0.2)
            told(run)
            return run
        finally:
            crew.stop()

    def served(self) -> bool:
        """Whether a server works on this home now."""
        with self.home.reading() as stores:
            lease = stores.leases.present()
        return (
            lease is not None
            and bool(lease.holder)
            and self.now() - lease.beat < LEASE_LASTS
            and processes.holder_lives(lease.holder)
        )

    # Windows and versions

    def windows(self, name: str, as_of_: datetime | None = None) -> tuple[list[Window], int]:
        """(Every window as known at `as_of_`, now by default; rows left out); computed, never stored."""
        from core.entrypoints.looking import windows

        return windows(self.home, self.kept(name), as_of_, self.now())

    def version(self, name: str, number: int) -> Version:
        with self.home.reading() as stores:
            return stores.versions.get(stores.models.get(name).id, number)

    def promote(self, name: str, number: int, reason: str, by: str = "page") -> Promotion:
        """Make a version champion from now on. ArtifactFault if its file is gone or altered."""
        kept, since = self._at_present(name)
        with self.home.transaction() as t:
            version = t.versions.get(kept.id, number)
            if version.state == "champion":
                raise NotAllowed(f"v{number} is the champion already.", "There is nothing to do.")
            return self._promote(t.versions.promote, version, since, reason, by, rollback=False)

    def rollback(self, name: str, reason: str, by: str = "page") -> Promotion:
        """Make the champion before the present one champion again; once more goes further back."""
        kept, since = self._at_present(name)
        with self.home.transaction() as t:
            number = before_present(t.versions.promotions(kept.id))
            if number is None:
                raise NotAllowed("There is no champion before the present one.", "Promote a version instead.")
            return self._promote(
                t.versions.promote, t.versions.get(kept.id, number), since, reason, by, rollback=True
            )

    def _promote(
        self,
        promote: Callable[..., Promotion],
        version: Version,
        since: datetime,
        reason: str,
        by: str,
        rollback: bool,
    ) -> Promotion:
        if not reason.strip():
            raise BadInput(
                "A reason is required; it is kept in the history.", "Say why in a few words.", key="reason"
            )
        ArtifactFiles(self.home.path("artifacts")).verify(Artifact(version.artifact, version.artifact_sha256))
        return promote(
            version.model_id, version.number, since, self.now(), by=by, why=reason.strip(), rollback=rollback
        )

    # Schedules

    def add_schedule(self, name: str, plain: Mapping[str, object]) -> Schedule:
        with self.home.transaction() as t:
            kept = t.models.get(name)
            called = str(plain["name"]) if "name" in plain else None
            return scheduling.set_schedule(t, kept, self._rule(plain, kept), self.now(), name=called)

    def change_schedule(self, schedule_id: int, revision: int, plain: Mapping[str, object]) -> Schedule:
        def act(t: Stores, schedule: Schedule, kept: Kept) -> Schedule:
            return scheduling.set_schedule(t, kept, self._rule(plain, kept), self.now(), schedule=schedule)

        return self._on_schedule(schedule_id, revision, act)

    def pause(self, schedule_id: int, revision: int, reason: str) -> Schedule:
        return self._on_schedule(
            schedule_id, revision, lambda t, schedule, _: scheduling.pause(t, schedule, self.now(), reason)
        )

    def resume(self, schedule_id: int, revision: int) -> Schedule:
        return self._on_schedule(
            schedule_id, revision, lambda t, schedule, _: scheduling.resume(t, schedule, self.now())
        )

    def remove_schedule(self, schedule_id: int, revision: int) -> None:
        self._on_schedule(
            schedule_id, revision, lambda t, schedule, _: scheduling.remove(t, schedule, self.now())
        )

    def schedules(self, name: str) -> list[Schedule]:
        with self.home.reading() as stores:
            return stores.schedules.of(stores.models.get(name).id)

    def preview(self, plain: Mapping[str, object], schedule_id: int | None = None, n: int = 5) -> Preview:
        """What a rule would do if it were saved now, beside what is saved."""
        now, saved, zone = self.now(), None, "UTC"
        if schedule_id is not None:
            with self.home.reading() as stores:
                saved = stores.schedules.get(schedule_id)
            zone = saved.rule.zone
        rule = parse_rule(plain, zone)
        anchor = saved.anchor if saved is not None and saved.rule == rule else now
        times = preview(rule, anchor, now, n)
        present = preview(saved.rule, saved.anchor, now, n) if saved and not saved.paused else []
        return Preview(in_words(rule), times, remark(rule, times), present, len(set(times) - set(present)))

    def _rule(self, plain: Mapping[str, object], kept: Kept) -> Rule:
        return parse_rule(plain, kept.model.zone)

    def _on_schedule(self, id: int, revision: int, act: Callable[[Stores, Schedule, Kept], Done]) -> Done:
        """Act on a schedule as it was read; IllegalChange if another changed it since."""
        with self.home.transaction() as t:
            schedule = t.schedules.get(id)
            return act(t, replace(schedule, revision=revision), t.models.by_id(schedule.model_id))

    def ledger(
        self, name: str, start: datetime | None = None, end: datetime | None = None
    ) -> tuple[list[Entry], list[tuple[datetime, Schedule]]]:
        """(What became of the due times of [start, end); those planned, oldest first, if `end` is given)."""
        now = self.now()
        with self.home.reading() as stores:
            kept = stores.models.get(name)
            entries, schedules = stores.ledger.of(kept.id, start, end), stores.schedules.of(kept.id)
        if end is None:
            return entries, []
        begin = now if start is None else max(now, start - MICROSECOND)
        planned = [
            (due, schedule)
            for schedule in schedules
            if not schedule.paused
            for due in islice(
                due_times(schedule.rule, schedule.anchor, max(begin, schedule.handled), end - MICROSECOND),
                PLANNED,
            )
        ]
        return entries, sorted(planned, key=lambda pair: pair[0])

    # Health

    def check(self) -> "Iterator[Check]":
        """Whether tables, artifacts and snapshots are whole."""
        from storage.integrity import check

        return check(self.home)

    def health(self) -> dict[str, object]:
        """How the scheduler does, by the lease's last beat."""
        with self.home.reading() as stores:
            lease = stores.leases.present()
        beats = lease is not None and bool(lease.holder) and self.now() - lease.beat < LATE
        return {
            "status": "ok" if beats else "late",
            "scheduler": "ticking" if beats else "late",
            "last_tick": lease.beat if lease else None,
        }

    def _queue(
        self,
        name: str,
        kind: str,
        trigger: str,
        options: Mapping[str, object],
        as_of_: datetime | None = None,
    ) -> tuple[Run, bool]:
        with self.home.transaction() as t:
            asked = Asked(t.models.get(name).id, kind, trigger, as_of=as_of_, options=options)
            return t.runs.queue(asked, self.now())

    def _at_present(self, name: str) -> tuple[Kept, datetime]:
        """A model, and its as of."""
        kept = self.kept(name)
        if kept.model.as_of == "clock":
            return kept, self.now()
        source = open_source(kept.model, kept.survey.schema)
        return kept, moment(as_of(kept.model, source, micros(self.now())))


_opened: dict[Path, Runtime] = {}
_opening = threading.Lock()


def present() -> Runtime:
    """The runtime of this process's home, opened once."""
    folder = home_folder()
    with _opening:
        if folder not in _opened:
            _opened[folder] = Runtime(Home(folder), load())
        return _opened[folder]
