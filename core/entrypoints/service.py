"""Service: what the server does beside answering: ticks, looks for changed sources, works on the queue."""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress

from core.domain.clock import micros
from core.domain.errors import EvermodelError
from core.domain.models import Kept
from core.domain.runs import Asked
from core.engine import processes
from core.engine.queue import Crew
from core.engine.ticker import Ticker
from core.entrypoints.runtime import Runtime, present
from core.entrypoints.workshop import source_of
from core.monitoring.grid import index_at

log = logging.getLogger("evermodel")

PAUSE = 0.25
"""Seconds between two looks at the queue."""


class Service:
    """Starts with the server and ends with it, in threads of its own."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="evermodel", daemon=True)
        self._ticker: Ticker | None = None
        self.fault: str | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=20)

    def health(self) -> dict[str, object]:
        """`/healthz`: ok while the scheduler ticks, stands by, or has only begun."""
        if self.fault is not None:
            return {"status": "fault", "scheduler": "late", "problem": self.fault}
        state = self._ticker.state if self._ticker and self._ticker.last_tick else "ticking"
        tick = self._ticker.last_tick.isoformat() if self._ticker and self._ticker.last_tick else None
        return {"status": "ok" if state != "late" else "late", "scheduler": state, "last_tick": tick}

    def _run(self) -> None:
        try:
            runtime = present()
            self._ticker = Ticker(runtime.home, runtime.clock, processes.holder(), lambda: look(runtime))
            self._ticker.start()
        except Exception as error:
            self.fault = str(error)
            log.exception("the scheduler could not start")
            return
        crew = Crew(runtime.home, runtime.clock, runtime.settings.workers, runtime.settings.threads)
        demonstration = _demonstration(runtime)
        try:
            while not self._stop.wait(PAUSE):
                if self._ticker.state == "ticking":
                    _guarded(crew.step)
                    _guarded(demonstration)
        finally:
            self._ticker.stop()
            crew.stop()


def look(runtime: Runtime) -> None:
    """Queue a monitoring where a source changed, or a window closed, since the last one."""
    with runtime.home.reading() as stores:
        models = [(kept, *stores.models.seen(kept.id)) for kept in stores.models.all()]
        open_runs = {run.model_id for run in stores.runs.open()}
    for kept, stamp, monitored in models:
        if kept.id in open_runs:
            continue
        with suppress(EvermodelError):
            changed = source_of(kept).stamp() != stamp
            if changed or monitored is None or _window_closed(kept, micros(monitored), micros(runtime.now())):
                with runtime.home.transaction() as t:
                    t.runs.queue(Asked(kept.id, "monitor", "new data"), runtime.now())


def _window_closed(kept: Kept, last: int, now: int) -> bool:
    model = kept.model
    if model.as_of == "data" or model.window.unit == "rows" or last < kept.origin:
        return False
    return index_at(model, kept.origin, last) != index_at(model, kept.origin, now)


def _demonstration(runtime: Runtime) -> Callable[[], None]:
    """What the demonstration does at each look; begins it first where the server was started for it."""
    from core.entrypoints.demo import Feeder, go_on_or_begin

    if os.environ.get("EVERMODEL_DEMO") == "1":
        threading.Thread(target=_guarded, args=(lambda: go_on_or_begin(runtime),), daemon=True).start()
    return Feeder(runtime).step


def _guarded(act: Callable[[], None]) -> None:
    """A fault of one step is logged, and the next goes on."""
    try:
        act()
    except Exception:
        log.exception("a step of the server failed")
