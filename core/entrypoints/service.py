"""Service: what the server does beside answering: ticks, looks for changed sources, works on the queue."""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import blake2b

from core.domain.clock import micros
from core.domain.errors import EvermodelError, HomeFull
from core.domain.keeping import Guard, unguarded
from core.domain.models import Kept
from core.domain.runs import Asked, Run
from core.engine import explaining
from core.engine.lateness import settle_late
from core.engine.ticker import Ticker
from core.entrypoints.duties import Duties, guarded
from core.entrypoints.runtime import Runtime, present
from core.entrypoints.seldom import Seldom
from core.entrypoints.starting import Starting
from core.entrypoints.workshop import source_of
from core.monitoring.grid import index_at
from core.monitoring.triggering import comes_of_age

log = logging.getLogger("evermodel")
for logger in (log, logging.getLogger("apscheduler.executors.default")):
    logger.addFilter(Seldom())

AGAIN = 2.0
"""Seconds after which a home that could not be written is looked at again."""
RETRIED = timedelta(minutes=15)
"""After which a monitoring that failed is tried again though its source is as it was."""
PAUSE = 0.05
"""Seconds between two looks at whether anything was written."""


class Service:
    """Starts with the server and ends with it, in threads of its own."""

    def __init__(self, starting: Starting) -> None:
        self._starting = starting
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="evermodel", daemon=True)
        self._ticker: Ticker | None = None
        self._runtime: Runtime | None = None
        self.fault: str | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=20)

    def health(self) -> dict[str, object]:
        """`/healthz`: ok while the scheduler ticks or stands by, as it does until its first tick."""
        if self.fault is not None:
            return {"status": "fault", "scheduler": "late", "problem": self.fault}
        found = self._ticks() or self._starting.health()
        trouble = self._runtime.trouble() if self._runtime is not None else None
        return {**found, "problem": trouble} if trouble else found

    def _ticks(self) -> dict[str, object] | None:
        """How the scheduler does; None before its first tick."""
        if self._ticker is None or self._ticker.last_tick is None:
            return None
        state = self._ticker.state
        status = "ok" if state != "late" else "late"
        return {"status": status, "scheduler": state, "last_tick": self._ticker.last_tick.isoformat()}

    def _run(self) -> None:
        try:
            if (runtime := self._opened()) is None:
                return
            runtime.serves, self._runtime = True, runtime
            duties = Duties(runtime, lambda: look(runtime, duties.ticker.guard), _demonstration(runtime))
            self._ticker = duties.ticker
            self._ticker.start()
        except Exception as error:
            self.fault = str(error)
            log.exception("the scheduler could not start")
            return
        try:
            while not self._stop.wait(PAUSE):
                guarded(duties.step)
        finally:
            duties.stop()

    def _opened(self) -> Runtime | None:
        """The home, once it can be opened and written; `fault` says meanwhile why not. None at the end."""
        while not self._stop.is_set():
            try:
                self.fault = present().home.why_read_only()
                if self.fault is None:
                    return present()
            except HomeFull as error:
                self.fault = str(error)
            self._stop.wait(AGAIN)
        return None


def look(runtime: Runtime, guard: Guard = unguarded) -> None:
    """Queue a monitoring where a source changed, a window closed, or a version came, since the last one;
    settle alerts of what is late.
    """
    with runtime.home.reading() as stores:
        models = [(kept, *stores.models.seen(kept.id)) for kept in stores.models.all()]
        newest = {kept.id: next(iter(stores.runs.latest(kept.id, 1)), None) for kept, *_ in models}
        open_runs = {run.model_id for run in stores.runs.open()}
        unexplained = {kept.id for kept, *_ in models if explaining.unexplained(stores, kept.id)}
    for kept, stamp, monitored in models:
        if kept.id in open_runs:
            continue
        with suppress(EvermodelError):
            found = source_of(kept).stamp()
            seen = _digest(found)
            if _failed_lately(newest[kept.id], seen, runtime.now()):
                continue
            changed = found != stamp or kept.id in unexplained
            if changed or monitored is None or _came_by_time(runtime, kept, monitored):
                trigger = explaining.TRIGGER if kept.id in unexplained else "new data"
                with runtime.home.transaction() as t:
                    guard(t)
                    asked = Asked(kept.id, "monitor", trigger, options={"seen": seen})
                    t.runs.queue(asked, runtime.now())
    settle_late(runtime.home, runtime.now(), guard)


def _digest(stamp: Mapping[str, list[int]]) -> str:
    return blake2b(repr(sorted(stamp.items())).encode(), digest_size=8).hexdigest()


def _failed_lately(run: Run | None, seen: str, now: datetime) -> bool:
    """Whether a model's newest run is a monitoring that failed on the source as it still is."""
    if run is None or run.kind != "monitor" or run.state != "failed" or run.ended is None:
        return False
    return run.options.get("seen") == seen and now - run.ended < RETRIED


def _came_by_time(runtime: Runtime, kept: Kept, last: datetime) -> bool:
    """Whether time alone closed a window, or crossed a rule of age, since the last monitoring."""
    model, now = kept.model, runtime.now()
    if model.as_of == "data":
        return False
    with runtime.home.reading() as stores:
        champion, starts = stores.versions.champion(kept.id), stores.starts.last(kept.id, now)
    aged = comes_of_age(model, champion, starts, last, now)
    return aged or _window_closed(kept, micros(last), micros(now))


def _window_closed(kept: Kept, last: int, now: int) -> bool:
    model = kept.model
    if model.window.unit == "rows" or last < kept.origin:
        return False
    return index_at(model, kept.origin, last) != index_at(model, kept.origin, now)


def _demonstration(runtime: Runtime) -> Callable[[], None]:
    """What the demonstration does at each look; begins it first where the server was started for it."""
    from core.entrypoints.demo import Feeder, go_on_or_begin

    if os.environ.get("EVERMODEL_DEMO") == "1":
        threading.Thread(target=guarded, args=(lambda: go_on_or_begin(runtime),), daemon=True).start()
    return Feeder(runtime).step
