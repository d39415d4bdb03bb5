"""What can be done with runs: queue, cancel, wait for them, read what they said."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from core.domain.clock import micros
from core.domain.errors import BadInput, HomeFull, NotAllowed
from core.domain.home import Stores
from core.domain.limits import when_asked
from core.domain.runs import Asked, Run, Step
from core.domain.versions import Version, stints
from core.engine import processes
from core.engine.queue import Crew, settle_lost
from core.entrypoints.acts.desk import Desk
from core.entrypoints.tidying import housekeeping


class RunActs(Desk):
    """Acts on runs."""

    def retrain(self, name: str, by: str = "page", as_of_: datetime | None = None) -> tuple[Run, bool]:
        """Queue a retraining; (the run, True if one that was queued or running answers for it)."""
        del by  # logins, with a later issue, will say who
        self.refuse_without_room()
        with self.home.transaction() as t:
            kept = t.models.get(name)
            if as_of_ is not None:
                _refuse_before(t, t.versions.champion(kept.id), as_of_)
            limits = when_asked([schedule.options.limits for schedule in t.schedules.of(kept.id)])
            return t.runs.queue(Asked(kept.id, "retrain", "manual", as_of=as_of_, limits=limits), self.now())

    def backfill(
        self, name: str, every: int = 1, start: datetime | None = None, end: datetime | None = None
    ) -> tuple[Run, bool]:
        if start is not None and end is not None and end <= start:
            raise BadInput(
                f"--to {end.isoformat()} is not after --from {start.isoformat()}.",
                "Give a later --to, or an earlier --from.",
                key="--to",
            )
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

    def runs(
        self, name: str | None = None, limit: int = 100, experiment: str | None = None
    ) -> list[tuple[Run, str, Sequence[Step]]]:
        """The newest runs, of a model, of an experiment, or of all, each as `run_and_steps`."""
        self.settle_lost()
        with self.home.reading() as stores:
            model_id = stores.models.get(name).id if name is not None else None
            found = stores.runs.latest(model_id, limit, experiment)
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

    def log_end(self, run_id: int, most: int) -> tuple[str, int]:
        """(The newest lines of the log, in at most so many bytes, or the end of one that is longer; how many
        bytes the whole has).
        """
        self.run(run_id)
        try:
            with open(processes.log_path(self.home.folder, run_id), "rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - most))
                end = file.read(most)
        except FileNotFoundError:
            return "", 0
        lines = end if size <= most else end.partition(b"\n")[2] or end
        return lines.decode("utf-8", "replace"), size

    def settle_lost(self) -> None:
        """End runs whose process is gone; a home that cannot be written now is left as it is."""
        if self.home.why_read_only() is not None:
            return
        with self.home.reading() as stores:
            runs = stores.runs.open()
        with suppress(HomeFull):
            settle_lost(self.home, self.clock, runs)

    def wait(self, run_id: int, told: Callable[[Run], None], pause: Callable[[float], None]) -> Run:
        """Until a run is over: worked by the server if there is one, else here."""
        crew = Crew(self.home, self.clock, self.settings.workers, self.settings.threads)

        def wanted(other: Run) -> bool:
            return other.model_id == run.model_id and other.id <= run.id

        keeping = housekeeping(self.home, self.clock, self.settings)
        try:
            while not (run := self.run(run_id)).over:
                if not self.served():
                    keeping.after(crew.step(wanted))
                told(run)
                pause(0.2)
            keeping.after([run.id])
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
            and (self.now() - lease.beat).total_seconds() < self.settings.silence
            and processes.holder_lives(lease.holder)
        )

    def _queue(
        self,
        name: str,
        kind: str,
        trigger: str,
        options: Mapping[str, object],
        as_of_: datetime | None = None,
    ) -> tuple[Run, bool]:
        self.refuse_without_room()
        with self.home.transaction() as t:
            asked = Asked(t.models.get(name).id, kind, trigger, as_of=as_of_, options=options)
            return t.runs.queue(asked, self.now())


def _refuse_before(t: Stores, champion: Version | None, as_of_: datetime) -> None:
    """NotAllowed before the champion was first live; one that came back was live in older stints too."""
    if champion is None:
        return
    lived = [
        stint.start
        for stint in stints(t.versions.promotions(champion.model_id))
        if stint.number == champion.number
    ]
    if lived and as_of_ < lived[0]:
        raise NotAllowed(
            f"v{champion.number} is live from {lived[0].isoformat()} on, later than that as of.",
            "Give a later --as-of.",
        )
