"""Logs: what a run's process printed, its head and its tail."""

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
