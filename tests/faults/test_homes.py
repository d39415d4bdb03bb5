"""A home that can only be read, or whose disk is full: all can be looked at, and it heals by itself."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.domain.errors import HomeFull
from core.domain.runs import Asked
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.database import Home
from storage.room import RESERVE
from tests.entrypoints.conftest import line_over
from tests.home_kit import NOW
from tests.serving import ROOT, Server, until

pytestmark = pytest.mark.faults

EVERMODEL = Path(sys.executable).with_name("evermodel")
NOBODY = 65_534
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
SEES = """
from tests.pages.visiting import visit, words
seen = visit("overview.py")
assert not seen.exception, seen.exception
print(seen.error[0].value)
print(words(seen))
print(words(visit("health.py")))
"""


@dataclass(frozen=True)
class Place:
    """A home with a model `m`, and who uses it."""

    folder: Path
    before: tuple[str, ...] = ()
    also: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def say(self, *command: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.before, *map(str, command)],
            env={**os.environ, "HOME": str(self.folder), "EVERMODEL_HOME": str(self.home), **self.also},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def evermodel(self, *args: str) -> subprocess.CompletedProcess[str]:
        return self.say(EVERMODEL, *args)

    def server(self) -> Server:
        return Server(self.home)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may come to."""
    folder = Path(tempfile.mkdtemp(prefix="evermodel-home-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def filled(folder: Path) -> None:
    """A home with one model and one failed run; closed."""
    line = line_over(folder)
    runtime = Runtime(Home(line.home), Settings())
    runtime.apply([folder / "m.toml"])
    with runtime.home.transaction() as t:
        run, _ = t.runs.queue(Asked(t.models.get("m").id, "retrain", "manual"), NOW)
        t.runs.claim(run.id, "t", 1, 0.0, NOW)
        t.runs.end(run.id, "t", "failed", NOW, error="No rows.")
    runtime.home.close()


def may_write(home: Path, may: bool) -> None:
    for path in [home, *home.rglob("*")]:
        mode = 0o700 if path.is_dir() else 0o600
        path.chmod(mode if may else mode & 0o555)


@pytest.fixture
def unwritable(folder: Path) -> Iterator[Place]:
    """As another user where the tests have all rights, since those may write anything."""
    place = Place(folder)
    if os.geteuid() == 0:
        place = Place(folder, AS_NOBODY)
        if shutil.which("setpriv") is None or place.say(sys.executable, "-c", "import click").returncode:
            pytest.skip("No other user can run this Python here.")
    filled(folder)
    if place.before:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
    may_write(place.home, False)
    yield place
    may_write(place.home, True)


def test_home_that_can_only_be_read_is_read_and_each_write_says_why_not(unwritable: Place) -> None:
    listed = unwritable.evermodel("models", "--json")
    assert (listed.returncode, [one["name"] for one in json.loads(listed.stdout)]) == (0, ["m"])
    assert json.loads(unwritable.evermodel("runs", "--json").stdout)[0]["error"] == "No rows."
    for args in (("retrain", "m"), ("remove", "m"), ("schedule", "m", "--every", "1 days")):
        refused = unwritable.evermodel(*args)
        assert (refused.returncode, refused.stdout) == (4, ""), args
        assert "can only be read. Make it writable" in refused.stderr
        assert refused.stderr.count("\n") == 1
    checked = unwritable.evermodel("check", "--json")
    assert checked.returncode == 1
    bad = [one for one in json.loads(checked.stdout) if not one["ok"]]
    assert [one["what"] for one in bad] == ["home can be written"]


def test_pages_of_a_home_that_can_only_be_read_say_what_to_do(unwritable: Place) -> None:
    seen = unwritable.say(sys.executable, "-c", SEES)
    assert seen.returncode == 0, seen.stderr
    assert "can only be read.** Everything can be looked at" in seen.stdout
    assert "Make it writable" in seen.stdout
    assert "The home can only be read" in seen.stdout  # in the foot, a link to the page of health


def test_server_of_a_home_that_can_only_be_read_answers_and_ticks_once_it_may_write(
    unwritable: Place,
) -> None:
    server = unwritable.server()
    try:
        server.start(
            unwritable.before, unwritable.folder / "server.log", well=False, HOME=str(unwritable.folder)
        )
        until(lambda: "can only be read" in server.health().get("problem", ""), 20)
        assert server.health()["scheduler"] == "late"
        may_write(unwritable.home, True)
        until(lambda: server.health().get("last_tick"), 30)
        assert server.health()["status"] == "ok"
    finally:
        server.stop()


def test_home_that_a_killed_writer_left_is_read_with_what_it_had_written_last(unwritable: Place) -> None:
    may_write(unwritable.home, True)
    code = (
        "import os\nfrom pathlib import Path\nfrom tests.home_kit import Home, add_model\n"
        f"home = Home(Path({str(unwritable.home)!r}))\n"
        "with home.transaction() as t: add_model(t, 'last')\n"
        "os._exit(0)"
    )
    assert unwritable.say(sys.executable, "-c", code).returncode == 0
    may_write(unwritable.home, False)
    listed = json.loads(unwritable.evermodel("models", "--json").stdout)
    assert [one["name"] for one in listed] == ["last", "m"]


@pytest.fixture
def small(folder: Path) -> Iterator[Place]:
    """A home on a disk of 60 MB, of which 10 should be free."""
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("No small disk can be mounted here.")
    try:
        filled(disk)
        yield Place(disk, also={"EVERMODEL_LOW_DISK": "10"})
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def fill(place: Place, left: int) -> None:
    """Take the disk but for `left` bytes."""
    with (place.folder / "filler").open("ab", buffering=0) as file:
        for step in (1_000_000, 4096, 1):
            while shutil.disk_usage(place.folder).free >= left + step:
                try:
                    if file.write(bytes(step)) < step:
                        break
                except OSError:
                    break


def test_low_disk_takes_no_work_until_there_is_room(small: Place) -> None:
    server = small.server()
    runtime = Runtime(Home(small.home), Settings(low_disk=10))
    try:
        server.start(**small.also)
        until(lambda: server.health().get("last_tick"))
        fill(small, 5_000_000)
        refused = small.evermodel("retrain", "m")
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
        assert "no run begins below 10 MB" in refused.stderr
        with pytest.raises(HomeFull):
            runtime.retrain("m")
        with runtime.home.transaction() as t:  # what a schedule had queued meanwhile
            run, _ = t.runs.queue(Asked(t.models.get("m").id, "retrain", "schedule"), runtime.now())
        until(lambda: "no run begins" in server.health().get("problem", ""), 10)
        with pytest.raises(AssertionError):
            until(lambda: runtime.run(run.id).state != "queued", 2)
        (small.folder / "filler").unlink()
        until(lambda: runtime.run(run.id).state == "succeeded")
    finally:
        runtime.home.close()
        server.stop()


def test_full_disk_is_read_says_what_to_do_and_heals(small: Place) -> None:
    home, other = Home(small.home), small.folder / "other.toml"
    other.write_text((small.folder / "m.toml").read_text().replace('name = "m"', 'name = "other"'))
    home.room.tend(10)
    assert (small.home / "evermodel.reserve").stat().st_size == RESERVE
    fill(small, 0)
    with pytest.raises(HomeFull, match="full: nothing can be kept"), home.transaction() as t:
        t.runs.queue(Asked(t.models.get("m").id, "retrain", "manual"), NOW)
    assert not (small.home / "evermodel.reserve").exists()
    with home.transaction() as t:  # into the room of the reserve: runs can be ended
        run, _ = t.runs.queue(Asked(t.models.get("m").id, "retrain", "manual"), NOW)
    fill(small, 0)
    with home.reading() as stores:
        assert stores.runs.get(run.id).state == "queued"
    listed = small.evermodel("runs", "--json")
    assert (listed.returncode, len(json.loads(listed.stdout))) == (0, 2)
    for args in (("retrain", "m"), ("apply", str(other))):
        refused = small.evermodel(*args)
        assert refused.returncode == 1, (args, refused)
        assert refused.stderr.count("\n") == 1
        assert "Free some room there" in refused.stderr
    (small.folder / "filler").unlink()
    assert small.evermodel("apply", str(other)).returncode == 0
    assert small.evermodel("check").returncode == 0
    home.close()


def test_home_without_room_for_what_connections_share_is_read(small: Place) -> None:
    assert not (small.home / "evermodel.db-shm").exists()
    fill(small, 0)
    listed = small.evermodel("models", "--json")
    assert (listed.returncode, [one["name"] for one in json.loads(listed.stdout)]) == (0, ["m"])
