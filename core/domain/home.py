"""What the flows ask of a home: its stores, inside one transaction or one consistent look."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from core.domain.alerts import Alerts
from core.domain.asides import Asides
from core.domain.drift import Drifts
from core.domain.findings import Judgements
from core.domain.learning import SnapshotLists
from core.domain.making import Makings
from core.domain.models import Models
from core.domain.notes import Notes
from core.domain.profiles import Profiles
from core.domain.proof import Reproductions
from core.domain.runs import Runs
from core.domain.schedules import Leases, Ledger, Schedules
from core.domain.shadows import Shadows
from core.domain.triggers import Starts
from core.domain.versions import Versions
from core.domain.windows import Windows


class Stores(Protocol):
    """Every store over one open transaction, or one look."""

    @property
    def models(self) -> Models: ...

    @property
    def schedules(self) -> Schedules: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def leases(self) -> Leases: ...

    @property
    def runs(self) -> Runs: ...

    @property
    def versions(self) -> Versions: ...

    @property
    def windows(self) -> Windows: ...

    @property
    def snapshots(self) -> SnapshotLists: ...

    @property
    def drifts(self) -> Drifts: ...

    @property
    def profiles(self) -> Profiles: ...

    @property
    def alerts(self) -> Alerts: ...

    @property
    def starts(self) -> Starts: ...

    @property
    def makings(self) -> Makings: ...

    @property
    def reproductions(self) -> Reproductions: ...

    @property
    def judgements(self) -> Judgements: ...

    @property
    def notes(self) -> Notes: ...

    @property
    def asides(self) -> Asides: ...

    @property
    def shadows(self) -> Shadows: ...


class Home(Protocol):
    """One folder that remembers."""

    @property
    def folder(self) -> Path: ...

    def transaction(self, *, synced: bool = True) -> AbstractContextManager[Stores]:
        """Committed at the end of the block, rolled back if it raises. `synced` False: a power cut may take
        it back, as long as nothing synced came after it.
        """
        ...

    def reading(self) -> AbstractContextManager[Stores]: ...
