"""Tidying: wires the files of a home to its housekeeping."""

from core.domain.clock import Clock
from core.domain.keeping import Guard, unguarded
from core.engine.housekeeping import Bounds, Housekeeping
from core.entrypoints.settings import Settings
from storage.database import Home
from storage.letting_go import HomeFiles


def housekeeping(home: Home, clock: Clock, settings: Settings, guard: Guard = unguarded) -> Housekeeping:
    """The housekeeping of an opened home."""
    return Housekeeping(home, clock, HomeFiles(home), Bounds(settings.logs, settings.windows), guard)
