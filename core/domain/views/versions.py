"""The page of versions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.asides import Beside, Bought
from core.domain.notes import Note
from core.domain.proof import Proof
from core.domain.versions import Promotion, Version
from core.domain.views.standing import Standing


@dataclass(frozen=True)
class VersionsPage:
    standing: Standing
    versions: Sequence[Version]  # by number
    promotions: Sequence[Promotion]
    notes: Mapping[int, Note] = field(default_factory=dict)  # by the version's number
    proofs: Mapping[int, Proof] = field(default_factory=dict)  # the newest, by the version's number
    rebuilding: Collection[int] = ()  # versions that a run rebuilds now, or is to
    bought_since: Mapping[datetime, Bought] = field(default_factory=dict)  # by each promotion's begin
    beside: Mapping[int, Beside] = field(default_factory=dict)  # by version: its last shadow

    @property
    def bought(self) -> Mapping[int, Bought]:
        """What each version's last promotion bought; none for the first champion."""
        return {one.version: one for one in sorted(self.bought_since.values(), key=lambda one: one.since)}
