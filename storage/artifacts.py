"""Artifacts: fitted estimators as skops files, which load without running foreign code.

Format 1: a skops file of the estimator, with one more entry in the zip, `evermodel.json`, that holds the
format's number. skops itself reads the file too. To change the format: count FORMAT up, keep the reader of
the old one under its number with a test of its own, and let `load` choose by the number.
"""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.domain.errors import ArtifactFault
from core.domain.learning import Artifact, Fitted
from storage.files import write_durably

FORMAT = 1
ENTRY = "evermodel.json"

TRUSTED = (
    "numpy.dtype",
    "functools.partial",
    "sklearn.utils._bunch.Bunch",
    "sklearn.utils.validation.check_array",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
)
"""What may be loaded beside what skops trusts by itself. Fixed: what a file asks for is never added to it."""


@dataclass(frozen=True)
class ArtifactFiles:
    """The artifacts of a home, one file each in `folder`."""

    folder: Path

    def save(self, estimator: Fitted, name: str) -> Artifact:
        """Write, fsync, rename; ArtifactFault, and nothing written, if it could not be loaded again."""
        content = _packed(estimator)
        if foreign := _foreign(content):
            raise ArtifactFault(
                f"The estimator holds {', '.join(foreign)}, which may not be loaded again.",
                "Build it of scikit-learn's own estimators and functions.",
            )
        file = f"{name}.skops"
        write_durably(self.folder / file, content)
        return Artifact(file, hashlib.sha256(content).hexdigest())

    def load(self, artifact: Artifact) -> Fitted:
        """ArtifactFault if the file is gone, altered, of another format, or holds what may not be loaded."""
        import skops.io

        content = self.content(artifact)
        try:
            _check_format(content, artifact.file)
            return skops.io.loads(content, trusted=list(TRUSTED))  # type: ignore[no-any-return]
        except ArtifactFault:
            raise
        except Exception as error:
            raise ArtifactFault(
                f"Artifact {artifact.file} cannot be loaded: {error}", "Reproduce or replace the version."
            ) from error

    def verify(self, artifact: Artifact) -> None:
        """ArtifactFault if the file is gone or altered; loads nothing."""
        self.content(artifact)

    def content(self, artifact: Artifact) -> bytes:
        """The file's bytes; ArtifactFault if it is gone or altered."""
        try:
            content = (self.folder / artifact.file).read_bytes()
        except OSError as error:
            raise ArtifactFault(
                f"Artifact {artifact.file} cannot be read: {error.strerror}.",
                "Restore it from a backup, or choose another version.",
            ) from error
        if hashlib.sha256(content).hexdigest() != artifact.sha256:
            raise ArtifactFault(
                f"Artifact {artifact.file} was altered since it was saved.",
                "Restore it from a backup, or choose another version.",
            )
        return content


class LastLoaded:
    """Artifacts that remember the estimator that was loaded last: a run asks for its champion twice."""

    def __init__(self, files: ArtifactFiles):
        self._files = files
        self._last: tuple[Artifact, Fitted] | None = None

    def save(self, estimator: Fitted, name: str) -> Artifact:
        return self._files.save(estimator, name)

    def load(self, artifact: Artifact) -> Fitted:
        if self._last is None or self._last[0] != artifact:
            self._last = artifact, self._files.load(artifact)
        return self._last[1]

    def verify(self, artifact: Artifact) -> None:
        self._files.verify(artifact)


def import_skops() -> None:
    """Import what saving and loading need now."""
    import skops.io  # noqa: F401


def _packed(estimator: object) -> bytes:
    import skops.io

    try:
        buffer = io.BytesIO(skops.io.dumps(estimator))
    except Exception as error:
        raise ArtifactFault(
            f"The estimator {type(estimator).__name__} cannot be saved: {error}",
            "Build it of scikit-learn's own estimators and functions.",
        ) from error
    with zipfile.ZipFile(buffer, "a") as file:
        # A fixed date: the same estimator gives the same bytes of ours.
        file.writestr(zipfile.ZipInfo(ENTRY, (1980, 1, 1, 0, 0, 0)), json.dumps({"format": FORMAT}))
    return buffer.getvalue()


def _foreign(content: bytes) -> list[str]:
    """Types in a file that may not be loaded. Only to refuse them: none is trusted for having been found."""
    import skops.io

    found: list[Any] = skops.io.get_untrusted_types(data=content)
    return sorted(str(kind) for kind in found if kind not in TRUSTED)


def _check_format(content: bytes, file: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        number = json.loads(packed.read(ENTRY))["format"]
    if number != FORMAT:
        raise ArtifactFault(
            f"Artifact {file} has format {number}, and this Evermodel reads {FORMAT}.",
            "Take the Evermodel that made it, or a newer one.",
        )
