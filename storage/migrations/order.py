"""Every migration by its name, in order. sqlite-utils is not needed to know them, so it is not imported."""

from storage.migrations import m001_first_tables, m002_limits_drift_alerts, m003_making_and_proof

MIGRATIONS = {
    "m001_first_tables": m001_first_tables.STATEMENTS,
    "m002_limits_drift_alerts": m002_limits_drift_alerts.STATEMENTS,
    "m003_making_and_proof": m003_making_and_proof.STATEMENTS,
}
"""Name -> statements, each of which but the last ends in a semicolon and a new line."""
