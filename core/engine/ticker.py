"""Ticker: fires what is due, exact to the due time. The tables are the truth; timers are armed from them."""

import contextlib
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from core.domain.clock import Clock
from core.domain.errors import IllegalChange, StaleTick
from core.domain.home import Home, Stores
from core.domain.schedules import LEASE_LASTS, Lease, Schedule
from core.engine import processes
from core.scheduling.fire_times import next_due
from core.scheduling.flow import fire_due
from core.scheduling.ledger import next_fire

log = logging.getLogger("evermodel")

RECONCILE = 1.0
BEAT = timedelta(seconds=3)
SILENT = timedelta(seconds=30)
"""Without a tick for this long nobody was ticking: what fell due meanwhile was missed."""


class Ticker:
    """Owns the timers of one process. Only the holder of the home's lease fires; the others stand by."""

    def __init__(
        self,
        home: Home,
        clock: Clock,
        holder: str,
        look: Callable[[], None],
        lasts: timedelta = LEASE_LASTS,
    ):
        self._home, self._clock, self._holder, self._look = home, clock, holder, look
        self._lasts, self._beat = lasts, min(BEAT, lasts / 5)
        self._timers = BackgroundScheduler(timezone="UTC")
        self._acting = threading.RLock()
        self._lease: Lease | None = None
        self._since: datetime | None = None
        self._armed: dict[int, tuple[int, datetime]] = {}
        self.last_tick: datetime | None = None

    @property
    def state(self) -> str:
        """ticking, standby (another process ticks) or late (silent for 30 s)."""
        if self._silent(self._clock.now()):
            return "late"
        return "ticking" if self._lease else "standby"

    def guard(self, t: Stores) -> None:
        """What every act of the ticking process asks first, inside its transaction: StaleTick if it is not
        the one that ticks any more, whatever it believes.
        """
        lease = self._lease
        if lease is None:
            raise StaleTick("Another process ticks now.", "This one waits until that stops.")
        t.leases.check(lease.fence)

    def start(self) -> None:
        self._timers.start()
        self._timers.add_job(
            self.reconcile,
            "interval",
            seconds=RECONCILE,
            coalesce=True,
            max_instances=1,
            next_run_time=self._clock.now(),
        )
        self._timers.add_job(
            self._look_if_ticking,
            "interval",
            seconds=60,
            coalesce=True,
            max_instances=1,
            next_run_time=self._clock.now() + timedelta(seconds=5),
        )

    def stop(self) -> None:
        self._timers.shutdown(wait=True)
        if self._lease is not None:
            with contextlib.suppress(Exception), self._home.transaction() as t:
                t.leases.release(self._lease.fence)

    def reconcile(self) -> None:
        """Hold the lease, fire what is due, and arm a timer for each schedule's next due time."""
        with self._acting:
            now = self._clock.now()
            self._hold(now)
            if self._lease is not None:
                with self._home.reading() as stores:
                    schedules = stores.schedules.all()
                for schedule in schedules:
                    self._arm(self._fire(schedule.id) or schedule)
                self._disarm({schedule.id for schedule in schedules})
            self.last_tick = now

    def _silent(self, now: datetime) -> bool:
        return self.last_tick is None or now - self.last_tick > SILENT

    def _hold(self, now: datetime) -> None:
        if self._silent(now):
            self._since = now
        if self._lease is not None and now - self._lease.beat < self._beat:
            return
        try:
            with self._home.transaction() as t:
                lease = t.leases.take(
                    self._holder, now, lambda other: not processes.holder_lives(other), self._lasts
                )
        except IllegalChange:
            self._lease = None
            self._disarm(set())
            return
        if self._lease is None or self._lease.fence != lease.fence:
            self._since = now
        self._lease = lease

    def _fire(self, id: int) -> Schedule | None:
        """Enter every due time of a schedule that has passed; the schedule as it is then, None if it is
        gone.
        """
        with self._acting:
            if self._lease is None or self._since is None:
                return None
            try:
                with self._home.reading() as stores:
                    schedule = stores.schedules.get(id)
                if self._is_due(schedule):
                    with self._home.transaction() as t:
                        fire_due(t, self._lease.fence, schedule, self._clock.now(), self._since)
                    with self._home.reading() as stores:
                        schedule = stores.schedules.get(id)
                return schedule
            except StaleTick:
                return None  # woken after another took over; the next reconcile stands by
            except Exception:
                log.exception("schedule %s could not fire", id)
                return None

    def _is_due(self, schedule: Schedule) -> bool:
        # Paused ones too: what falls due in a pause is entered as skipped.
        due = next_due(schedule.rule, schedule.anchor, schedule.handled)
        return due is not None and due <= self._clock.now()

    def _arm(self, schedule: Schedule) -> None:
        due = next_fire(schedule, schedule.handled)
        if due is None:
            self._drop(schedule.id)
        elif self._armed.get(schedule.id) != (schedule.revision, due):
            self._timers.add_job(
                self._fire_and_arm,
                DateTrigger(due),
                args=[schedule.id],
                id=f"schedule-{schedule.id}",
                replace_existing=True,
                misfire_grace_time=None,
            )
            self._armed[schedule.id] = (schedule.revision, due)

    def _fire_and_arm(self, id: int) -> None:
        with self._acting:
            self._armed.pop(id, None)
            if self._silent(self._clock.now()):
                return  # woken: only the reconciling that is due as well tells what was missed
            if (schedule := self._fire(id)) is not None:
                self._arm(schedule)

    def _disarm(self, keep: set[int]) -> None:
        for id in set(self._armed) - keep:
            self._drop(id)

    def _drop(self, id: int) -> None:
        if self._armed.pop(id, None) is not None:
            with contextlib.suppress(LookupError):
                self._timers.remove_job(f"schedule-{id}")

    def _look_if_ticking(self) -> None:
        if self._lease is not None:
            self._look()
