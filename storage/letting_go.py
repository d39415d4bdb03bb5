"""Letting go: the files of a removed model leave the home; what other models share stays."""

import shutil
from pathlib import Path

from core.domain.models import Kept
from storage.columns import from_json
from storage.database import Home
from storage.sqlite import Database


def let_go(home: Home, kept: Kept) -> None:
    """Delete a removed model's artifacts and predictions, and the chunks of rows that no other model names.

    Chunks stay while a run works anywhere: it may count on one that no row names yet.
    """
    with home.transaction() as t:
        for version in t.versions.all(kept.id):
            home.path("artifacts", version.artifact).unlink(missing_ok=True)
        shutil.rmtree(home.path("predictions", str(kept.id)), ignore_errors=True)
        if any(run.state == "running" for run in t.runs.open()):
            return
        mine, others = (_chunks(t.database, f"model_id {sign} ?", kept.id) for sign in ("=", "!="))
        for hash in mine - others:
            _chunk_path(home, hash).unlink(missing_ok=True)


def _chunks(database: Database, where: str, model_id: int) -> set[str]:
    rows = database.query(f"select chunks from snapshots where {where}", [model_id])
    return {chunk["hash"] for row in rows for chunk in from_json(row["chunks"])}


def _chunk_path(home: Home, hash: str) -> Path:
    return home.path("snapshots", hash[:2], f"{hash}.parquet")
