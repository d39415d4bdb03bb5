"""Exporting: one version as a folder that needs no home: artifact, facts, the list of its rows, a card."""

import json
import os
import shutil
from pathlib import Path

from core.domain.card import card
from core.domain.clock import iso, moment
from core.domain.errors import BadInput
from core.domain.facts import facts
from core.domain.learning import Artifact, Snapshot
from core.domain.models import Kept
from core.domain.versions import Stint, Version, stints
from storage.artifacts import ArtifactFiles
from storage.champions import FACTS, MODEL
from storage.database import Home

SNAPSHOT, CARD = "snapshot.json", "MODEL_CARD.md"


def export(home: Home, kept: Kept, version: Version, folder: Path) -> list[str]:
    """Write the folder whole or not at all; the names of its files.

    BadInput if something is there already, ArtifactFault if the version's file is gone or altered.
    """
    _free(folder)
    with home.reading() as stores:
        lived = stints(stores.versions.promotions(kept.id))
        snapshot = stores.snapshots.get(kept.id, version.snapshot)
    content = ArtifactFiles(home.path("artifacts")).content(
        Artifact(version.artifact, version.artifact_sha256)
    )
    files = {
        MODEL: content,
        FACTS: _json(_all_facts(kept, version, lived)),
        SNAPSHOT: _json(_listed(snapshot)),
        CARD: card(kept, version, snapshot, lived).encode(),
    }
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        part.mkdir()
        for name, bytes_ in files.items():
            (part / name).write_bytes(bytes_)
        part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return list(files)


def _free(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        raise BadInput(f"{folder} is there already.", "Name a new or an empty folder.", key="--to")
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
