"""Needed: the artifacts that a kept version needs to be rebuilt, though their own versions were let go."""

from collections.abc import Sequence

from core.domain.proof import needs
from core.domain.versions import Version
from storage.columns import Row
from storage.database import Home
from storage.sqlite import Database
from storage.versions import version_of

NEEDED = """select distinct o.* from versions v join versions o on o.model_id = v.model_id and o.number in
    (v.lineage ->> 'continues', case when v.code ->> 'script' is not null then v.parent end)
    where v.let_go is null and o.let_go is not null"""
"""What `core.domain.proof.needs` says of one version, asked of all that are kept."""


def needed(database: Database) -> list[Version]:
    """The versions of all models that were let go, and whose artifacts a kept one needs."""
    rows: Sequence[Row] = list(database.query(NEEDED))
    return [version_of(row) for row in rows]


def gone(home: Home, version: Version, others: Sequence[Version]) -> list[int]:
    """Those of the other versions that this one needs, and whose artifacts are there no more."""
    wanted = needs(version)
    return [
        other.number
        for other in others
        if other.number in wanted and not home.path("artifacts", other.artifact).is_file()
    ]
