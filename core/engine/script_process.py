"""The process of a script: what it prints goes to the run's log as it comes; when it ends, so does all that
it started.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from core.domain.errors import RunFailed
from core.domain.wording import printable
from core.engine import marks, processes
from core.engine.logs import Bounded
from core.engine.reaping import Brood, brood

LOOK = 0.2
"""Seconds between two looks at the progress."""
PIECE = 1 << 16
MOST_PIECES = 16
"""That a pipe holds: Linux gives one a megabyte at most."""
LAST = 4_000
"""Bytes of what it printed last that are kept for the reason why it failed."""


@dataclass(frozen=True)
class Ended:
    """`status`: as the system gives it, a signal as its negative number. `last`: what it printed last."""

    status: int
    last: str


@dataclass
class ScriptProcess:
    """`mark`: what its process, and all that descends from it, is found by."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    mark: str
    log: Bounded
    looked: Callable[[], None]  # called again and again while it runs
    _last: bytes = field(default=b"", init=False)

    def run(self) -> Ended:
        """Until it has ended, and nothing of it is left. RunFailed if it cannot be started."""
        with brood() as its, self._start() as process:
            started = psutil.Process(process.pid).create_time()
            try:
                self._follow(process, its)
                self.looked()
            finally:
                if process.poll() is None:
                    processes.end(process.pid, started, self.mark)
                processes.end_marked(self.mark)  # what it left behind would hold the pipe open
                processes.end_session(process.pid)
                its.end()
                self._drain(process)
        return Ended(process.returncode, self._words())

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**self.environment, marks.NAME: self.mark}
        try:
            return subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                bufsize=0,
                start_new_session=True,  # a signal to its own group does not reach the worker
            )
        except OSError as error:
            raise RunFailed(
                f"{self.command[0]} cannot be started: {error.strerror}.",
                "Mend it, or name another interpreter: python in the model file.",
            ) from error

    def _follow(self, process: subprocess.Popen[bytes], its: Brood) -> None:
        """Until the process itself has ended, whatever it started."""
        looked = 0.0
        while process.poll() is None:
            if not self._take(process, LOOK):
                time.sleep(LOOK / 4)  # it has closed what it prints to
            if time.monotonic() - looked >= LOOK:
                looked = time.monotonic()
                self.looked()
                its.bury(process.pid)

    def _drain(self, process: subprocess.Popen[bytes]) -> None:
        """What the pipe still holds, and no more, should something be left that goes on writing."""
        for _ in range(MOST_PIECES):
            if not (self._ready(process, 0) and self._take(process, 0)):
                return

    def _take(self, process: subprocess.Popen[bytes], seconds: float) -> bool:
        """Move a piece of what it prints into the log, if any comes within the time; False at the end."""
        if not self._ready(process, seconds):
            return True
        assert process.stdout is not None
        piece = os.read(process.stdout.fileno(), PIECE)
        if piece:
            self.log.write(piece)
            self._last = (self._last + piece)[-LAST:]
        return bool(piece)

    def _ready(self, process: subprocess.Popen[bytes], seconds: float) -> bool:
        assert process.stdout is not None
        return bool(select.select([process.stdout.fileno()], [], [], seconds)[0])

    def _words(self) -> str:
        return printable(self._last.decode("utf-8", "replace"))


def how_it_ended(name: str, ended: Ended) -> tuple[str, str]:
    """(What is wrong, what to do) with a script that ended badly, its last lines with it."""
    last = "\n".join(ended.last.strip().splitlines()[-12:])[-1200:]
    said = f" It said last:\n{last}\n" if last else " It said nothing."
    if "MemoryError" in last.rpartition("\n")[2] or ended.status == -signal.SIGKILL:
        why = "by signal 9, as the system does where memory runs out" if ended.status < 0 else "out of memory"
        return f"{name} was ended {why}.{said}", "Give the machine more memory, or learn from less."
    if ended.status < 0:
        return (
            f"{name} was ended by signal {-ended.status} ({_signal(-ended.status)}).{said}",
            "See the run's log.",
        )
    return f"{name} ended with status {ended.status}.{said}", "See the run's log."


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"
