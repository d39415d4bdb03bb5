"""A log keeps its head and its tail."""

import re
from pathlib import Path

from core.engine.logs import Bounded, trim


def test_long_log_keeps_its_head_and_tail_and_says_what_was_left_out(tmp_path: Path) -> None:
    log = tmp_path / "run-1.log"
    log.write_bytes(b"first line\n" + b"x" * 5_000 + b"\nlast line\n")
    trim(log, 1_000)
    kept = log.read_bytes()
    assert len(kept) <= 1_000
    assert kept.startswith(b"first line\n")
    assert kept.endswith(b"\nlast line\n")
    assert b"4,222 bytes left out" in kept


def test_short_log_stays_as_it_is(tmp_path: Path) -> None:
    log = tmp_path / "run-1.log"
    log.write_bytes(b"all of it")
    trim(log, 1_000)
    assert log.read_bytes() == b"all of it"


def test_log_that_is_written_to_keeps_head_and_newest_within_its_bounds(tmp_path: Path) -> None:
    path = tmp_path / "run-1.log"
    path.write_bytes(b"before\n")
    log, said = Bounded(path, 10_000), 7
    for k in range(1_000):
        line = f"line {k}\n".encode() * 10
        log.write(line)
        said += len(line)
        kept = path.read_bytes()
        assert len(kept) <= 10_000
        assert kept.startswith(b"before\nline 0\n")
        assert kept.endswith(f"line {k}\n".encode())
    log.close()
    (left_out,) = re.findall(rb"\n\xe2\x80\xa6 ([\d,]+) bytes left out \xe2\x80\xa6\n", path.read_bytes())
    note = len(f"\n… {left_out.decode()} bytes left out …\n".encode())
    assert int(left_out.replace(b",", b"")) + len(path.read_bytes()) - note == said
