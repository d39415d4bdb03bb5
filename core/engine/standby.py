"""Standbys: processes that have everything imported and wait for a run, so that it need not."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.engine import marks, processes

MOST = 2
"""Standbys that are kept at most: each holds some 240 MB."""
REST = 3.0
"""Seconds after the start of a server, or of a run, without a new standby: its imports take a core."""
AFTER_FAULT = 60.0
"""Seconds until another is tried where one could not live."""


class Standbys:
    """The waiting processes of one server. Each dies when this process does: its pipe then closes."""

    def __init__(self, home: Path, threads: int, wanted: bool, timer: Callable[[], float] = time.monotonic):
        self._home, self._threads, self._wanted, self._timer = home, threads, wanted, timer
        self._waiting: list[subprocess.Popen[bytes]] = []
        self._not_before = timer() + REST

    def tend(self, useful: int) -> None:
        """Keep `useful` ones waiting, at most `MOST`; starts one at a time."""
        self._bury()
        if not self._wanted or self._timer() < self._not_before:
            return
        if len(self._waiting) < min(useful, MOST):
            self._waiting.append(self._start())
            self._not_before = self._timer() + REST

    def take(self, run_id: int) -> subprocess.Popen[bytes] | None:
        """A process that works the run from now on; None if nobody waits."""
        self._not_before = self._timer() + REST
        while self._waiting:
            process = self._waiting.pop(0)
            if process.poll() is None and self._told(process, run_id):
                return process
            self._end(process)
        return None

    def stop(self) -> None:
        """End those that wait."""
        for process in self._waiting:
            self._end(process)
        self._waiting.clear()

    def _start(self) -> subprocess.Popen[bytes]:
        path = self._home / "logs" / "standby.log"
        mark = f"{marks.home_mark(self._home)}:standby:"
        with open(path, "wb", opener=processes.private) as log:
            return subprocess.Popen(
                [sys.executable, "-m", "core.entrypoints.worker", "--standby"],
                env=processes.environment(self._home, self._threads, mark),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @staticmethod
    def _told(process: subprocess.Popen[bytes], run_id: int) -> bool:
        assert process.stdin is not None
        try:
            process.stdin.write(f"{run_id}\n".encode())
            process.stdin.close()
        except OSError:
            return False
        return True

    def _bury(self) -> None:
        dead = [process for process in self._waiting if process.poll() is not None]
        for process in dead:
            self._waiting.remove(process)
            self._end(process)
            self._not_before = self._timer() + AFTER_FAULT

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        if process.poll() is None:
            process.kill()
        process.wait()
