"""What remembers: SQLite, rows, snapshots, artifacts. The only room that knows SQL."""
