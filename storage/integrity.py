"""Integrity: whether a home's tables, artifacts and snapshots are whole."""

from collections.abc import Callable, Iterator
from datetime import datetime

from core.domain.errors import EvermodelError
from core.domain.learning import Snapshot
from core.domain.models import Kept
from core.domain.versions import Version
from storage.artifacts import ArtifactFiles
from storage.champions import Champions
from storage.code import CodeTrees
from storage.database import Home
from storage.home_checks import Check as Check
from storage.home_checks import around
from storage.needed import needed
from storage.probes import ProbeFiles
from storage.snapshots import ChunkFiles
from storage.sqlite import Database


def check(home: Home, low: int, now: datetime) -> Iterator[Check]:
    """Every check of a home: around its tables, the tables, and every version's artifact and snapshot.

    `low`: MB of disk that should be free.
    """
    yield from around(home, low, now)
    with home.reading() as stores:
        yield _pragma(stores.database, "integrity_check", "tables")
        yield _pragma(stores.database, "foreign_key_check", "references between tables")
        versions = [
            (kept, version, stores.makings.get(kept.id, version.number))
            for kept in stores.models.all()
            for version in stores.versions.all(kept.id)
            if version.let_go is None
        ]
        spared = needed(stores.database)
    artifacts = ArtifactFiles(home.path("artifacts"))
    probes = ProbeFiles(home.path("artifacts"))
    chunks = _Chunks(ChunkFiles(home.path("snapshots"), lambda _: []))
    champions, codes = Champions(home), CodeTrees(home.path("code"))
    for kept, version, making in versions:
        name = f"{kept.model.name} v{version.number}"
        artifact = version.saved
        yield _tried(f"artifact of {name}", lambda artifact=artifact: artifacts.verify(artifact))  # type: ignore[misc]
        if version.state == "champion":
            yield _tried(
                f"path of {kept.model.name}'s champion",
                lambda kept=kept, version=version: champions.verify(kept, version),  # type: ignore[misc]
            )
        if making is not None:
            yield _tried(
                f"probe of {name}",
                lambda version=version, making=making: probes.verify(version.artifact, making.probe),  # type: ignore[misc]
            )
        if "files" in version.code:
            yield _tried(f"code of {name}", lambda version=version: codes.verify(version.code))  # type: ignore[misc]
        yield _tried(
            f"snapshot of {name}",
            lambda kept=kept, version=version: chunks.verify(  # type: ignore[misc]
                _snapshot(home, kept, version)
            ),
        )

    names = {kept.id: kept.model.name for kept, _, _ in versions}
    for version in (one for one in spared if one.model_id in names):
        yield _tried(
            f"artifact of {names[version.model_id]} v{version.number}, from which a later one went on",
            lambda version=version: artifacts.verify(version.saved),  # type: ignore[misc]
        )


def _pragma(database: Database, pragma: str, what: str) -> Check:
    found = [" ".join(map(str, row)) for row in database.execute(f"PRAGMA {pragma}").fetchall()]
    problems = [line for line in found if line != "ok"]
    return Check(what, not problems, "; ".join(problems[:10]) or None)


def _tried(what: str, act: Callable[[], None]) -> Check:
    try:
        act()
    except EvermodelError as error:
        return Check(what, False, str(error))
    return Check(what, True)


def _snapshot(home: Home, kept: Kept, version: Version) -> Snapshot:
    with home.reading() as stores:
        return stores.snapshots.get(kept.id, version.snapshot)


class _Chunks:
    """Verifies each chunk once, however many snapshots share it."""

    def __init__(self, files: ChunkFiles):
        self._files = files
        self._found: dict[str, EvermodelError | None] = {}

    def verify(self, snapshot: Snapshot) -> None:
        for chunk in snapshot.chunks:
            if chunk.hash not in self._found:
                self._found[chunk.hash] = self._fault(Snapshot("", 0, chunk.rows, (chunk,), snapshot.format))
            if (fault := self._found[chunk.hash]) is not None:
                raise fault

    def _fault(self, one: Snapshot) -> EvermodelError | None:
        try:
            self._files.verify(one)
        except EvermodelError as error:
            return error
        return None
