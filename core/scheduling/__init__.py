"""When runs are due, and what became of every due time."""
