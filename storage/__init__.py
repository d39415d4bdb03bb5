"""What remembers: SQLite, rows, snapshots, artifacts. The only room that knows SQL."""

import storage.sqlite  # noqa: F401  # before any other room imports sqlite-utils, which would bring pandas
