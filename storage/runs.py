"""The table of runs. Every change of state names the state, and the token, that it expects."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.clock import micros, moment
from core.domain.errors import IllegalChange, NotThere, StaleClaim
from core.domain.limits import Limits
from core.domain.runs import ASKED_FOR, Asked, Run, Step, check_change, tried_again
from core.monitoring.alerting import run_ended
from storage.alerts import AlertTable
from storage.columns import Row, from_json, to_json, us, when
from storage.sqlite import Database

MOMENTS = ("queued", "due", "not_before", "as_of", "started", "ended", "heartbeat")

EXPERIMENT = """coalesce((select experiment from versions where model_id = r.model_id and number = r.version),
    m.definition ->> 'experiment')"""
"""Of a run r of a model m: that of the version it made, else the one that the model names now."""


def run_of(row: Row) -> Run:
    values = {**row, **{name: when(row[name]) for name in MOMENTS}}
    values["options"], values["limits"] = from_json(row["options"]), Limits.of(from_json(row["limits"]))
    return Run(**{**values, "cancel_requested": bool(row["cancel_requested"])})


@dataclass(frozen=True)
class RunTable:
    """Implements core.domain.runs.Runs."""

    database: Database

    def get(self, id: int) -> Run:
        row = next(self.database.query("select * from runs where id = ?", [id]), None)
        if row is None:
            raise NotThere(f"There is no run {id}.", "`evermodel runs` lists them.")
        return run_of(row)

    def queue(self, asked: Asked, now: datetime) -> tuple[Run, bool]:
        if (other := self._answering(asked)) is not None:
            return self._hurried(other, asked), True
        self.database.table("runs").insert(
            {
                "model_id": asked.model_id,
                "kind": asked.kind,
                "trigger": asked.trigger,
                "state": "queued",
                "schedule_id": asked.schedule_id,
                "due": us(asked.due),
                "not_before": us(asked.not_before),
                "as_of": us(asked.as_of),
                "options": to_json(dict(asked.options)),
                "queued": micros(now),
                "attempt": asked.attempt,
                "limits": to_json(asked.limits.plain()),
                "retry_of": asked.retry_of,
            }
        )
        return self.get(self.database.execute("select last_insert_rowid()").fetchone()[0]), False

    def _hurried(self, other: Run, asked: Asked) -> Run:
        """What answers for a person who asks now: it need not wait to be tried again."""
        if other.state == "queued" and other.not_before is not None and asked.trigger in ASKED_FOR:
            self.database.execute("update runs set not_before = null where id = ?", [other.id])
            return self.get(other.id)
        return other

    def _answering(self, asked: Asked) -> Run | None:
        """The open run of the same kind, and of the same version if that is to be rebuilt. One for a due time
        (overlap `queue`) may wait behind a running one, and so may a monitoring: the one before has read its
        rows. One that is caught up, or adopts, waits beside any, and answers for none.
        """
        if asked.options.get("caught_up") or asked.options.get("adopt"):
            return None
        waits = asked.due is not None or asked.kind == "monitor"
        row = next(
            self.database.query(
                "select * from runs where model_id = ? and kind = ? and state in ('queued', ?)"
                " and (kind <> 'reproduce' or options ->> 'version' is ?)"
                " and options ->> 'adopt' is null order by id limit 1",
                [
                    asked.model_id,
                    asked.kind,
                    "queued" if waits else "running",
                    asked.options.get("version"),
                ],
            ),
            None,
        )
        return run_of(row) if row else None

    def open(self) -> list[Run]:
        return [
            run_of(row)
            for row in self.database.query(
                "select * from runs where state in ('queued','running') order by id"
            )
        ]

    def latest(
        self, model_id: int | None = None, limit: int = 100, experiment: str | None = None
    ) -> list[Run]:
        return [
            run_of(row)
            for row in self.database.query(
                f"select r.* from runs r join models m on m.id = r.model_id"
                f" where (:model is null or r.model_id = :model)"
                f" and (:experiment is null or {EXPERIMENT} = :experiment) order by r.id desc limit :limit",
                {"model": model_id, "limit": limit, "experiment": experiment},
            )
        ]

    def claim(self, id: int, token: str, pid: int, pid_started: float, now: datetime) -> Run:
        try:
            changed = self.database.execute(
                "update runs set state = 'running', token = ?, pid = ?, pid_started = ?, started = ?,"
                " heartbeat = ?"
                " where id = ? and state = 'queued'",
                [token, pid, pid_started, micros(now), micros(now), id],
            ).rowcount
        except sqlite3.IntegrityError as error:
            raise StaleClaim(f"Run {id} has to wait: another run of its model is under way.") from error
        if changed != 1:
            raise StaleClaim(f"Run {id} is {self.get(id).state}; it is not to be taken.")
        return self.get(id)

    def beat(
        self, id: int, token: str, now: datetime, progress: float | None = None, doing: str | None = None
    ) -> bool:
        self._ours(
            id,
            token,
            "heartbeat = ?, progress = coalesce(?, progress), doing = coalesce(?, doing)",
            [micros(now), progress, doing],
        )
        return self.get(id).cancel_requested

    def steps(self, id: int) -> Sequence[Step]:
        rows = self.database.query("select * from steps where run_id = ? order by position", [id])
        return [Step(row["name"], moment(row["started"]), when(row["ended"]), row["facts"]) for row in rows]

    def step(self, id: int, token: str, name: str, now: datetime) -> None:
        self._ours(id, token, "heartbeat = ?, doing = null", [micros(now)])
        self._end_step(id, now)
        self.database.execute(
            "insert into steps (run_id, position, name, started)"
            " select ?, count(*) + 1, ?, ? from steps where run_id = ?",
            [id, name, micros(now), id],
        )

    def fact(self, id: int, token: str, facts: str) -> None:
        self._ours(id, token, "token = token", [])
        self.database.execute("update steps set facts = ? where run_id = ? and ended is null", [facts, id])

    def ask_cancel(self, id: int, now: datetime) -> Run:
        run = self.get(id)
        if run.over:
            raise IllegalChange(
                f"Run {id} is over: it {run.state.replace('_', ' ')}.", "Nothing is left to cancel."
            )
        if run.state == "queued":
            self._change(run, None, "cancelled", now, "reason = 'cancelled before it began'", [])
        else:
            self.database.execute(
                "update runs set cancel_requested = 1 where id = ? and state = 'running'", [id]
            )
        return self.get(id)

    def end(
        self,
        id: int,
        token: str | None,
        state: str,
        now: datetime,
        *,
        version: int | None = None,
        reason: str | None = None,
        error: str | None = None,
    ) -> Run:
        run = self.get(id)
        self._change(
            run,
            token,
            state,
            now,
            "version = ?, reason = ?, error = ?, doing = null",
            [version, reason, error],
        )
        self._end_step(id, now)
        self._try_again(self.get(id), now)
        run_ended(AlertTable(self.database), self, self.get(id), now)
        return self.get(id)

    def _try_again(self, run: Run, now: datetime) -> None:
        """Queue the next attempt, and name it in the words for how this one ended."""
        if (asked := tried_again(run, now)) is None:
            return
        next_one, answers = self.queue(asked, now)
        words = f"run {next_one.id} answers for it" if answers else f"tried again by run {next_one.id}"
        column = "error" if run.error else "reason"
        self.database.execute(
            f"update runs set {column} = rtrim(coalesce({column}, ?), '.') || '; ' || ? where id = ?",
            [run.state.replace("_", " "), words, run.id],
        )

    def _change(
        self, run: Run, token: str | None, state: str, now: datetime, sets: str, values: list[object]
    ) -> None:
        if run.over:
            raise StaleClaim(f"Run {run.id} was settled already: it {run.state.replace('_', ' ')}.")
        check_change(run.state, state)
        changed = self.database.execute(
            f"update runs set state = ?, ended = ?, {sets} where id = ? and state = ? and token is ?",
            [state, micros(now), *values, run.id, run.state, token],
        )
        if changed.rowcount != 1:
            raise StaleClaim(f"Run {run.id} belongs to another worker.")

    def _ours(self, id: int, token: str, sets: str, values: list[object]) -> None:
        changed = self.database.execute(
            f"update runs set {sets} where id = ? and state = 'running' and token = ?", [*values, id, token]
        )
        if changed.rowcount != 1:
            raise StaleClaim(f"Run {id} belongs to another worker, or was settled.")

    def _end_step(self, id: int, now: datetime) -> None:
        self.database.execute(
            "update steps set ended = ? where run_id = ? and ended is null", [micros(now), id]
        )
