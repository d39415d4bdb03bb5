"""Artifacts: what was saved loads again, and nothing else does."""

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
import skops.io
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyRegressor
from sklearn.preprocessing import FunctionTransformer

from core.domain.errors import ArtifactFault
from core.domain.learning import Artifact
from storage.artifacts import ENTRY, FORMAT, ArtifactFiles, LastLoaded


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
        files.save(estimator, "v")
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


def test_estimator_that_was_loaded_last_is_not_read_again(tmp_path: Path) -> None:
    from sklearn.linear_model import LinearRegression

    files = ArtifactFiles(tmp_path)
    remembering = LastLoaded(files)
    first, second = (
        remembering.save(LinearRegression().fit([[0], [1]], [0, slope]), str(slope)) for slope in (1, 2)
    )
    one = remembering.load(first)
    assert remembering.load(first) is one
    assert remembering.load(second).coef_ == pytest.approx([2])  # type: ignore[attr-defined]
    assert remembering.load(first) is not one
