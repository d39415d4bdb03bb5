"""Which files beside a script are kept, and which commit they are of."""

import shutil
import subprocess
from pathlib import Path

import pytest

from core.retraining import code_files
from core.retraining.code_files import collect
from core.retraining.git import commit


def test_nearest_files_are_kept_and_what_is_cut_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_files, "MOST_FILES", 3)
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("z.py", "train.py", "a/near.py", "a/b/far.py", "data.csv"):
        (tmp_path / name).write_text(name)
    found = collect(tmp_path / "train.py", tmp_path)
    assert list(found.files) == ["train.py", "z.py", "a/near.py"]
    assert found.cut == "only 3 files of its folder are kept"


def test_files_too_large_to_keep_are_left_out_but_for_the_script_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_files, "MOST_BYTES", 10)
    (tmp_path / "train.py").write_text("x" * 50)
    (tmp_path / "more.py").write_text("y")
    assert list(collect(tmp_path / "train.py", tmp_path).files) == ["train.py"]


@pytest.mark.skipif(shutil.which("git") is None, reason="There is no git here.")
def test_commit_is_that_of_the_files_and_dirty_once_one_changed(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        named = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *named, *arguments], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "train.py").write_text("1\n")
    assert commit(tmp_path, ["train.py"]) == {}
    git("init")
    assert commit(tmp_path, ["train.py"]) == {}
    git("add", "train.py")
    git("commit", "-m", "first")
    clean = commit(tmp_path, ["train.py"])
    assert len(str(clean["commit"])) == 40
    assert clean["dirty"] is False
    (tmp_path / "model.joblib").write_text("what a script writes is no change of its code")
    assert commit(tmp_path, ["train.py"]) == clean
    (tmp_path / "train.py").write_text("2\n")
    assert commit(tmp_path, ["train.py"]) == {**clean, "dirty": True}
