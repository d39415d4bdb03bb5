"""Orphans: what works for a run that is over is ended, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.domain.runs import Asked
from core.engine import marks, orphans
from tests.home_kit import NOW, Place

pytestmark = pytest.mark.faults


def marked(mark: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"],
        env={**os.environ, marks.NAME: mark},
        start_new_session=True,
    )


def test_only_processes_of_runs_that_are_over_are_ended(place: Place, tmp_path: Path) -> None:
    home = place.home.folder
    with place.home.transaction() as t:
        over, _ = t.runs.queue(Asked(place.kept.id, "monitor", "manual"), NOW)
        t.runs.claim(over.id, "old", 1, 0.0, NOW)
        t.runs.end(over.id, "old", "lost", NOW)
        works, _ = t.runs.queue(Asked(place.kept.id, "monitor", "manual"), NOW)
        t.runs.claim(works.id, "new", 1, 0.0, NOW)
    other = tmp_path / "other"
    other.mkdir()
    left = marked(marks.run_mark(home, over.id, "old"))
    stay = [
        marked(marks.run_mark(home, works.id, "new")),
        marked(marks.run_mark(other, over.id, "old")),
        marked(f"{marks.home_mark(home)}:standby:"),
    ]
    try:
        assert orphans.sweep(place.home) == [over.id]
        left.wait(10)
        assert [process.poll() for process in stay] == [None, None, None]
        assert orphans.sweep(place.home) == []
    finally:
        for process in [left, *stay]:
            process.kill()
            process.wait()


def test_home_has_one_mark_through_any_path(place: Place, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(place.home.folder)
    assert marks.home_mark(link) == marks.home_mark(place.home.folder)
