"""Champions: each model's champion at a path that stays, for services that know nothing of Evermodel.

`champions/NAME` is a symbolic link to a folder `.NAME/NUMBER-DIGEST` with `model.skops` (or `model.joblib`,
then the code that it may need in `code/`) and `version.json`;
it is swapped by one rename. Who resolves the link once reads both of one version. The tables are the truth:
the path is put right after whatever changes them.
"""

import fcntl
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.domain.errors import ArtifactFault, EvermodelError
from core.domain.facts import facts
from core.domain.learning import Artifact
from core.domain.models import Kept
from core.domain.versions import Version, stints
from storage.artifacts import ArtifactFiles
from storage.code import CodeTrees
from storage.database import Home
from storage.estimator_files import JOBLIB
from storage.files import make_private, sync_folder, write_durably

FOLDER, FACTS, CODE = "champions", "version.json", "code"
LOCK = "champions.lock"
SPARED = 2
"""Folders of a model that stay, the newest first: a reader may be in the one before."""

log = logging.getLogger("evermodel")


@dataclass(frozen=True)
class Champions:
    """The champions of a home as files."""

    home: Home

    def settle(self, name: str | None = None, *, thoroughly: bool = False) -> None:
        """Make the paths say what the tables do, of one model or of all; `thoroughly`: look at content too.

        A path that cannot be put right now is logged, and the next time tries again: what the tables say
        already holds.
        """
        try:
            with self._alone():
                for model, champion in self._wanted().items():
                    if name in (None, model):
                        self._tried(model, champion, thoroughly)
                self._forget()
        except OSError as error:
            log.warning("champions could not be put right: %s", error)

    def verify(self, kept: Kept, version: Version) -> None:
        """ArtifactFault if the path of a model's champion leads elsewhere, or to what is not whole."""
        link, content = self._path(kept.model.name), self._facts(kept, version)
        again = "Start the server: it puts the path right."
        if not link.is_symlink() or link.readlink() != self._target(kept.model.name, version, content):
            raise ArtifactFault(f"{FOLDER}/{kept.model.name} does not lead to v{version.number}.", again)
        ArtifactFiles(link).verify(Artifact(model_file(version), version.artifact_sha256))

    def _tried(self, name: str, champion: tuple[Kept, Version] | None, thoroughly: bool) -> None:
        try:
            if champion is None:
                self._path(name).unlink(missing_ok=True)
            else:
                self._swap(*champion, thoroughly)
        except (OSError, EvermodelError) as error:
            log.warning("the path of %s's champion could not be put right: %s", name, error)

    def _swap(self, kept: Kept, version: Version, thoroughly: bool) -> None:
        name, content = kept.model.name, self._facts(kept, version)
        target = self._target(name, version, content)
        link, folder = self._path(name), self._path(*target.parts)
        if (
            link.is_symlink()
            and link.readlink() == target
            and _whole(folder, version, content, thoroughly)
            and self._has_code(folder, version, thoroughly)
        ):
            return
        content_of = ArtifactFiles(self.home.path("artifacts")).content(version.saved)
        files = self._code(version)
        write_durably(folder / model_file(version), content_of)
        shutil.rmtree(folder / CODE, ignore_errors=True)
        for path, code in files.items():
            write_durably(folder / CODE / path, code)
        write_durably(folder / FACTS, content)
        os.utime(folder)
        part = self._path(f".{name}.part")
        part.unlink(missing_ok=True)
        part.symlink_to(target)
        if not link.is_symlink():  # a copy of the home that followed links made a folder of it
            _remove(link)
        part.replace(link)
        sync_folder(link.parent)
        _drop_older(folder)

    def _code(self, version: Version) -> Mapping[str, bytes]:
        """The code that a joblib file may need, by its paths."""
        if version.saved.code is None or not version.artifact.endswith(JOBLIB):
            return {}
        return _files(CodeTrees(self.home.path(CODE)).checked(version.saved.code))

    def _has_code(self, folder: Path, version: Version, thoroughly: bool) -> bool:
        return not thoroughly or _files(folder / CODE) == self._code(version)

    def _facts(self, kept: Kept, version: Version) -> bytes:
        with self.home.reading() as stores:
            lived = stints(stores.versions.promotions(kept.id))
        stint = next((one for one in reversed(lived) if one.number == version.number), None)
        return json.dumps(facts(kept, version, stint), ensure_ascii=False, indent=1).encode()

    def _target(self, name: str, version: Version, content: bytes) -> Path:
        digest = hashlib.sha256(content).hexdigest()[:12]
        return Path(f".{name}", f"{version.number}-{digest}")

    def _wanted(self) -> Mapping[str, tuple[Kept, Version] | None]:
        """Each model with its champion, None where it has none."""
        with self.home.reading() as stores:
            return {
                kept.model.name: (kept, champion) if (champion := stores.versions.champion(kept.id)) else None
                for kept in stores.models.all()
            }

    def _forget(self) -> None:
        """What is there of models that are not."""
        names = self._wanted()
        for path in self._path().iterdir():
            if path.name.lstrip(".").removesuffix(".part") not in names:
                _remove(path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time, so that the last to come has read the newest tables."""
        make_private(self._path())
        with open(self.home.path(LOCK), "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _path(self, *parts: str) -> Path:
        return self.home.path(FOLDER, *parts)


def model_file(version: Version) -> str:
    """The name of a version's file outside of the home: `model.skops` or `model.joblib`."""
    return f"model{Path(version.artifact).suffix}"


def _whole(folder: Path, version: Version, content: bytes, thoroughly: bool) -> bool:
    model, facts_ = folder / model_file(version), folder / FACTS
    if not (model.is_file() and facts_.is_file()) or not thoroughly:
        return model.is_file() and facts_.is_file()
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    return digest == version.artifact_sha256 and facts_.read_bytes() == content


def _files(tree: Path) -> Mapping[str, bytes]:
    """Those of a tree of code, by their paths."""
    files = (path for path in tree.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in files}


def _drop_older(folder: Path) -> None:
    """All but the newest folders of a model."""
    there = sorted(folder.parent.iterdir(), key=lambda one: (one == folder, one.stat().st_mtime_ns))
    for one in there[:-SPARED]:
        shutil.rmtree(one, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
