"""The page of a version, and what several are compared by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.asides import Beside, Bought
from core.domain.findings import Findings
from core.domain.notes import Note
from core.domain.proof import Proof
from core.domain.versions import Promotion, Version
from core.domain.views.standing import Standing


@dataclass(frozen=True)
class SnapshotLine:
    """The rows that a version learnt: how many, in how many files, and how many the parent's has as well."""

    id: str
    as_of: datetime
    rows: int
    pieces: int
    shared: int | None = None  # None: without a parent


@dataclass(frozen=True)
class VersionPage:
    """One version, and what it is read beside.

    `before`, `after`: the numbers next to it, if there are. `parent`: the version that it was judged against,
    or replaced; `others`: what its strategy names. `snapshot`: None where its list is not kept. `findings`:
    None where nothing judged it. `importance`: column -> loss (core.domain.drift.Drifts), None until it is
    computed.
    """

    standing: Standing
    version: Version
    promotions: Sequence[Promotion]
    before: int | None = None
    after: int | None = None
    parent: Version | None = None
    others: Sequence[Version] = ()
    snapshot: SnapshotLine | None = None
    findings: Findings | None = None
    importance: Mapping[str, float] | None = None
    note: Note | None = None
    proof: Proof | None = None  # the newest
    rebuilding: bool = False  # a run rebuilds it now, or is to
    unprovable: str | None = None  # why it cannot be rebuilt
    bought: Bought | None = None  # its last promotion
    beside: Beside | None = None  # its last shadow


@dataclass(frozen=True)
class VersionDetail:
    """What is kept of a version beside its row, for comparing: fields as in `VersionPage`."""

    findings: Findings | None = None
    importance: Mapping[str, float] | None = None
