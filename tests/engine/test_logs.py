"""A log keeps its head and its tail."""

from pathlib import Path

from core.engine.logs import trim


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
