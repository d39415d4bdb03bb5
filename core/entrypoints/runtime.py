"""Runtime: an opened home with the flows wired to it. Pages, commands and the server act through it alone."""

import threading
from functools import cached_property
from pathlib import Path

from core.entrypoints.acts.adopting import AdoptingActs
from core.entrypoints.acts.alerts import AlertActs
from core.entrypoints.acts.data import DataActs
from core.entrypoints.acts.models import ModelActs
from core.entrypoints.acts.proving import ProvingActs
from core.entrypoints.acts.runs import RunActs
from core.entrypoints.acts.schedules import Preview, ScheduleActs
from core.entrypoints.acts.shadows import ShadowActs
from core.entrypoints.acts.upkeep import UpkeepActs
from core.entrypoints.acts.using import UsingActs
from core.entrypoints.settings import home_folder, load
from storage.database import Home
from storage.views.home import Views

__all__ = ["Preview", "Runtime", "present"]


class Runtime(
    ModelActs,
    RunActs,
    ShadowActs,
    DataActs,
    UsingActs,
    AdoptingActs,
    ProvingActs,
    ScheduleActs,
    AlertActs,
    UpkeepActs,
):
    """Everything that a person or a program can do with a home.

    Errors are core.domain.errors.EvermodelError.
    """

    @cached_property
    def views(self) -> Views:
        return Views(self.home)

    @property
    def zone(self) -> str:
        return self.settings.zone


_opened: dict[Path, Runtime] = {}
_opening = threading.Lock()


def present() -> Runtime:
    """The runtime of this process's home, opened once."""
    folder = home_folder()
    with _opening:
        if folder not in _opened:
            _opened[folder] = Runtime(Home(folder), load())
        return _opened[folder]
