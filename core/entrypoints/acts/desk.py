"""Desk: what every act needs: the opened home, its settings and a clock."""

from datetime import datetime

from core.domain.clock import Clock, WallClock
from core.domain.models import Kept
from core.entrypoints.settings import Settings
from storage.database import Home


class Desk:
    """An opened home with its settings. `clock`: the wall's by default."""

    def __init__(self, home: Home, settings: Settings, clock: Clock | None = None):
        self.home, self.settings = home, settings
        self.clock = clock or WallClock()

    def now(self) -> datetime:
        return self.clock.now()

    def kept(self, name: str) -> Kept:
        with self.home.reading() as stores:
            return stores.models.get(name)
