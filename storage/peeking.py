"""Peeking: whether a home may be served as it is, told without opening it.

sqlite-utils takes longer to import than `serve` has; a home that does not look right is opened, and so made,
brought up to date, or refused in words.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.migrations.order import MIGRATIONS


def is_present(folder: Path) -> bool:
    """Whether a home is there, can be written, and has the tables of this Evermodel."""
    file = folder / "evermodel.db"
    if not (file.is_file() and (folder / "logs").is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        return False
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=15)) as connection:
            found = connection.execute(
                "select name from _sqlite_migrations where migration_set = 'evermodel' order by id"
            )
            return tuple(name for (name,) in found) == tuple(MIGRATIONS)
    except sqlite3.Error:
        return False
