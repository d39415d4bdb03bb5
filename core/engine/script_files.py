"""Files of a script: what it wrote while or after it ran, which may be anything."""

import errno
import math
import os
import stat
from pathlib import Path
from typing import BinaryIO

from core.domain.reports import Report
from core.domain.wording import printable

LAST = 4_000
"""Bytes at the end of the progress that are read."""


def opened(path: Path) -> BinaryIO:
    """A file that a script wrote, to be read; OSError where something else is there, a folder too.

    It never waits: a pipe would hold who opens it until somebody writes, and a device may have no end.
    """
    file = open(path, "rb", opener=_at_once)  # noqa: SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is no file")
    return file


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


class Progress:
    """The file in which a script may say how far it is: `0.4 epoch 4` a line, the last line counts."""

    def __init__(self, file: Path, report: Report):
        self._file, self._report, self._seen = file, report, 0
        file.touch(mode=0o600)

    def look(self) -> None:
        """Tell the newest line that is new and whole; one that cannot be read is passed over."""
        try:
            with opened(self._file) as file:
                size = os.fstat(file.fileno()).st_size
                if size == self._seen:
                    return
                file.seek(max(0, size - LAST))
                lines = file.read(LAST).decode("utf-8", "replace").split("\n")
        except OSError:
            return
        self._seen = size
        told = next((one for line in reversed(lines[:-1]) if (one := _told(line)) is not None), None)
        if told is not None:
            self._report.progress(*told)


def _told(line: str) -> tuple[float, str] | None:
    share, _, words = line.strip().partition(" ")
    try:
        number = float(share)
    except ValueError:
        return None
    said = printable(words).strip()[:200]
    return None if math.isnan(number) else (min(max(number, 0.0), 1.0), said)
