"""Artifacts: fitted estimators as files: skops, which load without running foreign code, else joblib.

Format 1 of a skops file: one of the estimator, with one more entry in the zip, `evermodel.json`, that holds
the format's number. skops itself reads the file too. To change the format: count FORMAT up, keep the reader
of the old one under its number with a test of its own, and let `load` choose by the number. A joblib file is
as joblib, or the script that made it, wrote it. It is a pickle, so its SHA-256 is compared before it is read.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from core.domain.errors import ArtifactFault
from core.domain.learning import Artifact, Fitted
from storage.code import CodeTrees
from storage.estimator_files import (
    JOBLIB,
    SKOPS,
    check_format,
    foreign,
    pack,
    pickled,
    suffix_of,
    unpack,
    unpickle,
    why_not_loaded,
)
from storage.files import write_durably

NOT_ALLOWED = "and the setting `joblib` is off, since such a file runs code when it is loaded"


@dataclass(frozen=True)
class ArtifactFiles:
    """The artifacts of a home, one file each in `folder`. `joblib`: whether joblib files are allowed."""

    folder: Path
    joblib: bool = True

    def save(self, estimator: Fitted, name: str, code: str | None = None) -> Artifact:
        return self.write(self.bytes_of(estimator, code), name, code)

    def bytes_of(self, estimator: Fitted, code: str | None, written: bytes | None = None) -> bytes:
        """What a file of the estimator holds; `written`: the joblib file that it came from, kept as it is."""
        try:
            content = pack(estimator)
            kinds = foreign(content)
        except ArtifactFault:
            if not self.joblib:
                raise
            kinds = []
        else:
            if not kinds:
                return content
        if not self.joblib:
            raise ArtifactFault(
                f"The estimator holds {', '.join(kinds)}, which may not be loaded again.",
                "Build it of scikit-learn's own estimators and functions, or set joblib = true.",
            )
        content = written or pickled(estimator)
        self._loaded(content, "The estimator", code)
        return content

    def write(self, content: bytes, name: str, code: str | None = None) -> Artifact:
        """Keep a file's bytes durably."""
        file = f"{name}{suffix_of(content)}"
        write_durably(self.folder / file, content)
        return Artifact(file, hashlib.sha256(content).hexdigest(), code)

    def load(self, artifact: Artifact) -> Fitted:
        """ArtifactFault if the file is gone, altered, of another format, or holds what may not be loaded."""
        content = self.content(artifact)
        what, again = f"Artifact {artifact.file}", "Reproduce or replace the version."
        if artifact.file.endswith(JOBLIB):
            return self._loaded(content, what, artifact.code)
        try:
            check_format(content, artifact.file)
            return unpack(content)  # type: ignore[no-any-return]
        except ArtifactFault:
            raise
        except Exception as error:
            raise ArtifactFault(f"{what} cannot be loaded: {error}", again) from error

    def read(self, content: bytes, name: str, code: str | None = None) -> Fitted:
        """The estimator in a file that Evermodel did not write."""
        if self.kind(content, name) == JOBLIB:
            return self._loaded(content, name, code)
        return _unpacked(content, name)

    def kind(self, content: bytes, name: str) -> str:
        """`.skops` or `.joblib`, of a file that Evermodel did not write; ArtifactFault if it is neither, if
        its name says otherwise, or if such files are not allowed.
        """
        found = suffix_of(content)
        if not content:
            raise ArtifactFault(f"{name} is empty.", "Write a model there.")
        if found is None:
            raise ArtifactFault(
                f"{name} is no model: neither a skops nor a joblib file, or cut short.",
                "Write it by skops.io.dump or joblib.dump.",
            )
        if found == JOBLIB and name.endswith(SKOPS):
            raise ArtifactFault(
                f"{name} is a pickle, as joblib or pickle writes it, and no skops file.",
                "Write it by skops.io.dump, or name it .joblib.",
            )
        if found == JOBLIB and not self.joblib:
            raise _not_allowed(name)
        return found

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

    def copy_to(self, artifact: Artifact, folder: Path) -> Path:
        to = folder / f"model{suffix(artifact)}"
        to.write_bytes(self.content(artifact))
        return to

    def _loaded(self, content: bytes, what: str, code: str | None) -> Fitted:
        if not self.joblib:
            raise _not_allowed(what)
        tree = CodeTrees(self.folder.parent / "code").checked(code) if code else None
        try:
            return unpickle(content, tree)  # type: ignore[no-any-return]
        except MemoryError:
            raise
        except Exception as error:
            problem, fix = why_not_loaded(error)
            raise ArtifactFault(f"{what} cannot be loaded: {problem}.", fix) from error


class LastLoaded:
    """Artifacts that remember the two estimators that were loaded last: a run asks for its champion twice,
    and for the one before that scores aside. The bytes of one that Evermodel did not write are remembered
    until it is saved.
    """

    def __init__(self, files: ArtifactFiles):
        self._files = files
        self._last: dict[Artifact, Fitted] = {}  # the one loaded last at the end
        self._read: tuple[Fitted, bytes] | None = None

    def save(self, estimator: Fitted, name: str, code: str | None = None) -> Artifact:
        written = self._read[1] if self._read is not None and self._read[0] is estimator else None
        written = written if written is not None and suffix_of(written) == JOBLIB else None
        return self._files.write(self._files.bytes_of(estimator, code, written), name, code)

    def load(self, artifact: Artifact) -> Fitted:
        if artifact not in self._last:
            self._last = dict(list(self._last.items())[-1:])  # before another takes as much memory
            self._last[artifact] = self._files.load(artifact)
        return self._last[artifact]

    def read(self, content: bytes, name: str, code: str | None = None) -> Fitted:
        self._read = self._files.read(content, name, code), content
        return self._read[0]

    def verify(self, artifact: Artifact) -> None:
        self._files.verify(artifact)

    def copy_to(self, artifact: Artifact, folder: Path) -> Path:
        return self._files.copy_to(artifact, folder)


def _not_allowed(what: str) -> ArtifactFault:
    return ArtifactFault(
        f"{what} is a joblib file, {NOT_ALLOWED}.", "Write it by skops.io.dump, or set joblib = true."
    )


def suffix(artifact: Artifact) -> str:
    """`.skops` or `.joblib`."""
    return Path(artifact.file).suffix


def _unpacked(content: bytes, name: str) -> Fitted:
    try:
        kinds = foreign(content)
        if not kinds:
            return unpack(content)  # type: ignore[no-any-return]
    except Exception as error:
        problem, fix = why_not_loaded(error)
        raise ArtifactFault(f"{name} cannot be loaded: {problem}.", fix) from error
    raise ArtifactFault(
        f"{name} holds {', '.join(kinds)}, which a skops file may not bring in.",
        "Build the model of scikit-learn's own estimators and functions, or write it by joblib.dump.",
    )
