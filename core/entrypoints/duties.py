"""Duties: what the ticking server does again and again; one that stands by only minds its own workers."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from core.domain.errors import StaleTick
from core.engine import processes
from core.engine.queue import Crew
from core.engine.standby import Standbys
from core.engine.ticker import Ticker
from core.entrypoints.runtime import Runtime
from core.entrypoints.tidying import housekeeping
from storage.watching import Watch

log = logging.getLogger("evermodel")

AT_LEAST = 0.25
"""Seconds after which the queue is worked on though nothing was written: time-outs come by the clock."""
AN_HOUR = 3600.0


class Duties:
    """Those of one server. `look`: what is done each minute before the housekeeping."""

    def __init__(self, runtime: Runtime, look: Callable[[], None], demonstration: Callable[[], None]):
        settings, self._runtime = runtime.settings, runtime
        self._look, self._demonstration = look, demonstration
        lasts = timedelta(seconds=settings.silence)
        self.ticker = Ticker(runtime.home, runtime.clock, processes.holder(), self._each_minute, lasts)
        standbys = Standbys(runtime.home.folder, settings.threads, settings.standby)
        self._crew = Crew(
            runtime.home, runtime.clock, settings.workers, settings.threads, standbys, self.ticker.guard
        )
        self._tidy = housekeeping(runtime.home, runtime.clock, settings, self.ticker.guard)
        self._watch = Watch(runtime.home.path("evermodel.db"))
        self._worked = self._tidied = -AN_HOUR

    def step(self) -> None:
        """Work on the queue if something was written, or it is time."""
        if not self._watch.changed() and time.monotonic() - self._worked < AT_LEAST:
            return
        self._worked = time.monotonic()
        if self.ticker.state == "ticking":
            guarded(self._work)
            guarded(self._demonstration)
        else:
            guarded(self._crew.stand_by)

    def stop(self) -> None:
        self.ticker.stop()
        self._crew.stop()
        self._watch.close()

    def _work(self) -> None:
        self._tidy.after(self._crew.step(lambda _: self._runtime.trouble() is None))

    def _tend(self) -> None:
        self._runtime.home.room.tend(self._runtime.settings.low_disk)

    def _each_minute(self) -> None:
        guarded(self._tend)
        guarded(self._look)
        guarded(self._tidy.each_minute)
        if time.monotonic() - self._tidied >= AN_HOUR:
            self._tidied = time.monotonic()
            guarded(self._tidy.each_hour)


def guarded(act: Callable[[], None]) -> None:
    """A fault of one step is logged, and the next goes on; where another server ticks there is none."""
    try:
        act()
    except StaleTick:
        pass
    except Exception:
        log.exception("a step of the server failed")
