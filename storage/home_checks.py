"""Checks of a home around its tables: the lock, the disk, the clock, the ledger, files that nobody needs."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from filelock import Timeout

from core.domain.clock import iso, micros, moment
from core.domain.models import Kept
from core.domain.schedules import Schedule
from core.domain.wording import capital, count, in_bytes
from core.engine import processes
from core.scheduling.fire_times import last_dues
from storage.database import Home
from storage.letting_go import HomeFiles
from storage.sqlite import has_wal_reset_bug, lock_for
from storage.stores import Stores

NO_TICK = timedelta(seconds=30)
LAST = 1000
"""The newest due times of each schedule that are held against the ledger."""
PATIENCE = 10.0
"""Seconds that a writer may hold the lock."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `problem` in words if it does not hold."""

    what: str
    ok: bool
    problem: str | None = None


def around(home: Home, low: int, now: datetime) -> Iterator[Check]:
    """`low`: MB that should be free."""
    yield _library(home)
    yield _writable(home)
    yield _disk(home, low)
    with home.reading() as stores:
        yield _lease(stores, now)
        for kept in stores.models.all():
            for schedule in stores.schedules.of(kept.id):
                yield _ledger(stores, kept, schedule)
    yield _nameless(home, now)


def sqlite_words() -> str:
    """Which SQLite this is, and what that means."""
    how = "writers take turns by a lock file" if has_wal_reset_bug() else "its own locks suffice"
    return f"SQLite {sqlite3.sqlite_version}: {how}"


def _library(home: Home) -> Check:
    if not has_wal_reset_bug() or home.why_read_only() is not None:
        return Check(sqlite_words(), True)
    try:
        with lock_for(home.path("evermodel.lock")).acquire(timeout=PATIENCE):
            return Check(sqlite_words(), True)
    except (Timeout, OSError):
        problem = f"The lock {home.path('evermodel.lock')} could not be had within {PATIENCE:.0f} s."
        return Check(sqlite_words(), False, f"{problem} End what holds it.")


def _writable(home: Home) -> Check:
    why = home.why_read_only()
    return Check("home can be written", why is None, why)


def _disk(home: Home, low: int) -> Check:
    return Check(f"disk: {in_bytes(home.room.free)} free", (why := home.room.short(low)) is None, why)


def _lease(stores: Stores, now: datetime) -> Check:
    """A server that is gone without a word is no fault: the next one takes over."""
    lease = stores.leases.present()
    if lease is None or not lease.holder:
        return Check("scheduler: no server ticks", True)
    if now - lease.beat < NO_TICK:
        return Check("scheduler: ticking", True)
    if not processes.holder_lives(lease.holder):
        return Check("scheduler: its server is gone, the next one takes over", True)
    who = capital(processes.holder_words(lease.holder))
    problem = f"{who} holds the clock and has not ticked since {iso(lease.beat)}."
    return Check("scheduler", False, f"{problem} Start that server again.")


def _ledger(stores: Stores, kept: Kept, schedule: Schedule) -> Check:
    """Whether each of the newest due times that were handled has its one entry."""
    what = f"ledger of {kept.model.name}" + (f", {schedule.name}" if schedule.name else "")
    dues = last_dues(schedule.rule, schedule.anchor, schedule.anchor, schedule.handled, LAST)
    rows = stores.database.query(
        "select due from ledger where schedule_id = ? and due >= ?",
        [schedule.id, micros(dues[0]) if dues else 0],
    )
    entered = {moment(row["due"]) for row in rows}
    missing = [due for due in dues if due not in entered]
    if not missing:
        return Check(what, True)
    return Check(
        what, False, f"{count(len(missing), 'due time')} without an entry, from {iso(missing[0])} on."
    )


def _nameless(home: Home, now: datetime) -> Check:
    """Files left behind go by themselves while a server works; they are told, not held against the home."""
    found = HomeFiles(home).nameless(now)
    told = f"{count(len(found), 'file')}, {in_bytes(sum(found))}" if found else "none"
    return Check(f"files that no version names: {told}", True)
