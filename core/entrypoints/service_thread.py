"""Background: the service, imported in its own thread, so that the first page need not wait for it."""

import threading
from typing import Any

from core.entrypoints.starting import Starting

AFTER = 1.0
"""Seconds that the service leaves to the server first: imports of two threads slow each other."""


class Background:
    """Starts the service without delaying the server; healthy while it only begins."""

    def __init__(self) -> None:
        self._starting = Starting()
        self._service: Any = None
        self._fault: str | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._start, name="evermodel-start", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=20)
        if self._service is not None:
            self._service.stop()

    def health(self) -> dict[str, object]:
        if self._fault is not None:
            return {"status": "fault", "scheduler": "late", "problem": self._fault}
        if self._service is None:
            return self._starting.health()
        return self._service.health()  # type: ignore[no-any-return]

    def _start(self) -> None:
        if self._stop.wait(AFTER):
            return
        try:
            from core.entrypoints.service import Service

            service = Service(self._starting)
            if not self._stop.is_set():
                service.start()
                self._service = service
        except Exception as error:
            self._fault = str(error)
            raise
