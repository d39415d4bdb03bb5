"""An own recipe that prints without end and leaves processes behind, in a worker's process of its own."""

import sys
from pathlib import Path

import psutil
import pytest

from core.domain.clock import WallClock
from core.domain.runs import Asked
from core.engine import marks, processes
from core.engine.queue import Crew
from tests.home_kit import days_of_rows, place_of
from tests.serving import until

pytestmark = pytest.mark.faults

OWN = """import os, subprocess, sys, time
from pathlib import Path
from sklearn.dummy import DummyRegressor

HERE = Path(__file__).parent


def loud():
    print("the first line")
    for _ in range(30):
        print("x" * 999_999)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execve("/bin/sh", ["/bin/sh", "-c", f"echo $$ > '{HERE}/alone'; sleep 300"], {})
        os._exit(0)
    os.wait()
    (HERE / "printed").touch()
    while not (HERE / "seen").exists() or not (HERE / "alone").exists():
        time.sleep(0.02)
    return DummyRegressor()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere nobody finds the orphan")
def test_recipe_that_prints_without_end_is_bounded_while_it_does_and_its_orphans_end_with_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "own.py").write_text(OWN)
    place = place_of(tmp_path, days_of_rows(5), recipe="own:loud")
    with place.home.transaction() as t:
        run, _ = t.runs.queue(Asked(place.kept.id, "retrain", "manual"), WallClock().now())
    crew, log = Crew(place.home, WallClock(), 1, 1), processes.log_path(place.home.folder, run.id)
    try:
        crew.step()
        until(lambda: (tmp_path / "printed").exists(), 120, 0.02)
        assert log.stat().st_size <= 10_000_000
        (tmp_path / "seen").touch()
        until(lambda: crew.step() == [run.id], 120, 0.05)
        with place.home.reading() as stores:
            assert stores.runs.get(run.id).state == "succeeded"
    finally:
        crew.stop()
    kept = log.read_bytes()
    assert b"the first line" in kept[:1_000]
    assert b"bytes left out" in kept
    assert b" freeze " in kept.splitlines()[-1]
    assert not psutil.pid_exists(int((tmp_path / "alone").read_text()))
    assert marks.marked_runs(place.home.folder) == {}
    place.home.close()
