"""Runs every benchmark, or those that are named, and puts the tables into the README beside it."""

import sys
from collections.abc import Sequence

from benchmarks import drift, overhead, pages, retraining, snapshots, startup
from benchmarks.tables import keep

ALL = {
    "startup": startup.measure,
    "overhead": overhead.measure,
    "retraining": retraining.measure,
    "pages": pages.measure,
    "snapshots": snapshots.measure,
    "drift": drift.measure,
}


def main(names: Sequence[str]) -> int:
    if unknown := [name for name in names if name not in ALL]:
        print(f"No benchmark is called {', '.join(unknown)}; there are {', '.join(ALL)}.", file=sys.stderr)
        return 2
    for name in names or ALL:
        text = ALL[name]()
        keep(name, text)
        print(f"\n{name}\n{text}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
