"""Retraining: what keeping and judging a version costs, beside the work that nobody can be spared."""

from benchmarks import bootstrap, freezing
from benchmarks.tables import table

JUDGED = 8_000
A_FIT = 1.0
SHARE = 0.05
"""Of a fit, that telling a difference from chance may take."""


def measure() -> str:
    """The table."""
    took = bootstrap.seconds(JUDGED)
    metric = max(took, key=lambda name: took[name])
    slowest = f"the gate, {JUDGED:,} judged rows, slowest metric ({metric})"
    rows = [
        *freezing.measure(),
        ("a fit", f"{A_FIT:.3f} s", "", ""),
        (slowest, f"{took[metric]:.3f} s", f"{took[metric] / A_FIT:.3f}", f"{SHARE}"),
    ]
    return table(("", "median", "ratio", "limit"), rows)


if __name__ == "__main__":
    print(measure())
