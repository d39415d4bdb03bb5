"""What descends from a process is found below it though it shed its environment, its session, its parent."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.engine import reaping
from core.engine.reaping import Brood, brood, take_orphans
from tests.serving import until

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere orphans go to the system's first process"
)
ORPHAN = """import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execve("/bin/sh", ["/bin/sh", "-c", sys.argv[1]], {})
    os._exit(0)
os.wait()
"""


@pytest.fixture
def its() -> Iterator[Brood]:
    with brood() as its:
        yield its
        its.end()


def orphan(folder: Path, text: str) -> psutil.Process:
    """What runs in a shell of its own, after who started it has ended."""
    told = folder / "pid"
    subprocess.run([sys.executable, "-c", ORPHAN, f"echo $$ > {told}; {text}"], check=True)
    until(lambda: told.exists() and told.read_text().strip(), 20, 0.01)
    return psutil.Process(int(told.read_text()))


def test_orphan_without_environment_in_a_session_of_its_own_is_ended(its: Brood, tmp_path: Path) -> None:
    found = orphan(tmp_path, "trap '' TERM HUP; sleep 60 & wait")
    assert (found.environ(), found.ppid()) == ({}, psutil.Process().pid)
    its.end()
    assert not psutil.pid_exists(found.pid)
    assert psutil.Process().children() == []


def test_processes_that_start_others_all_the_time_are_ended(its: Brood, tmp_path: Path) -> None:
    hops = tmp_path / "hops.sh"
    hops.write_text(f"echo >> {tmp_path}/hops; sleep 0.02; /bin/sh {hops} & exit")
    orphan(tmp_path, f"exec /bin/sh {hops}")
    until(lambda: (tmp_path / "hops").exists(), 20, 0.01)
    its.end()
    so_far = (tmp_path / "hops").stat().st_size
    time.sleep(0.3)
    assert (tmp_path / "hops").stat().st_size == so_far
    assert psutil.Process().children() == []


def test_orphan_that_ended_by_itself_is_taken_away(its: Brood, tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        found = orphan(tmp_path, "exit")
        until(lambda: found.status() == psutil.STATUS_ZOMBIE, 20, 0.01)
        its.bury(child.pid)
        assert not psutil.pid_exists(found.pid)
        child.communicate(b"\n")
        its.bury(child.pid)
        assert child.returncode == 0
    finally:
        child.kill()


def test_what_was_there_before_lives_on() -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as child:
        try:
            with brood() as its:
                its.end()
            assert child.poll() is None
        finally:
            child.kill()


def test_orphans_come_only_as_long_as_somebody_wants_them() -> None:
    with brood(), brood():
        assert take_orphans()
    assert not take_orphans(False)


def test_strays_are_those_without_the_mark() -> None:
    with (
        subprocess.Popen(["/bin/sleep", "60"], env={"EVERMODEL_RUN": "home:7:token"}) as ours,
        subprocess.Popen(["/bin/sleep", "60"], env={"EVERMODEL_RUN": "home:8:token"}) as stray,
    ):
        try:
            until(lambda: psutil.Process(ours.pid).name() == "sleep", 20, 0.01)
            reaping.end_strays("home:7:token")
            assert ours.poll() is None
            assert not psutil.pid_exists(stray.pid)
        finally:
            ours.kill()
