"""Logs: what a run's process printed, its head and its tail."""

from collections.abc import Collection
from pathlib import Path

MOST = 10_000_000
"""Bytes that a log keeps at most."""


def trim(path: Path, most: int = MOST) -> None:
    """Cut the middle out of a log that is too long, and say so in it. The process that wrote it has ended."""
    if not path.exists() or (size := path.stat().st_size) <= most:
        return
    half = most // 2 - 100
    with open(path, "rb") as log:
        head = log.read(half)
        log.seek(size - half)
        tail = log.read()
    path.write_bytes(head + f"\n… {size - 2 * half:,} bytes left out …\n".encode() + tail)


def bound(folder: Path, newest: int, open_runs: Collection[int] = ()) -> int:
    """Delete the logs of all but the newest runs, and of those that are open; how many."""
    found = {int(path.stem[4:]): path for path in folder.glob("run-*.log") if path.stem[4:].isdecimal()}
    gone = [run_id for run_id in sorted(found)[: max(len(found) - newest, 0)] if run_id not in open_runs]
    for run_id in gone:
        found[run_id].unlink(missing_ok=True)
    return len(gone)
