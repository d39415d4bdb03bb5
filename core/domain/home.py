"""What the flows ask of a home: its stores, inside one transaction or one consistent look."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from core.domain.alerts import Alerts
from core.domain.drift import Drifts
from core.domain.learning import SnapshotLists
from core.domain.models import Models
from core.domain.profiles import Profiles
from core.domain.runs import Runs
from core.domain.schedules import Leases, Ledger, Schedules
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


class Home(Protocol):
    """One folder that remembers."""

    @property
    def folder(self) -> Path: ...

    def transaction(self) -> AbstractContextManager[Stores]:
        """Committed at the end of the block, rolled back if it raises."""
        ...

    def reading(self) -> AbstractContextManager[Stores]: ...
