"""Sources: where rows come from, read by time range through one fixed schema."""
