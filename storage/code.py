"""Code: files of a person's own that made versions, each set of them once, as the tree that they were."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.domain.errors import ArtifactFault
from storage.files import make_private, sync_folder, write_durably

AGAIN = "Restore it from a backup, or choose another version."


@dataclass(frozen=True)
class CodeTrees:
    """Implements core.domain.scripts.Codes: the tree of a whole lies in `root`/WHOLE."""

    root: Path

    def keep(self, files: Mapping[str, bytes]) -> str:
        name = whole({path: hashlib.sha256(content).hexdigest() for path, content in files.items()})
        if self.folder(name).is_dir():
            return name
        make_private(self.root)
        part = self.root / f".{name}.{os.getpid()}.part"
        try:
            for path, content in files.items():
                write_durably(part / path, content)
            make_private(part)
            if not self.folder(name).is_dir():
                part.replace(self.folder(name))
        except OSError:
            if not self.folder(name).is_dir():  # else another process was quicker
                raise
        finally:
            shutil.rmtree(part, ignore_errors=True)
        sync_folder(self.root)
        return name

    def folder(self, whole: str) -> Path:
        return self.root / whole

    def checked(self, name: str) -> Path:
        """The folder of a whole whose code is about to run; ArtifactFault if it holds anything else."""
        folder = self.folder(name)
        try:
            found = {file: hashlib.sha256(path.read_bytes()).hexdigest() for file, path in _files(folder)}
        except OSError as error:
            raise ArtifactFault(f"Code {name} cannot be read: {error.strerror}.", AGAIN) from error
        if folder.is_dir() and whole(found) != name:
            raise ArtifactFault(f"Code {name} was altered since it was saved.", AGAIN)
        return folder

    def verify(self, code: Mapping[str, object]) -> None:
        """ArtifactFault if a file of a version's code is gone, altered or new; `code`: the version's."""
        files, folder = code.get("files"), self.folder(str(code.get("sha256")))
        for file in files if isinstance(files, list) else ():
            path = folder / str(file["path"])
            try:
                found = hashlib.sha256(path.read_bytes()).hexdigest()
            except OSError as error:
                raise ArtifactFault(
                    f"Code {file['path']} cannot be read: {error.strerror}.", AGAIN
                ) from error
            if found != file["sha256"]:
                raise ArtifactFault(f"Code {file['path']} was altered since it was saved.", AGAIN)
        known = {str(file["path"]) for file in files} if isinstance(files, list) else set()
        if strange := min((path for path, _ in _files(folder) if path not in known), default=None):
            raise ArtifactFault(f"Code {strange} was put beside it since it was saved.", AGAIN)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """By their path within it; without what Python compiled them to."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(folder).as_posix(), path


def whole(files: Mapping[str, str]) -> str:
    """The name of a set of files, path -> SHA-256: the SHA-256 over their lines, by path."""
    listed = "".join(f"{sha256} {path}\n" for path, sha256 in sorted(files.items()))
    return hashlib.sha256(listed.encode()).hexdigest()
