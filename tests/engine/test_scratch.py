"""What a script left in its scratch folder goes with its run, whatever it is."""

import os
import tempfile
from pathlib import Path

import pytest

from core.engine import scratch


def test_pipes_links_and_closed_folders_go_and_what_links_lead_to_stays(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    folder = scratch.of_run(tmp_path, 7)
    os.mkfifo(folder / "pipe")
    for name in ("link", "nowhere"):
        (folder / name).symlink_to(outside if name == "link" else tmp_path / name)
    (folder / "closed" / "inner").mkdir(parents=True)
    (folder / "closed" / "inner" / "file").touch()
    for closed in ("closed/inner", "closed"):
        (folder / closed).chmod(0)
    scratch.clear(tmp_path, 7)
    assert not folder.exists()
    assert list(outside.iterdir()) == [outside / "kept"]


@pytest.mark.parametrize("levels", [30, pytest.param(1_200, marks=pytest.mark.trial)])
def test_folders_too_deep_to_be_named_go(tmp_path: Path, levels: int) -> None:
    folder, here = scratch.of_run(tmp_path, 7), Path.cwd()
    os.chdir(folder)
    try:
        for _ in range(levels):
            os.mkdir("d" * 200)
            os.chdir("d" * 200)
        Path("file").touch()
    finally:
        os.chdir(here)
    scratch.clear(tmp_path, 7)
    assert not folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root leaves what another may not delete")
def test_what_may_not_be_deleted_stays_and_no_file_is_left_open() -> None:
    with tempfile.TemporaryDirectory() as name:  # another than root does not come to pytest's own
        home = Path(name)
        home.chmod(0o777)
        (scratch.of_run(home, 7) / "of-root").mkdir()
        (home / "scratch" / "run-7" / "of-root" / "file").touch()
        for folder in (home / "scratch", home / "scratch" / "run-7"):
            os.chown(folder, 65534, 65534)
        before = len(list(Path("/proc/self/fd").iterdir()))
        os.seteuid(65534)
        try:
            scratch.sweep(home, (), ())
        finally:
            os.seteuid(0)
        assert (home / "scratch" / "run-7" / "of-root" / "file").exists()
        assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_link_that_took_the_folders_place_goes_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch" / "run-7").symlink_to(outside)
    assert scratch.sweep(tmp_path, (), ()) == 1
    assert not list((tmp_path / "scratch").iterdir())
    assert outside.exists()
