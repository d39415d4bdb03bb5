"""Sources: where rows come from, read by time range through one fixed schema."""

from storage.rows.opening import open_source

__all__ = ["open_source"]
