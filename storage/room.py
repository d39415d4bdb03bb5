"""Room: how much of the disk is free, and a reserve that is given up when there is none."""

import contextlib
import errno
import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from core.domain.errors import HomeFull, NotAllowed
from core.domain.wording import in_bytes

MB = 1_000_000
RESERVE = 8 * MB
"""Bytes of the reserve: SQLite's log, which is used again and again, fits twice, so the clock goes on."""
READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
TO_WRITE = "Make it writable, and Evermodel goes on by itself."


@dataclass(frozen=True)
class Room:
    """The room of one home's disk."""

    folder: Path

    @property
    def free(self) -> int:
        """Bytes that are free to this user."""
        return shutil.disk_usage(self.folder).free

    @property
    def total(self) -> int:
        return shutil.disk_usage(self.folder).total

    def short(self, low: int) -> str | None:
        """Why no work may begin, in words, where less than `low` MB are free; else None."""
        free = self.free
        if free >= low * MB:
            return None
        mark = in_bytes(low * MB)
        return f"The disk of {self.folder} has {in_bytes(free)} free, and no run begins below {mark}."

    def tend(self, low: int) -> None:
        """Make the reserve where it is missing and there is room for it above `low` MB."""
        if self._reserve.exists() or self.free < low * MB + RESERVE:
            return
        with contextlib.suppress(OSError), open(self._reserve, "xb", opener=_private) as file:
            os.posix_fallocate(file.fileno(), 0, RESERVE)

    def give_up(self) -> bool:
        """Free the reserve; whether there was one."""
        try:
            self._reserve.unlink()
        except OSError:
            return False
        return True

    def told(self, error: Exception) -> Exception | None:
        """What an error of SQLite's or of the system's means for the home, in words; None if nothing.

        Frees the reserve where the disk is full.
        """
        if is_full(error):
            self.give_up()
            return HomeFull(
                f"The disk of {self.folder} is full: nothing can be kept.",
                "Free some room there; Evermodel goes on by itself, and nothing of what was kept is lost.",
            )
        if is_read_only(error, self.folder):
            return NotAllowed(f"The home {self.folder} can only be read.", TO_WRITE)
        return None

    @property
    def _reserve(self) -> Path:
        return self.folder / "evermodel.reserve"


def is_full(error: Exception) -> bool:
    """Whether an error says that there is no room."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0)
        return code == sqlite3.SQLITE_FULL or code in _WRITES
    return isinstance(error, OSError) and error.errno in NO_ROOM


def is_read_only(error: Exception, folder: Path) -> bool:
    """Whether an error says that this folder cannot be written; one of a file elsewhere does not."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY
    if not isinstance(error, OSError) or error.errno not in READ_ONLY or not error.filename:
        return False
    return Path(os.fsdecode(error.filename)).is_relative_to(folder)


# What SQLite says when the system could not write: a limit on files, a full disk under its shared memory.
_WRITES = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
