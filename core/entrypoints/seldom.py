"""Seldom: what fails again and again in the same way is logged once a minute, not each time."""

import logging
import time
from collections.abc import Callable

BETWEEN = 60.0


class Seldom(logging.Filter):
    """Lets a record through unless the same one, with the same error, came within the last minute."""

    def __init__(self, timer: Callable[[], float] = time.monotonic):
        super().__init__()
        self._timer = timer
        self._last: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return True
        what, now = (str(record.msg), repr(error)), self._timer()
        self._last = {key: at for key, at in self._last.items() if now - at < BETWEEN}
        if what in self._last:
            return False
        self._last[what] = now
        return True
