"""A log keeps its head and its tail."""

import re
import subprocess
import sys
from pathlib import Path

from core.engine import processes
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
    ((left_out, note),) = notes(path.read_bytes())
    assert left_out + len(path.read_bytes()) - note == said


def test_what_was_left_out_before_is_counted_by_whoever_cuts_next(tmp_path: Path) -> None:
    path, said = tmp_path / "run-1.log", 0
    for _ in range(3):
        log = Bounded(path, 10_000)
        for _ in range(200):
            log.write(b"x" * 99 + b"\n")
            said += 100
        log.close()
    path.write_bytes(path.read_bytes() + b"y" * 10_000)
    trim(path, 10_000)
    ((left_out, note),) = notes(path.read_bytes())
    assert left_out + len(path.read_bytes()) - note == said + 10_000


def notes(log: bytes) -> list[tuple[int, int]]:
    """Of each note in a log: how much was left out, and its own length."""
    found = re.finditer(rb"\n\xe2\x80\xa6 ([\d,]+) bytes left out \xe2\x80\xa6\n", log)
    return [(int(one[1].replace(b",", b"")), len(one[0])) for one in found]


OWN = """import os, sys, time
from pathlib import Path
from core.engine.logs import bound_own
log = Path(sys.argv[1])
bound_own(log, 100_000)
print("first")
"""


def printed(folder: Path, text: str) -> bytes:
    """What lies in the log of a process after this text."""
    log = folder / "run-1.log"
    with open(log, "ab") as file:
        command = [sys.executable, "-c", OWN + text, str(log)]
        env = {"PYTHONPATH": str(processes.ROOT)}
        subprocess.run(command, stdout=file, stderr=file, env=env, check=True, timeout=60)
    return log.read_bytes()


def test_what_a_process_prints_stays_within_the_bounds_of_its_log_at_any_time(tmp_path: Path) -> None:
    kept = printed(
        tmp_path,
        "for k in range(1_000):\n    print(k, 'x' * 1_000)\n    assert log.stat().st_size <= 100_000\n"
        "print('last', file=sys.stderr)",
    )
    assert kept.startswith(b"first\n0 xxx")
    assert kept.endswith(b"x\nlast\n")
    assert len(notes(kept)) == 1


def test_what_is_written_past_pythons_own_streams_is_bounded_soon(tmp_path: Path) -> None:
    kept = printed(
        tmp_path,
        "os.write(1, b'x' * 1_000_000)\nwhile log.stat().st_size > 100_000:\n    time.sleep(0.01)\n"
        "print('last')",
    )
    assert kept.startswith(b"first\nxxx")
    assert kept.endswith(b"xlast\n")


def test_process_that_is_forked_off_prints_into_the_same_log(tmp_path: Path) -> None:
    text = "if os.fork() == 0:\n    print('child')\n    os._exit(0)\nos.wait()\nprint('parent')"
    assert printed(tmp_path, text) == b"first\nchild\nparent\n"


def test_streams_that_go_elsewhere_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "run-1.log").touch()
    text = OWN + "assert sys.stdout is sys.__stdout__"
    command = [sys.executable, "-c", text, str(tmp_path / "run-1.log")]
    done = subprocess.run(
        command, capture_output=True, env={"PYTHONPATH": str(processes.ROOT)}, check=True, timeout=60
    )
    assert done.stdout == b"first\n"
