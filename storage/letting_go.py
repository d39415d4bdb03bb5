"""Letting go: files leave the home once nothing needs them; what another version or model shares stays.

So does the artifact from which a kept version went on: it is rebuilt from there.
"""

import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from core.domain.keeping import Guard, unguarded
from core.domain.models import Kept
from core.domain.proof import needs
from core.domain.runs import EXCLUSIVE
from core.domain.versions import Version, older
from core.monitoring.aftermath import Pair
from core.monitoring.buying import scoring_on
from storage.champions import Champions
from storage.columns import from_json
from storage.database import Home
from storage.needed import needed
from storage.probes import SUFFIX, probe_file
from storage.sqlite import Database
from storage.stores import Stores

FOLDERS = ("artifacts", "snapshots", "predictions")
MADE_BY_A_RUN = re.compile(rf"\d+(-\d+){{2,3}}(\.skops|\.joblib|{re.escape(SUFFIX)})")


def let_go(home: Home, kept: Kept, now: datetime) -> None:
    """Delete a removed model's artifacts and predictions, and the rows and code that only it names."""
    with home.transaction() as t:
        versions = [version for version in t.versions.all(kept.id) if version.let_go is None]
        t.versions.let_go(kept.id, [version.number for version in versions], now)
    shutil.rmtree(home.path("predictions", str(kept.id)), ignore_errors=True)
    _drop(home, kept.id, versions, unguarded)


@dataclass(frozen=True)
class HomeFiles:
    """Implements core.domain.keeping.Files."""

    home: Home

    def older(self, kept: Kept, now: datetime, guard: Guard) -> list[int]:
        if kept.model.keep is None:
            return []
        with self.home.transaction() as t:
            guard(t)
            runs = [run for run in t.runs.open() if run.model_id == kept.id]
            if any(run.state == "running" for run in runs):
                return []
            asked = {number for run in runs if isinstance(number := run.options.get("version"), int)}
            gone = older(t.versions.all(kept.id), kept.model.keep, asked | _scoring_on(t, kept.id))
            numbers = [version.number for version in gone]
            t.versions.let_go(kept.id, numbers, now)
        _drop(self.home, kept.id, gone, guard)
        return numbers

    def unnamed(self, now: datetime, spare: timedelta, guard: Guard) -> int:
        with self.home.transaction() as t:
            guard(t)
            if _makes_versions(t):
                return 0
            trees = [tree for tree in _nameless_code(self.home, t) if _age(tree, now) >= spare]
            for tree in trees:
                shutil.rmtree(tree, ignore_errors=True)
            return len(trees) + _delete(path for path in self._nameless(t) if _age(path, now) >= spare)

    def nameless(self, now: datetime) -> list[int]:
        """Bytes of each artifact and chunk that no version names, and that is over an hour old."""
        with self.home.reading() as stores:
            found = [path for path in self._nameless(stores) if _age(path, now) >= timedelta(hours=1)]
        return [path.stat().st_size for path in found if path.exists()]

    def _nameless(self, stores: Stores) -> list[Path]:
        artifacts = {
            name
            for row in stores.database.query(_ARTIFACTS)
            for name in (row["artifact"], probe_file(row["artifact"]))
        } | {version.artifact for version in needed(stores.database)}
        chunks = _chunks(stores.database)
        return [
            *(path for path in _artifacts(self.home) if path.name not in artifacts),
            *(path for path in _chunk_files(self.home) if path.stem not in chunks),
        ]

    def half_written(self, now: datetime, spare: timedelta, guard: Guard) -> int:
        parts = [part for folder in FOLDERS for part in self.home.path(folder).rglob(".*.part")]
        if not parts:
            return 0
        with self.home.transaction() as t:
            guard(t)
            if any(run.state == "running" for run in t.runs.open()):
                return 0
            return _delete(part for part in parts if _age(part, now) >= spare)

    def champions(self, name: str | None = None, *, thoroughly: bool = False) -> None:
        Champions(self.home).settle(name, thoroughly=thoroughly)

    def predictions(self, model_id: int, newest: int) -> int:
        """Of every version that said something of a window, be it aside."""
        mine = self.home.path("predictions", str(model_id))
        files = [path for folder in (mine, *mine.glob("aside-*")) for path in folder.glob("*.parquet")]
        indices = sorted({int(path.stem) for path in files if path.stem.isdecimal()})
        old = set(indices[: max(len(indices) - newest, 0)])
        return _delete(path for path in files if path.stem.isdecimal() and int(path.stem) in old)


_ARTIFACTS = "select artifact from versions where let_go is null"
_CODE = "select distinct code ->> 'sha256' as whole from versions where let_go is null"
_NAMED = """select distinct s.chunks from snapshots s
    join versions v on v.model_id = s.model_id and v.snapshot = s.id where v.let_go is null"""


def _scoring_on(t: Stores, model_id: int) -> set[int]:
    """The champion before the present one, while it has windows to score aside."""
    asides = [Pair(one.number, one.index) for one in t.asides.all(model_id)]
    starts = {window.index: window.start for window in t.windows.all(model_id)}
    return scoring_on(t.versions.promotions(model_id), asides, starts)


def _nameless_code(home: Home, stores: Stores) -> list[Path]:
    """Trees of code that no version names, and what was left of one that was being written."""
    named = {row["whole"] for row in stores.database.query(_CODE)}
    named |= {version.saved.code for version in needed(stores.database)}
    return [tree for tree in home.path("code").glob("*") if tree.name not in named]


def _drop(home: Home, model_id: int, versions: Collection[Version], guard: Guard) -> None:
    """Delete the files of versions that were let go. What cannot go now goes with the hour."""
    if not versions:
        return
    with home.reading() as stores:
        spared = {version.artifact for version in needed(stores.database)}
        before = _gone_before(stores, model_id, versions)
    loose = {version.artifact for version in (*versions, *before)} - spared
    _delete(home.path("artifacts", name) for name in loose)
    _delete(home.path("artifacts", probe_file(version.artifact)) for version in versions)
    with home.transaction() as t:
        guard(t)
        if _makes_versions(t):
            return
        theirs = {
            chunk.hash for version in versions for chunk in t.snapshots.get(model_id, version.snapshot).chunks
        }
        _delete(_chunk_path(home, hash) for hash in theirs - _chunks(t.database))
        code = {version.saved.code for version in (*versions, *before)}
        for tree in _nameless_code(home, t):
            if tree.name in code:
                shutil.rmtree(tree, ignore_errors=True)


def _gone_before(stores: Stores, model_id: int, versions: Collection[Version]) -> list[Version]:
    """Those whose artifacts had stayed for the sake of these versions."""
    wanted = {number for version in versions for number in needs(version)}
    every = stores.versions.all(model_id) if wanted else []
    return [one for one in every if one.number in wanted and one.let_go is not None]


def _makes_versions(t: Stores) -> bool:
    """Whether a run works that may count on a file which no row names yet."""
    return any(run.state == "running" and run.kind in EXCLUSIVE for run in t.runs.open())


def _chunks(database: Database) -> set[str]:
    """The hashes of the chunks that versions name."""
    return {chunk["hash"] for row in database.query(_NAMED) for chunk in from_json(row["chunks"])}


def _chunk_path(home: Home, hash: str) -> Path:
    return home.path("snapshots", hash[:2], f"{hash}.parquet")


def _chunk_files(home: Home) -> Iterator[Path]:
    return (path for path in home.path("snapshots").glob("*/*.parquet") if not path.name.startswith("."))


def _artifacts(home: Home) -> Iterator[Path]:
    """Those that runs wrote, with their probes; others are not ours to judge."""
    return (path for path in home.path("artifacts").iterdir() if MADE_BY_A_RUN.fullmatch(path.name))


def _age(path: Path, now: datetime) -> timedelta:
    try:
        return timedelta(seconds=now.timestamp() - path.stat().st_mtime)
    except OSError:
        return timedelta(0)


def _delete(paths: Iterator[Path]) -> int:
    gone = list(paths)
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
