"""Artifacts: what was saved loads again, and nothing else does."""

import hashlib
import io
import json
import os
import pickle
import sys
import types
import zipfile
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest
import skops.io
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyRegressor
from sklearn.preprocessing import FunctionTransformer

from core.domain.errors import ArtifactFault
from core.domain.learning import Artifact
from storage.artifacts import ArtifactFiles, LastLoaded
from storage.estimator_files import ENTRY, FORMAT, why_not_loaded


class Foreign(BaseEstimator):
    """A class that a home does not know."""


def fitted() -> Any:
    return DummyRegressor().fit([[0.0], [1.0]], [2.0, 4.0])


@pytest.fixture
def files(tmp_path: Path) -> ArtifactFiles:
    return ArtifactFiles(tmp_path / "artifacts")


def test_artifact_is_one_private_file_named_by_its_hash(files: ArtifactFiles) -> None:
    artifact = files.save(fitted(), "1-7")
    path = files.folder / "1-7.skops"
    assert artifact == Artifact("1-7.skops", hashlib.sha256(path.read_bytes()).hexdigest())
    assert os.listdir(files.folder) == ["1-7.skops"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert files.folder.stat().st_mode & 0o777 == 0o700
    files.verify(artifact)
    assert files.load(artifact).predict([[5.0]]).tolist() == [3.0]


def test_artifact_is_read_by_plain_skops_too(files: ArtifactFiles) -> None:
    files.save(fitted(), "v")
    assert skops.io.load(files.folder / "v.skops", trusted=["numpy.dtype"]).predict([[5.0]]).tolist() == [3.0]


@pytest.mark.parametrize("ask", ["load", "verify"])
def test_altered_artifact_is_refused(files: ArtifactFiles, ask: str) -> None:
    artifact = files.save(fitted(), "v")
    path = files.folder / artifact.file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArtifactFault, match="was altered"):
        getattr(files, ask)(artifact)


@pytest.mark.parametrize("ask", ["load", "verify"])
def test_missing_artifact_is_refused(files: ArtifactFiles, ask: str) -> None:
    artifact = files.save(fitted(), "v")
    (files.folder / artifact.file).unlink()
    with pytest.raises(ArtifactFault, match="cannot be read"):
        getattr(files, ask)(artifact)


@pytest.mark.parametrize(
    ("estimator", "words"),
    [
        (Foreign(), "Foreign"),
        (FunctionTransformer(os.system), "system"),
        (FunctionTransformer(lambda x: x), "lambda"),
    ],
)
def test_what_could_not_be_loaded_is_not_saved_and_named(
    files: ArtifactFiles, estimator: Any, words: str
) -> None:
    with pytest.raises(ArtifactFault, match=words):
        ArtifactFiles(files.folder, joblib=False).save(estimator, "v")
    assert not files.folder.exists()


def planted(files: ArtifactFiles, content: bytes) -> Artifact:
    files.folder.mkdir(exist_ok=True)
    (files.folder / "v.skops").write_bytes(content)
    return Artifact("v.skops", hashlib.sha256(content).hexdigest())


def test_file_that_asks_for_a_foreign_type_is_not_loaded(files: ArtifactFiles) -> None:
    buffer = io.BytesIO(skops.io.dumps(FunctionTransformer(os.system)))
    with zipfile.ZipFile(buffer, "a") as file:
        file.writestr(ENTRY, json.dumps({"format": FORMAT}))
    with pytest.raises(ArtifactFault, match="system"):
        files.load(planted(files, buffer.getvalue()))


def test_file_of_another_format_says_so(files: ArtifactFiles) -> None:
    buffer = io.BytesIO(skops.io.dumps(fitted()))
    with zipfile.ZipFile(buffer, "a") as file:
        file.writestr(ENTRY, json.dumps({"format": 99}))
    with pytest.raises(ArtifactFault, match="format 99"):
        files.load(planted(files, buffer.getvalue()))


def test_file_that_is_no_artifact_is_refused(files: ArtifactFiles) -> None:
    with pytest.raises(ArtifactFault, match="cannot be loaded"):
        files.load(planted(files, b"not a zip"))


def test_the_two_estimators_that_were_loaded_last_are_not_read_again(tmp_path: Path) -> None:
    from sklearn.linear_model import LinearRegression

    files = ArtifactFiles(tmp_path)
    remembering = LastLoaded(files)
    first, second, third = (
        remembering.save(LinearRegression().fit([[0], [1]], [0, slope]), str(slope)) for slope in (1, 2, 3)
    )
    one, two = remembering.load(first), remembering.load(second)
    assert two.coef_ == pytest.approx([2])  # type: ignore[attr-defined]
    assert remembering.load(first) is one
    assert remembering.load(third).coef_ == pytest.approx([3])  # type: ignore[attr-defined]
    assert remembering.load(second) is two
    assert remembering.load(first) is not one


def test_class_of_the_script_is_told_as_such_by_a_process_begun_by_its_module(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As every worker is: what Python says of its main module then names that module."""
    main = types.ModuleType("__main__")
    main.__spec__ = ModuleSpec("core.entrypoints.worker", None)
    monkeypatch.setitem(sys.modules, "__main__", main)
    with pytest.raises(AttributeError, match="worker") as caught:
        pickle.loads(b"c__main__\nOwn\n.")
    problem, fix = why_not_loaded(caught.value)
    assert "of the script itself (Own)" in problem
    assert "into a module beside the script" in fix
