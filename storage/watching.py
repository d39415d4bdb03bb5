"""Watching: whether anything was written to a home since one last looked, for hardly any work."""

from pathlib import Path

from storage.sqlite import Connections


class Watch:
    """Over the one file of a home, by a connection of its own; SQLite's `data_version` counts the writes of
    all others.
    """

    def __init__(self, file: Path):
        self._connections = Connections(file)
        self._last: int | None = None

    def changed(self) -> bool:
        """Whether something was committed since the last call; True at the first."""
        with self._connections.borrow() as database:
            version: int = database.execute("PRAGMA data_version").fetchone()[0]
        changed, self._last = version != self._last, version
        return changed

    def close(self) -> None:
        self._connections.close()
