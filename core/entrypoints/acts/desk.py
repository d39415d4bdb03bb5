"""Desk: what every act needs: the opened home, its settings and a clock."""

from datetime import datetime

from core.domain.clock import Clock, WallClock
from core.domain.errors import HomeFull
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

    def trouble(self) -> str | None:
        """Why no work can begin in this home at present, in words."""
        return self.home.why_read_only() or self.home.room.short(self.settings.low_disk)

    def refuse_without_room(self) -> None:
        """HomeFull where the disk is too full for work to begin."""
        if (why := self.home.room.short(self.settings.low_disk)) is not None:
            raise HomeFull(why, "Free some room there, or set `low_disk` lower.")

    def kept(self, name: str) -> Kept:
        with self.home.reading() as stores:
            return stores.models.get(name)
