"""Champions: one path a model, swapped at once, put right from the tables."""

import hashlib
import json
import os
import threading
from pathlib import Path

import pytest

from core.domain.errors import ArtifactFault
from core.domain.models import Kept
from storage.champions import Champions
from storage.database import Home
from tests.home_kit import NOW, add_model, add_version
from tests.script_kit import workplace


@pytest.fixture
def two(home: Home, kept: Kept) -> Home:
    """Two versions whose artifacts are there, the first champion."""
    with home.transaction() as t:
        for number in (1, 2):
            version = add_version(t, kept)
            content = f"model {number}".encode() * 1000
            home.path("artifacts", f"{number}.skops").write_bytes(content)
            t.database.execute(
                "update versions set artifact = ?, artifact_sha256 = ? where number = ?",
                [f"{number}.skops", hashlib.sha256(content).hexdigest(), version.number],
            )
    promote(home, kept, 1)
    return home


def promote(home: Home, kept: Kept, number: int) -> None:
    with home.transaction() as t:
        t.versions.promote(kept.id, number, NOW, NOW, by="ann", why="because")
    Champions(home).settle(kept.model.name)


def told(path: Path) -> tuple[int, int]:
    """The version by each of the two files, as a reader sees them who resolves the path once."""
    folder = path.resolve()
    content = (folder / "model.skops").read_bytes()
    return json.loads((folder / "version.json").read_text())["version"], int(content[6:7])


def test_reader_sees_the_old_or_the_new_and_never_a_mix(two: Home, kept: Kept) -> None:
    path, over, seen = two.path("champions", "m"), threading.Event(), set[object]()

    def read() -> None:
        while not over.is_set():
            try:
                seen.add(told(path))
            except OSError as error:
                seen.add(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    for place in range(20):
        promote(two, kept, 1 + (place + 1) % 2)
    over.set()
    reader.join()
    assert seen == {(1, 1), (2, 2)}


def test_what_was_done_to_the_path_is_put_right(two: Home) -> None:
    path = two.path("champions", "m")
    for harm in (lambda: path.unlink(), lambda: (path / "version.json").unlink(), lambda: _point_away(path)):
        harm()
        Champions(two).settle()
        assert told(path) == (1, 1)


def _point_away(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def test_altered_content_is_told_and_put_right_by_a_thorough_look(two: Home, kept: Kept) -> None:
    (two.path("champions", "m") / "model.skops").write_bytes(b"altered")
    with two.reading() as stores:
        champion = stores.versions.get(kept.id, 1)
    with pytest.raises(ArtifactFault, match="altered"):
        Champions(two).verify(kept, champion)
    Champions(two).settle(thoroughly=True)
    Champions(two).verify(kept, champion)


def test_folder_that_a_copy_made_of_the_link_becomes_a_link_again(two: Home) -> None:
    path = two.path("champions", "m")
    target = path.readlink()
    path.unlink()
    path.mkdir()
    (path / "stray").touch()
    Champions(two).settle()
    assert path.readlink() == target


def test_older_folders_go_and_the_one_before_stays(two: Home, kept: Kept) -> None:
    for number in (2, 1, 2):
        promote(two, kept, number)
    assert len(list(two.path("champions", ".m").iterdir())) <= 2
    assert two.path("champions", "m").resolve().is_dir()


def test_path_goes_with_its_model(two: Home, kept: Kept) -> None:
    with two.transaction() as t:
        t.models.remove(kept, NOW)
    Champions(two).settle("m")
    assert os.listdir(two.path("champions")) == []


def test_artifact_that_is_gone_leaves_the_path_as_it_was(two: Home, kept: Kept) -> None:
    two.path("artifacts", "2.skops").unlink()
    promote(two, kept, 2)
    assert told(two.path("champions", "m")) == (1, 1)


def test_model_without_champion_has_no_path(home: Home) -> None:
    with home.transaction() as t:
        add_model(t, "other")
    Champions(home).settle()
    assert os.listdir(home.path("champions")) == []


def test_joblib_champion_lies_there_with_its_code(tmp_path: Path) -> None:
    work = workplace(tmp_path)
    assert work.retrain().state == "succeeded"
    home = work.place.home
    Champions(home).settle()
    (version,), folder = work.place.versions(), home.path("champions", "m")
    assert json.loads((folder / "version.json").read_text())["artifact"] == "model.joblib"
    assert (folder / "model.joblib").read_bytes() == home.path("artifacts", version.artifact).read_bytes()
    code = folder / "code" / "mean.py"
    assert code.read_bytes() == (tmp_path / "mean.py").read_bytes()
    code.write_text("altered")
    Champions(home).settle(thoroughly=True)
    assert code.read_bytes() == (tmp_path / "mean.py").read_bytes()
    home.close()
