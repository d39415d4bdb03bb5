"""Exporting: one version as a folder that needs no home: artifact, facts, what made it, the list of its rows,
what it said of some of them, its code, a card.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.domain.addresses import without_password
from core.domain.card import Told, card
from core.domain.clock import iso, moment
from core.domain.errors import BadInput
from core.domain.facts import facts
from core.domain.learning import Snapshot
from core.domain.making import Making
from core.domain.models import Kept
from core.domain.versions import Stint, Version, stints
from storage.artifacts import ArtifactFiles
from storage.champions import FACTS, model_file
from storage.code import CodeTrees
from storage.database import Home
from storage.makings import plain_making
from storage.probes import ProbeFiles
from storage.room import NO_ROOM
from storage.snapshots import ChunkFiles
from storage.stores import Stores

SNAPSHOT, CARD, MAKING, PROBE, CODE = "snapshot.json", "MODEL_CARD.md", "making.json", "probe.parquet", "code"
ROWS = "rows.parquet"
LONGEST = 255
"""Bytes of a file's name."""


def export(home: Home, kept: Kept, version: Version, folder: Path, *, rows: bool = False) -> list[str]:
    """Write the folder whole or not at all; the names of its files. `rows`: those of its snapshot too, in
    its order.

    BadInput if something is there already, ArtifactFault if the version's file is gone or altered.
    """
    _free(folder)
    with home.reading() as stores:
        lived = stints(stores.versions.promotions(kept.id))
        snapshot = _snapshot(stores, version)
        making = stores.makings.get(kept.id, version.number)
        told = card_of(stores, kept, version)
    content = ArtifactFiles(home.path("artifacts")).content(version.saved)
    files = {
        model_file(version): content,
        FACTS: _json(_all_facts(kept, version, lived)),
        **({SNAPSHOT: _json(_listed(snapshot))} if snapshot else {}),
        **(_made(home, version, making) if making else {}),
        **_code(home, version),
        CARD: told.encode(),
    }
    with _whole(folder) as part:
        for name, bytes_ in files.items():
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            (part / name).write_bytes(bytes_)
        return [*files, *(_rows(home, snapshot, part / ROWS) if rows and snapshot else [])]


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """A folder that takes its place once all is in it."""
    part = folder.with_name(f".export.{os.getpid()}.part")
    try:
        part.mkdir()
        yield part
        part.replace(folder)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise
        raise BadInput(
            f"{folder} cannot be written: {error.strerror}.", "Name another folder.", key="--to"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _rows(home: Home, snapshot: Snapshot, file: Path) -> list[str]:
    import pyarrow.parquet as pq

    found = ChunkFiles(home.path("snapshots"), lambda _: ()).rows(snapshot)
    pq.write_table(found.table, file, compression="zstd")
    return [file.name]


def card_of(stores: Stores, kept: Kept, version: Version) -> str:
    """A version's model card, in Markdown."""
    making = stores.makings.get(kept.id, version.number)
    note = stores.notes.get(kept.id, version.number)
    return card(
        Told(
            making.kept(kept.id, version.created) if making else kept,
            version,
            _snapshot(stores, version),
            stints(stores.versions.promotions(kept.id)),
            stores.judgements.get(kept.id, version.number),
            next(iter(stores.reproductions.of(kept.id, version.number)), None),
            note.text if note else "",
        )
    )


def _snapshot(stores: Stores, version: Version) -> Snapshot | None:
    """None where its rows are not known."""
    return None if version.adopted else stores.snapshots.get(version.model_id, version.snapshot)


def _made(home: Home, version: Version, making: Making) -> dict[str, bytes]:
    """What made it, without passwords and folders of this machine, and what it said of some rows."""
    plain = plain_making(making)
    url = making.model.source.url
    plain["model"]["folder"] = CODE
    plain["model"]["source"]["url"] = None if url is None else without_password(url)
    probe = ProbeFiles(home.path("artifacts")).content(version.artifact, making.probe)
    return {MAKING: _json(plain), PROBE: probe}


def _code(home: Home, version: Version) -> dict[str, bytes]:
    """The files of a person's own that made it; ArtifactFault if one is gone or altered."""
    trees, files = CodeTrees(home.path("code")), version.code.get("files")
    trees.verify(version.code)
    return {
        f"{CODE}/{file['path']}": (trees.folder(str(version.code["sha256"])) / file["path"]).read_bytes()
        for file in (files if isinstance(files, list) else ())
    }


def _free(folder: Path) -> None:
    if len(os.fsencode(folder.name)) > LONGEST:
        raise BadInput("This name is too long for a folder.", "Name another folder.", key="--to")
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        raise BadInput(f"{folder} is there already.", "Name a new or an empty folder.", key="--to")
    if not folder.parent.exists():
        raise BadInput(f"There is no folder {folder.parent}.", "Make it first, or name another.", key="--to")
    if not folder.parent.is_dir() or not os.access(folder.parent, os.W_OK):
        raise BadInput(f"{folder.parent} cannot be written.", "Name a folder in one that can.", key="--to")


def _all_facts(kept: Kept, version: Version, lived: list[Stint]) -> dict[str, object]:
    mine = [one for one in lived if one.number == version.number]
    return {
        **facts(kept, version, mine[-1] if mine else None),
        "state": version.state,
        "created": iso(version.created),
        "trigger": version.trigger,
        "reason": version.reason,
        "parent": version.parent,
        "judged": dict(version.judged),
        "champion_scores": dict(version.champion_scores),
        "code": dict(version.code),
        "seconds": version.seconds,
        "stints": [
            {
                "from": iso(one.start),
                "to": iso(one.end),
                "by": one.by,
                "why": one.why,
                "rollback": one.rollback,
            }
            for one in mine
        ],
    }


def _listed(snapshot: Snapshot) -> dict[str, object]:
    """The chunks in order; each a Parquet file under `snapshots/` of the home, read from row `first` on."""
    return {
        "id": snapshot.id,
        "as_of": iso(moment(snapshot.as_of)),
        "rows": snapshot.rows,
        "format": snapshot.format,
        "chunks": [
            {
                "file": f"{one.hash[:2]}/{one.hash}.parquet",
                "rows": one.rows,
                "first": one.first,
                "hash": one.hash,
            }
            for one in snapshot.chunks
        ],
    }


def _json(values: object) -> bytes:
    return (json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False, default=str) + "\n").encode()
