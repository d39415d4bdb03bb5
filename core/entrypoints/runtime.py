"""Runtime: an opened home with the flows wired to it. Pages, commands and the server act through it alone."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from core.entrypoints.acts.models import ModelActs
from core.entrypoints.acts.runs import RunActs
from core.entrypoints.acts.schedules import Preview, ScheduleActs
from core.entrypoints.acts.versions import VersionActs
from core.entrypoints.settings import home_folder, load
from storage.database import Home
from storage.views import Views

if TYPE_CHECKING:
    from storage.integrity import Check

__all__ = ["Preview", "Runtime", "present"]

LATE = timedelta(seconds=30)


class Runtime(ModelActs, RunActs, VersionActs, ScheduleActs):
    """Everything that a person or a program can do with a home.

    Errors are core.domain.errors.EvermodelError.
    """

    @cached_property
    def views(self) -> Views:
        return Views(self.home)

    @property
    def zone(self) -> str:
        return self.settings.zone

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


_opened: dict[Path, Runtime] = {}
_opening = threading.Lock()


def present() -> Runtime:
    """The runtime of this process's home, opened once."""
    folder = home_folder()
    with _opening:
        if folder not in _opened:
            _opened[folder] = Runtime(Home(folder), load())
        return _opened[folder]
